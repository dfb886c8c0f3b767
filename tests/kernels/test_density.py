"""Scores of rows against the naive oracle and scipy."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from kernels.tiles import TILE
from tests import naive
from tests.problems import random_mixture


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
