"""Precision factors against numpy."""

import numpy as np
import pytest

from kernels.cholesky import precision_cholesky
from tests.problems import random_mixture


@pytest.mark.parametrize("n_features", [1, 2, 3, 8, 33])
def test_factors_whiten_and_give_the_determinant(n_features):
    covariances = random_mixture(4, n_features, seed=n_features).covariances
    whitening, log_det = np.empty_like(covariances), np.empty(4)
    assert precision_cholesky(covariances, whitening, log_det) == -1
    product = whitening @ covariances @ whitening.transpose(0, 2, 1)
    np.testing.assert_allclose(
        product, np.broadcast_to(np.eye(n_features), product.shape), atol=1e-10
    )
    assert np.array_equal(whitening, np.tril(whitening))
    np.testing.assert_allclose(log_det, -0.5 * np.linalg.slogdet(covariances)[1], rtol=1e-10)


@pytest.mark.parametrize(
    "singular",
    [np.zeros((2, 2)), np.ones((2, 2)), np.diag([1.0, -1.0]), np.full((2, 2), np.nan)],
)
def test_names_the_component_that_is_not_positive_definite(singular):
    covariances = np.stack([np.eye(2), singular, np.eye(2)])
    assert precision_cholesky(covariances, np.empty_like(covariances), np.empty(3)) == 1
