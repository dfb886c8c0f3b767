"""Precision factors against numpy."""

import numpy as np
import pytest

from kernels.cholesky import factor_diagonal, factor_full
from kernels.structures import FACTOR_SCALE, LOG2_E
from tests.problems import random_mixture


def expected_normalizers(mixture):
    log_det = -0.5 * np.linalg.slogdet(mixture.covariances)[1]
    constant = 0.5 * mixture.n_features * np.log(2.0 * np.pi)
    return LOG2_E * (np.log(mixture.weights) + log_det - constant)


@pytest.mark.parametrize("n_features", [1, 2, 3, 8, 33])
def test_full_factors_whiten_and_give_the_determinant(n_features):
    mixture = random_mixture(4, n_features, seed=n_features)
    rows, columns = np.tril_indices(n_features)
    packed, log_normalizers = np.empty((4, rows.size)), np.empty(4)
    assert factor_full(mixture.covariances, mixture.weights, packed, log_normalizers) == -1
    factors = np.zeros((4, n_features, n_features))
    factors[:, rows, columns] = packed / FACTOR_SCALE
    product = factors @ mixture.covariances @ factors.transpose(0, 2, 1)
    np.testing.assert_allclose(
        product, np.broadcast_to(np.eye(n_features), product.shape), atol=1e-10
    )
    np.testing.assert_allclose(log_normalizers, expected_normalizers(mixture), rtol=1e-10)


@pytest.mark.parametrize("n_features", [1, 2, 33])
def test_diagonal_factors(n_features):
    mixture = random_mixture(4, n_features, seed=n_features, family="VVI")
    factors, log_normalizers = np.empty((4, n_features)), np.empty(4)
    variances = mixture.compact
    assert factor_diagonal(variances, mixture.weights, factors, log_normalizers) == -1
    np.testing.assert_allclose(factors / FACTOR_SCALE, variances**-0.5, rtol=1e-14)
    np.testing.assert_allclose(log_normalizers, expected_normalizers(mixture), rtol=1e-10)


def test_a_weight_of_zero_is_the_logarithm_of_nothing():
    log_normalizers = np.empty(1)
    assert factor_full(np.ones((1, 1, 1)), np.zeros(1), np.empty((1, 1)), log_normalizers) == -1
    assert log_normalizers[0] == -np.inf


@pytest.mark.parametrize(
    "singular",
    [np.zeros((2, 2)), np.ones((2, 2)), np.diag([1.0, -1.0]), np.full((2, 2), np.nan)],
)
def test_names_the_component_that_is_not_positive_definite(singular):
    covariances = np.stack([np.eye(2), singular, np.eye(2)])
    assert factor_full(covariances, np.ones(3), np.empty((3, 3)), np.empty(3)) == 1


def test_names_the_component_with_a_variance_that_is_none():
    variances = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, np.nan]])
    assert factor_diagonal(variances, np.ones(3), np.empty((3, 2)), np.empty(3)) == 2
