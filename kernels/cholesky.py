"""Factors of all components' precisions, as the structures of a pass want them."""

from __future__ import annotations

import math

import numpy as np

from kernels.jit import inlined_part, ordered_kernel
from kernels.structures import FACTOR_SCALE, LOG2_E

# A pivot that has lost all but this share of its variance to the columns before it has about three
# sound digits left; with fewer, the log-likelihood would rise and fall by rounding alone.
_SMALLEST_PIVOT = 1e-13
_HALF_LOG_2_PI = 0.5 * math.log(2.0 * math.pi)


@inlined_part
def _factor(covariance, upper):
    """The upper triangular U with U' U = covariance; whether all pivots are sound.

    Row by row, with inner loops along rows, which vectorise without reordering any sum.
    """
    n_features = covariance.shape[0]
    for j in range(n_features):
        for i in range(j, n_features):
            upper[j, i] = covariance[i, j]
    for j in range(n_features):
        if not upper[j, j] > _SMALLEST_PIVOT * covariance[j, j]:
            return False
        root = math.sqrt(upper[j, j])
        for i in range(j, n_features):
            upper[j, i] /= root
        for m in range(j + 1, n_features):
            share = upper[j, m]
            for i in range(m, n_features):
                upper[m, i] -= share * upper[j, i]
    return True


@inlined_part
def _invert(upper, packed, row):
    """The packed inverse of U', times FACTOR_SCALE; returns the log of its determinant."""
    n_features = upper.shape[0]
    log_det = 0.0
    for i in range(n_features):
        for c in range(i):
            row[c] = 0.0
        start = 0
        for m in range(i):
            share = upper[m, i]
            for c in range(m + 1):
                row[c] -= share * packed[start + c]
            start += m + 1
        inverse = 1.0 / upper[i, i]
        for c in range(i):
            packed[start + c] = row[c] * inverse
        packed[start + i] = FACTOR_SCALE * inverse
        log_det += math.log(inverse)
    return log_det


@inlined_part
def _log_normalizer(weight, log_det, n_features):
    """Base-2 log of the weight times the normalising constant; -inf for a weight of zero."""
    if weight <= 0.0:
        return -np.inf
    return LOG2_E * (math.log(weight) + log_det - n_features * _HALF_LOG_2_PI)


@ordered_kernel
def factor_full(covariances, weights, factors, log_normalizers):
    """What a pass needs of full covariances (see `structures.FullLarge`).

    Parameters
    ----------
    covariances : (K, D, D) float64, C order; only the lower triangles are read.
    weights : (K,) float64.
    factors : (K, D * (D + 1) / 2) float64, C order. Out.
    log_normalizers : (K,) float64. Out.

    Returns -1, or the number of the first component whose covariance is not positive definite to
    working precision; the outputs of that component and the later ones are then undefined.
    Serial: K and D are small.
    """
    n_components, n_features = covariances.shape[:2]
    upper = np.empty((n_features, n_features))
    row = np.empty(n_features)
    for k in range(n_components):
        if not _factor(covariances[k], upper):
            return k
        log_det = _invert(upper, factors[k], row)
        log_normalizers[k] = _log_normalizer(weights[k], log_det, n_features)
    return -1


@ordered_kernel
def factor_diagonal(variances, weights, factors, log_normalizers):
    """What a pass needs of diagonal covariances (see `structures.Diagonal`).

    Parameters
    ----------
    variances : (K, D) float64, C order.
    weights : (K,) float64.
    factors : (K, D) float64, C order. Out.
    log_normalizers : (K,) float64. Out.

    Returns as `factor_full`.
    """
    n_components, n_features = variances.shape
    for k in range(n_components):
        log_det = 0.0
        for d in range(n_features):
            variance = variances[k, d]
            if not variance > 0.0:
                return k
            inverse = 1.0 / math.sqrt(variance)
            factors[k, d] = FACTOR_SCALE * inverse
            log_det += math.log(inverse)
        log_normalizers[k] = _log_normalizer(weights[k], log_det, n_features)
    return -1
