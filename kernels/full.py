"""The fused EM pass for full covariances: E-step and moment sums in one parallel region."""

from __future__ import annotations

import numpy as np
from numba import prange

from kernels.jit import kernel, parallel_kernel, take_ticket
from kernels.posterior import add_row_sums, add_weight, normalise_tile
from kernels.tiles import CANCELLED, TICKET, TILE, add_chunks, chunk_start

# Responsibilities all below this add nothing to any sum that a float64 could hold.
_NEGLIGIBLE = 1e-300


@kernel
def center_tile(columns, mean, begin, n, centered):
    """centered (D, TILE) = rows begin to begin + n of columns (D, N), less mean (D,)."""
    for d in range(columns.shape[0]):
        m = mean[d]
        for b in range(n):
            centered[d, b] = columns[d, begin + b] - m


@kernel
def squared_distances(whitening, centered, n, whitened, distances):
    """Squared Mahalanobis distances of a tile's rows from one component.

    Parameters
    ----------
    whitening : (D, D) float64, C order, lower triangular W; the distance is |W u|**2.
    centered : (D, TILE) float64, C order: rows less the mean, one feature per line.
    n : rows in the tile.
    whitened : (TILE,) float64 scratch.
    distances : (TILE,) float64. Out.
    """
    for b in range(n):
        distances[b] = 0.0
    for j in range(whitening.shape[0]):
        w = whitening[j, j]
        for b in range(n):
            whitened[b] = w * centered[j, b]
        i = 0
        while i + 4 <= j:
            w0, w1 = whitening[j, i], whitening[j, i + 1]
            w2, w3 = whitening[j, i + 2], whitening[j, i + 3]
            for b in range(n):
                whitened[b] += (w0 * centered[i, b] + w1 * centered[i + 1, b]) + (
                    w2 * centered[i + 2, b] + w3 * centered[i + 3, b]
                )
            i += 4
        while i < j:
            w = whitening[j, i]
            for b in range(n):
                whitened[b] += w * centered[i, b]
            i += 1
        for b in range(n):
            distances[b] += whitened[b] * whitened[b]


@kernel
def _add_moments(resp, centered, n, weighted, first, second):
    """Add one component's first (D,) and packed second moments (D*(D+1)/2,) of a tile."""
    entry = 0
    for j in range(first.size):
        sum_first = 0.0
        for b in range(n):
            weighted[b] = resp[b] * centered[j, b]
            sum_first += weighted[b]
        first[j] += sum_first
        i = 0
        while i + 4 <= j + 1:
            s0 = s1 = s2 = s3 = 0.0
            for b in range(n):
                s0 += weighted[b] * centered[i, b]
                s1 += weighted[b] * centered[i + 1, b]
                s2 += weighted[b] * centered[i + 2, b]
                s3 += weighted[b] * centered[i + 3, b]
            second[entry] += s0
            second[entry + 1] += s1
            second[entry + 2] += s2
            second[entry + 3] += s3
            entry += 4
            i += 4
        while i <= j:
            s0 = 0.0
            for b in range(n):
                s0 += weighted[b] * centered[i, b]
            second[entry] += s0
            entry += 1
            i += 1


@kernel
def _work(columns, log_normalizers, means, whitening, centers, control, chunk_sums):
    """One worker: draw chunks until none is left, and fill their rows of chunk_sums."""
    n_features, n_samples = columns.shape
    n_components = means.shape[0]
    n_chunks = chunk_sums.shape[0]
    n_second = n_features * (n_features + 1) // 2
    first_at = 2 + n_components
    second_at = first_at + n_components * n_features
    centered = np.empty((n_features, TILE))
    log_prob = np.empty((n_components, TILE))
    scratch = np.empty(TILE)
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
                center_tile(columns, means[k], begin, n, centered)
                squared_distances(whitening[k], centered, n, scratch, top)
                for b in range(n):
                    log_prob[k, b] = log_normalizers[k] - 0.5 * top[b]
            normalise_tile(log_prob, top, total, n)
            add_row_sums(top, total, n, sums)
            for k in range(n_components):
                weight = add_weight(log_prob[k], n)
                if weight < _NEGLIGIBLE:
                    continue
                sums[2 + k] += weight
                center_tile(columns, centers[k], begin, n, centered)
                first = sums[first_at + k * n_features : first_at + (k + 1) * n_features]
                second = sums[second_at + k * n_second : second_at + (k + 1) * n_second]
                _add_moments(log_prob[k], centered, n, scratch, first, second)


@parallel_kernel
def full_pass(  # noqa: PLR0913  (a kernel takes arrays, no bundles)
    columns, log_normalizers, means, whitening, centers, n_workers, control, chunk_sums, sums
):
    """One EM pass: log-likelihood and all moment sums, about given centres.

    Parameters
    ----------
    columns : (D, N) float64, C order: the rows of data, one feature per line.
    log_normalizers : (K,) float64: log weight plus log normalising constant.
    means : (K, D) float64, C order.
    whitening : (K, D, D) float64, C order, lower triangular: W covariance W' = identity.
    centers : (K, D) float64, C order: what the moments are taken about, as a rule the means.
    n_workers : how many workers share the chunks; any number gives the same bits.
    control : (2,) int64 from `tiles.new_control`; setting control[CANCELLED] from another thread
        ends the pass within a tile per worker.
    chunk_sums : (C, S) float64, C order: workspace, laid out as `tiles` says with packed second
        moments. Each worker writes only the rows of the chunks that it drew, so no two threads
        write one element.
    sums : (S,) float64. Out: the rows of chunk_sums added in order.

    Returns whether the pass is complete; if not, `sums` must not be used.
    Equations: Bishop, PRML (2006), 9.23-9.28, with moments about `centers`.
    """
    control[TICKET] = 0
    if n_workers == 1:
        _work(columns, log_normalizers, means, whitening, centers, control, chunk_sums)
    else:
        for _ in prange(n_workers):
            _work(columns, log_normalizers, means, whitening, centers, control, chunk_sums)
    add_chunks(chunk_sums, sums)
    return control[CANCELLED] == 0
