"""Scores of rows against the naive oracle and scipy."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from gmm_app.mixture.mixture import Mixture
from kernels.density import density_on_grid
from kernels.tiles import tile_rows
from tests import naive
from tests.problems import random_mixture

TILE = tile_rows(3, 4)


@pytest.mark.parametrize("n_samples", [1, TILE - 1, TILE, TILE + 1, 1009])
def test_scores_equal_the_oracle(n_samples):
    mixture = random_mixture(3, 4, seed=1)
    X = mixture.sample(n_samples, seed=2)
    resp, log_density = naive.score_rows(X, mixture.weights, mixture.means, mixture.covariances)
    np.testing.assert_allclose(mixture.predict_proba(X), resp, atol=1e-12)
    np.testing.assert_allclose(mixture.log_density(X), log_density, rtol=1e-11)
    assert np.array_equal(mixture.predict(X), resp.argmax(axis=1))


def test_one_component_is_scipys_normal():
    mixture = random_mixture(1, 5, seed=3)
    X = mixture.sample(300, seed=4)
    expected = multivariate_normal(mixture.means[0], mixture.covariances[0]).logpdf(X)
    np.testing.assert_allclose(mixture.log_density(X), expected, rtol=1e-10)


def test_responsibilities_sum_to_one_far_out():
    mixture = random_mixture(5, 2, seed=5)
    X = np.array([[1e5, 1e5], [-1e8, 3.0], [0.0, 0.0]])
    np.testing.assert_allclose(mixture.predict_proba(X).sum(axis=1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_features", [1, 2, 9, 17])
def test_every_structure_scores_as_the_oracle(family, n_features):
    mixture = random_mixture(4, n_features, seed=6, family=family)
    X = mixture.sample(300, seed=7)
    resp, log_density = naive.score_rows(X, mixture.weights, mixture.means, mixture.covariances)
    np.testing.assert_allclose(mixture.log_density(X), log_density, rtol=1e-12)
    np.testing.assert_allclose(mixture.uncertainty(X), 1.0 - resp.max(axis=1), atol=1e-12)
    assert np.array_equal(mixture.predict(X), resp.argmax(axis=1))


def test_of_equal_responsibilities_the_first_is_the_label():
    mixture = Mixture(np.full(2, 0.5), np.zeros((2, 1)), np.ones((2, 1, 1)))
    assert mixture.predict([[0.3], [-2.0]]).tolist() == [0, 0]


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_the_density_on_a_grid_is_that_of_its_points(family):
    mixture = random_mixture(3, 2, seed=8, family=family)
    x, y = np.linspace(-5.0, 5.0, 301), np.linspace(-4.0, 6.0, 77)
    density = np.empty((77, 301))
    density_on_grid(x, y, mixture.structure, density)
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    expected = np.exp(mixture.log_density(points)).reshape(77, 301)
    np.testing.assert_allclose(density, expected, rtol=1e-12)
