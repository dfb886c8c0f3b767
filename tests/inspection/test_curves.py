"""Density curves along one column against scipy."""

from __future__ import annotations

import numpy as np
from scipy import stats

from gmm_app.inspection.curves import component_curves, noise_curve
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transforms import Log


def test_curves_are_weighted_normal_densities() -> None:
    weights, means, variances = np.array([0.3, 0.7]), np.array([-1.0, 2.0]), np.array([0.25, 4.0])
    x = np.linspace(-6.0, 9.0, 401)
    expected = [
        w * stats.norm(m, np.sqrt(v)).pdf(x)
        for w, m, v in zip(weights, means, variances, strict=True)
    ]
    np.testing.assert_allclose(component_curves(weights, means, variances, x), expected, rtol=1e-12)


def test_a_component_without_width_stays_finite_elsewhere() -> None:
    heights = component_curves(np.ones(1), np.zeros(1), np.zeros(1), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(heights, [[0.0, 0.0]])


def test_curves_of_a_transformed_column_are_densities_in_the_data_s_units() -> None:
    noise = Noise(0.1, np.array([-3.0]), np.array([4.0]))
    weights, means, variances = np.array([0.3, 0.6]), np.array([-1.0, 2.0]), np.array([0.25, 1.0])
    mixture = Mixture(weights, means[:, None], variances[:, None, None], "VII", (), noise, [Log()])
    x = np.linspace(0.05, 30.0, 301)
    total = component_curves(weights, means, variances, x, Log()).sum(axis=0)
    total += noise_curve(noise, x, Log())
    np.testing.assert_allclose(total, np.exp(mixture.log_density(x)), rtol=1e-10)
    outside = np.array([-2.0, 0.0])
    assert not component_curves(weights, means, variances, outside, Log()).any()
    assert not noise_curve(noise, outside, Log()).any()
