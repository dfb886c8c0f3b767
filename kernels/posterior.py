"""The part of an E-step that no covariance structure touches: from log-probabilities of one tile to
responsibilities, log-likelihood and classification entropy."""

from __future__ import annotations

import numpy as np

from kernels.jit import kernel
from kernels.vector_math import exp, log


@kernel
def normalise_tile(log_prob, top, total, n):
    """Turn the joint log-probabilities of a tile into responsibilities, in place.

    Parameters
    ----------
    log_prob : (K, TILE) float64, C order. In: log of weight times density, per component and row.
        Out: responsibilities. Only the first n rows of the tile are read or written.
    top : (TILE,) float64. Out: the largest joint log-probability of each row.
    total : (TILE,) float64. Out: log of the sum over components of exp(log_prob - top), which is
        also -log of the row's largest responsibility.
    n : rows in the tile, at most TILE.

    Equation: log-sum-exp with Bishop, PRML (2006), 9.23.
    """
    n_components = log_prob.shape[0]
    for b in range(n):
        top[b] = log_prob[0, b]
        total[b] = 0.0
    for k in range(1, n_components):
        for b in range(n):
            top[b] = max(top[b], log_prob[k, b])
    for k in range(n_components):
        for b in range(n):
            share = exp(log_prob[k, b] - top[b])
            log_prob[k, b] = share
            total[b] += share
    inverse = np.empty(n)
    for b in range(n):
        inverse[b] = 1.0 / total[b]
        total[b] = log(total[b])
    for k in range(n_components):
        for b in range(n):
            log_prob[k, b] *= inverse[b]


@kernel
def add_row_sums(top, total, n, sums):
    """Add a tile's log-likelihood to sums[0] and its classification entropy to sums[1]."""
    log_likelihood = 0.0
    entropy = 0.0
    for b in range(n):
        log_likelihood += top[b] + total[b]
        entropy += total[b]
    sums[0] += log_likelihood
    sums[1] += entropy


@kernel
def add_weight(resp, n):
    """Sum of one component's responsibilities over the first n rows of a tile."""
    weight = 0.0
    for b in range(n):
        weight += resp[b]
    return weight
