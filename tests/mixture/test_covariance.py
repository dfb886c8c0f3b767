"""M-steps of the families: the best covariances of their kind, by a general optimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize

from gmm_app.mixture.covariance import FAMILIES
from tests.problems import random_mixture

K, D = 3, 3


def expected_log_likelihood(nk, scatter, covariances):
    """The part of it that depends on the covariances."""
    if scatter.ndim == 2:
        scatter = scatter[:, :, np.newaxis] * np.eye(D)
    total = 0.0
    for n, s, covariance in zip(nk, scatter, covariances, strict=True):
        total -= n * np.linalg.slogdet(covariance)[1] + np.trace(np.linalg.solve(covariance, s))
    return 0.5 * total


def unpacked(parameters, family):
    """Covariances of the family from free parameters."""
    if family == "VII":
        return np.exp(parameters)[:, np.newaxis, np.newaxis] * np.eye(D)
    if family == "VVI":
        return np.exp(parameters).reshape(K, D, 1) * np.eye(D)
    size = D * (D + 1) // 2
    factors = np.zeros((parameters.size // size, D, D))
    factors[:, *np.tril_indices(D)] = parameters.reshape(-1, size)
    matrices = factors @ factors.transpose(0, 2, 1) + 1e-12 * np.eye(D)
    return np.broadcast_to(matrices, (K, D, D)) if len(matrices) == 1 else matrices


N_FREE = {"VII": K, "VVI": K * D, "EEE": D * (D + 1) // 2, "VVV": K * D * (D + 1) // 2}


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("seed", range(5))
def test_no_better_covariances_are_found(family, seed):
    rng = np.random.default_rng(seed)
    nk = rng.uniform(5, 50, K)
    scatter = nk[:, np.newaxis, np.newaxis] * random_mixture(K, D, seed=seed).covariances
    if FAMILIES[family].moments == "diagonal":
        scatter = np.diagonal(scatter, axis1=1, axis2=2).copy()
    own = scatter / nk.reshape(-1, *[1] * (scatter.ndim - 1))
    estimated = FAMILIES[family].matrices(FAMILIES[family].estimate(nk, own))
    ours = expected_log_likelihood(nk, scatter, estimated)
    start = rng.standard_normal(N_FREE[family]) * 0.3
    if family in ("VVV", "EEE"):
        start = np.tile(np.eye(D)[np.tril_indices(D)], N_FREE[family] // 6) + 0.1 * start
    found = minimize(
        lambda p: -expected_log_likelihood(nk, scatter, unpacked(p, family)),
        start,
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 2000},
    )
    assert ours >= -found.fun - 1e-7 * abs(found.fun)
    assert ours == pytest.approx(-found.fun, rel=1e-5), "the optimiser should get there too"
