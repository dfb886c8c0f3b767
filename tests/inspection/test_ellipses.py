"""Sigma ellipses against closed forms and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gmm_app.inspection.ellipses import (
    bent_outlines,
    marginal,
    mass_within,
    outlines,
    sigma_ellipses,
)
from gmm_app.mixture.box_cox import BoxCox
from gmm_app.mixture.transforms import Arcsinh, Log


@pytest.fixture
def covariances() -> np.ndarray:
    factors = np.random.default_rng(1).normal(size=(6, 2, 2))
    return factors @ factors.transpose(0, 2, 1) + 0.05 * np.eye(2)


@pytest.mark.parametrize("n_sigmas", [0.5, 1.0, 2.0, 3.0])
def test_mass_is_that_of_chi_squared(n_sigmas: float) -> None:
    assert mass_within(n_sigmas) == pytest.approx(stats.chi2(df=2).cdf(n_sigmas**2), rel=1e-12)


def test_outlines_lie_at_their_mahalanobis_distance(covariances: np.ndarray) -> None:
    means = np.random.default_rng(2).normal(size=(6, 2))
    points = outlines(sigma_ellipses(means, covariances, 2.0), 33)
    for mean, covariance, outline in zip(means, covariances, points, strict=True):
        away = outline - mean
        distances = np.sqrt(np.sum(away @ np.linalg.inv(covariance) * away, axis=1))
        np.testing.assert_allclose(distances, 2.0, rtol=1e-9)
    np.testing.assert_allclose(points[:, 0], points[:, -1], atol=1e-12)


def test_share_of_rows_within_is_what_the_caption_says() -> None:
    covariance = np.array([[4.0, 1.5], [1.5, 1.0]])
    rows = np.random.default_rng(3).multivariate_normal([0.0, 0.0], covariance, 200_000)
    ellipse = sigma_ellipses(np.zeros((1, 2)), covariance[None], 1.0)
    angle, (a, b) = ellipse.angles[0], ellipse.semi_axes[0]
    along = rows @ (np.cos(angle), np.sin(angle))
    across = rows @ (-np.sin(angle), np.cos(angle))
    inside = (along / a) ** 2 + (across / b) ** 2 <= 1.0
    assert inside.mean() == pytest.approx(mass_within(1.0), abs=0.005)


def test_axis_aligned_ellipses_have_their_closed_form() -> None:
    covariances = np.array([[[9.0, 0.0], [0.0, 4.0]], [[1.0, 0.0], [0.0, 16.0]]])
    ellipses = sigma_ellipses(np.zeros((2, 2)), covariances, 1.0)
    np.testing.assert_allclose(ellipses.semi_axes, [[3.0, 2.0], [4.0, 1.0]])
    np.testing.assert_allclose(ellipses.angles, [0.0, np.pi / 2.0], atol=1e-12)


def test_angles_lie_in_a_half_turn(covariances: np.ndarray) -> None:
    angles = sigma_ellipses(np.zeros((6, 2)), covariances, 1.0).angles
    assert ((angles > -np.pi / 2.0) & (angles <= np.pi / 2.0)).all()


def test_a_flat_covariance_gives_a_flat_ellipse() -> None:
    flat = np.array([[[1.0, 1.0], [1.0, 1.0]]])
    ellipses = sigma_ellipses(np.zeros((1, 2)), flat, 1.0)
    np.testing.assert_allclose(ellipses.semi_axes, [[np.sqrt(2.0), 0.0]], atol=1e-7)


def test_marginal_takes_the_columns_in_the_order_given() -> None:
    means = np.arange(6.0).reshape(2, 3)
    covariances = np.arange(18.0).reshape(2, 3, 3)
    chosen_means, chosen = marginal(means, covariances, (2, 0))
    np.testing.assert_array_equal(chosen_means, means[:, [2, 0]])
    np.testing.assert_array_equal(chosen[1], covariances[1][np.ix_([2, 0], [2, 0])])


def test_bent_outlines_lie_on_the_contour_of_what_is_fitted() -> None:
    rng = np.random.default_rng(5)
    factors = rng.normal(size=(3, 2, 2))
    means, covariances = rng.normal(size=(3, 2)), factors @ factors.transpose(0, 2, 1)
    transforms = (Log(), Arcsinh(20.0))
    bent = bent_outlines(sigma_ellipses(means, covariances, 2.0), transforms)
    for k, outline in enumerate(bent):
        moves = np.column_stack([np.log(outline[:, 0]), np.arcsinh(outline[:, 1] / 20.0)])
        moves -= means[k]
        distances = np.einsum("ni,ij,nj->n", moves, np.linalg.inv(covariances[k]), moves)
        np.testing.assert_allclose(distances, 4.0, rtol=1e-8)


def test_what_no_axis_reaches_is_drawn_at_its_end() -> None:
    wide = sigma_ellipses(np.zeros((1, 2)), 1e8 * np.eye(2)[None], 1.0)
    assert np.isfinite(bent_outlines(wide, (Log(), BoxCox(-0.5)))).all()
