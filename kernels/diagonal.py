"""The fused EM pass for diagonal covariances: E-step and moment sums in one parallel region."""

from __future__ import annotations

import numpy as np
from numba import prange

from kernels.jit import kernel, parallel_kernel, take_ticket
from kernels.posterior import add_row_sums, add_weight, normalise_tile
from kernels.tiles import CANCELLED, TICKET, TILE, add_chunks, chunk_start


@kernel
def _joint_log_prob(columns, log_normalizer, mean, scales, begin, n, log_prob):
    """Log of weight times density of one component for a tile's rows, into log_prob (TILE,)."""
    for b in range(n):
        log_prob[b] = log_normalizer
    for d in range(columns.shape[0]):
        m = mean[d]
        s = scales[d]
        for b in range(n):
            u = (columns[d, begin + b] - m) * s
            log_prob[b] -= 0.5 * u * u


@kernel
def _add_moments(columns, center, resp, begin, n, first, second):
    """Add one component's first (D,) moments and second moments' diagonal (D,) of a tile."""
    for d in range(columns.shape[0]):
        c = center[d]
        sum_first = 0.0
        sum_second = 0.0
        for b in range(n):
            u = columns[d, begin + b] - c
            weighted = resp[b] * u
            sum_first += weighted
            sum_second += weighted * u
        first[d] += sum_first
        second[d] += sum_second


@kernel
def _work(columns, log_normalizers, means, scales, centers, control, chunk_sums):
    """One worker: draw chunks until none is left, and fill their rows of chunk_sums."""
    n_features, n_samples = columns.shape
    n_components = means.shape[0]
    n_chunks = chunk_sums.shape[0]
    first_at = 2 + n_components
    second_at = first_at + n_components * n_features
    log_prob = np.empty((n_components, TILE))
    top = np.empty(TILE)
    total = np.empty(TILE)
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        sums = chunk_sums[chunk]
        sums[:] = 0.0
        stop = chunk_start(chunk + 1, n_chunks, n_samples)
        for begin in range(chunk_start(chunk, n_chunks, n_samples), stop, TILE):
            if control[CANCELLED]:
                return
            n = min(TILE, stop - begin)
            for k in range(n_components):
                _joint_log_prob(
                    columns, log_normalizers[k], means[k], scales[k], begin, n, log_prob[k]
                )
            normalise_tile(log_prob, top, total, n)
            add_row_sums(top, total, n, sums)
            for k in range(n_components):
                sums[2 + k] += add_weight(log_prob[k], n)
                first = sums[first_at + k * n_features : first_at + (k + 1) * n_features]
                second = sums[second_at + k * n_features : second_at + (k + 1) * n_features]
                _add_moments(columns, centers[k], log_prob[k], begin, n, first, second)


@parallel_kernel
def diagonal_pass(  # noqa: PLR0913  (a kernel takes arrays, no bundles)
    columns, log_normalizers, means, scales, centers, n_workers, control, chunk_sums, sums
):
    """One EM pass for diagonal covariances, as `full.full_pass`.

    Parameters
    ----------
    columns : (D, N) float64, C order: the rows of data, one feature per line.
    log_normalizers : (K,) float64: log weight plus log normalising constant.
    means : (K, D) float64, C order.
    scales : (K, D) float64, C order: 1 / standard deviation of each column in each component.
    centers : (K, D) float64, C order: what the moments are taken about, as a rule the means.
    n_workers : how many workers share the chunks; any number gives the same bits.
    control : (2,) int64 from `tiles.new_control`; setting control[CANCELLED] from another thread
        ends the pass within a tile per worker.
    chunk_sums : (C, S) float64, C order: workspace, laid out as `tiles` says with diagonals as
        second moments. Each worker writes only the rows of the chunks that it drew, so no two
        threads write one element.
    sums : (S,) float64. Out: the rows of chunk_sums added in order.

    Returns whether the pass is complete; if not, `sums` must not be used.
    Equations: Bishop, PRML (2006), 9.23-9.28, with moments about `centers`.
    """
    control[TICKET] = 0
    if n_workers == 1:
        _work(columns, log_normalizers, means, scales, centers, control, chunk_sums)
    else:
        for _ in prange(n_workers):
            _work(columns, log_normalizers, means, scales, centers, control, chunk_sums)
    add_chunks(chunk_sums, sums)
    return control[CANCELLED] == 0
