"""The fused EM pass: E-step and moment sums of all rows in one parallel region.

Nothing of the size of the rows is stored: a worker draws a chunk of rows, takes it tile by tile,
and for each tile computes log-probabilities, shares and moment sums while the tile is in its cache.
"""

from __future__ import annotations

# These register what the structures do in the kernels below.
import kernels.diagonal
import kernels.full_large
import kernels.full_small  # noqa: F401
from kernels.jit import kernel_part, parallel_kernel, take_ticket
from kernels.posterior import normalise_tile, normalise_weighted_tile
from kernels.rows import load_tile, new_lines, padded
from kernels.simd import LANES
from kernels.structures import add_moments, log_probabilities
from kernels.tiles import CANCELLED, N_TOTALS, TICKET, add_chunks, chunk_start, tile_rows

from numba import prange


@kernel_part
def _work(rows, row_weights, structure, centers, control, chunk_sums):
    """One worker: draw chunks until none is left, and fill their rows of chunk_sums."""
    n_components, n_features = structure.means.shape
    n_chunks = chunk_sums.shape[0]
    most = tile_rows(n_components, n_features)
    # One vector wider than the rows, so that lines do not compete for the same places in a cache.
    width = most + LANES
    log_prob = new_lines(n_components, width)
    inverse, weights = new_lines(1, width)[0], new_lines(1, width)[0]
    copied, scratch = new_lines(n_features, width), new_lines(4, width)
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        chunk_sums[chunk] = 0.0
        totals = chunk_sums[chunk, :N_TOTALS]
        sums = chunk_sums[chunk, N_TOTALS:].reshape(n_components, -1)
        stop = chunk_start(chunk + 1, n_chunks, rows.n_samples)
        for begin in range(chunk_start(chunk, n_chunks, rows.n_samples), stop, most):
            n_rows = min(most, stop - begin)
            n = padded(n_rows)
            tile = load_tile(rows, begin, n_rows, copied)
            ahead = (rows, begin + n_rows)
            log_probabilities(structure, tile, n, ahead, control, log_prob)
            if n == n_rows and row_weights.size == 0:
                log_lik, entropy = normalise_tile(log_prob, n, inverse)
            else:
                _load_weights(row_weights, begin, n_rows, n, weights)
                log_lik, entropy = normalise_weighted_tile(log_prob, n, weights, inverse)
            totals[0] += log_lik
            totals[1] += entropy
            add_moments(structure, centers, tile, n, log_prob, inverse, control, scratch, sums)
            if control[CANCELLED]:
                return


@kernel_part
def _load_weights(row_weights, begin, n_rows, n, weights):
    """weights[:n] = those of a tile's rows; 0 for rows that only fill the tile up."""
    for b in range(n):
        if b >= n_rows:
            weights[b] = 0.0
        elif row_weights.size == 0:
            weights[b] = 1.0
        else:
            weights[b] = row_weights[begin + b]


@parallel_kernel
def em_pass(rows, row_weights, structure, centers, n_workers, control, chunk_sums, sums):
    """One EM pass: log-likelihood and all moment sums, about given centres.

    Parameters
    ----------
    rows : Rows.
    row_weights : (N,) float64, how many times each row counts; or empty, then each counts once.
    structure : one of FULL_SMALL, FullLarge or Diagonal.
    centers : (K, D) float64, C order: what the moments are taken about, as a rule the means.
    n_workers : how many workers share the chunks; any number gives the same bits.
    control : (2,) int64 from `tiles.new_control`; setting control[CANCELLED] from another thread
        ends the pass within a tile and a component per worker, and control[TICKET] tells how many
        chunks have been handed out.
    chunk_sums : (C, S) float64, C order: workspace, laid out as `tiles` says. Each worker writes
        only the rows of the chunks that it drew, so no two threads write one element.
    sums : (S,) float64. Out: the rows of chunk_sums added in order.

    Returns whether the pass is complete; if not, `sums` must not be used.
    Equations: Bishop, PRML (2006), 9.23-9.28, with moments about `centers`.
    """
    control[TICKET] = 0
    for _ in prange(n_workers):
        _work(rows, row_weights, structure, centers, control, chunk_sums)
    add_chunks(chunk_sums, control, sums)
    return control[CANCELLED] == 0
