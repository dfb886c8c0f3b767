"""Log densities and responsibilities of rows under a given mixture."""

from __future__ import annotations

import numpy as np
from numba import prange

from kernels.full import center_tile, squared_distances
from kernels.jit import kernel, parallel_kernel
from kernels.posterior import normalise_tile
from kernels.tiles import TILE


@kernel
def _score_tile(columns, log_normalizers, means, whitening, begin, resp, log_density):
    n_features, n_samples = columns.shape
    n = min(TILE, n_samples - begin)
    log_prob = np.empty((means.shape[0], TILE))
    centered = np.empty((n_features, TILE))
    scratch = np.empty(TILE)
    top = np.empty(TILE)
    total = np.empty(TILE)
    for k in range(means.shape[0]):
        center_tile(columns, means[k], begin, n, centered)
        squared_distances(whitening[k], centered, n, scratch, top)
        for b in range(n):
            log_prob[k, b] = log_normalizers[k] - 0.5 * top[b]
    normalise_tile(log_prob, top, total, n)
    for b in range(n):
        log_density[begin + b] = top[b] + total[b]
    for k in range(means.shape[0]):
        for b in range(n):
            resp[k, begin + b] = log_prob[k, b]


@parallel_kernel
def score_rows(columns, log_normalizers, means, whitening, resp, log_density):
    """Responsibilities and log mixture density of each row.

    Parameters
    ----------
    columns : (D, N) float64, C order: the rows of data, one feature per line.
    log_normalizers : (K,) float64: log weight plus log normalising constant.
    means : (K, D) float64, C order.
    whitening : (K, D, D) float64, C order, lower triangular: W covariance W' = identity.
    resp : (K, N) float64, C order. Out: responsibilities.
    log_density : (N,) float64. Out: log of the mixture density.

    Each tile's rows belong to one prange iteration, so no two threads write one element.
    Equations: Bishop, PRML (2006), 9.12-9.13.
    """
    n_samples = columns.shape[1]
    for tile in prange((n_samples + TILE - 1) // TILE):
        _score_tile(
            columns, log_normalizers, means, whitening, np.int64(tile) * TILE, resp, log_density
        )
