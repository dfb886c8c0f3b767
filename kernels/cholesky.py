"""Cholesky factors of all components' precisions."""

from __future__ import annotations

import math

from kernels.jit import ordered_kernel

# A pivot that has lost all but this share of its variance to the columns before it has about three
# sound digits left; with fewer, the log-likelihood would rise and fall by rounding alone.
_SMALLEST_PIVOT = 1e-13


@ordered_kernel
def _factor(covariance, whitening):
    """The lower Cholesky factor of a covariance into `whitening`; whether all pivots are sound."""
    n_features = covariance.shape[0]
    for j in range(n_features):
        for i in range(j, n_features):
            value = covariance[i, j]
            for m in range(j):
                value -= whitening[i, m] * whitening[j, m]
            if i > j:
                whitening[i, j] = value / whitening[j, j]
            elif value > _SMALLEST_PIVOT * covariance[j, j]:
                whitening[j, j] = math.sqrt(value)
            else:
                return False
    return True


@ordered_kernel
def _invert_lower(factor):
    """Invert a lower triangular matrix in place; minus the sum of logs of the factor's diagonal."""
    n_features = factor.shape[0]
    log_det = 0.0
    for j in range(n_features):
        log_det -= math.log(factor[j, j])
        factor[j, j] = 1.0 / factor[j, j]
        for i in range(j + 1, n_features):
            value = 0.0
            for m in range(j, i):
                value -= factor[i, m] * factor[m, j]
            factor[i, j] = value / factor[i, i]
        for i in range(j):
            factor[i, j] = 0.0
    return log_det


@ordered_kernel
def precision_cholesky(covariances, whitening, log_det):
    """W with W @ covariance @ W' = identity, for each component.

    Parameters
    ----------
    covariances : (K, D, D) float64, C order; only the lower triangles are read.
    whitening : (K, D, D) float64, C order. Out: lower triangular W, zeros above.
    log_det : (K,) float64. Out: log of the determinant of W, half that of the precision.

    Returns -1, or the number of the first component whose covariance is not positive definite to
    working precision; the outputs of that component and the later ones are then undefined.
    Serial: K and D are small.
    """
    for k in range(covariances.shape[0]):
        if not _factor(covariances[k], whitening[k]):
            return k
        log_det[k] = _invert_lower(whitening[k])
    return -1
