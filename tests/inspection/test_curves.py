"""Density curves along one column against scipy."""

from __future__ import annotations

import numpy as np
from scipy import stats

from gmm_app.inspection.curves import component_curves


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
