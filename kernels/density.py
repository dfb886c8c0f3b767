"""Scores of rows under a given mixture, and the mixture's density on a grid."""

from __future__ import annotations

import numpy as np

# These register what the structures do in the kernels below.
import kernels.diagonal
import kernels.full_large
import kernels.full_small  # noqa: F401
from kernels.jit import kernel_part, parallel_kernel, take_ticket
from kernels.posterior import shares_of_tile
from kernels.rows import NOTHING_AHEAD, load_tile, new_lines, padded
from kernels.simd import LANES, address_of, choose_greater, load, load_1d, store_1d
from kernels.structures import log_probabilities
from kernels.tiles import CANCELLED, TICKET, chunk_start, tile_rows
from kernels.vector_math import LN2, log

from numba import prange


@kernel_part
def write_scores(log_prob, top, total, begin, n_rows, resp, log_density, uncertainty):
    """Copy a tile's scores to where they are wanted."""
    for b in range(0, padded(n_rows), LANES):
        total_here = load_1d(total, b)
        store_1d(top, b, load_1d(top, b) * LN2 + log(total_here))
        store_1d(total, b, 1.0 / total_here)
    if log_density.size:
        for b in range(n_rows):
            log_density[begin + b] = top[b]
    if uncertainty.size:
        for b in range(n_rows):
            uncertainty[begin + b] = 1.0 - total[b]
    if resp.size:
        for k in range(resp.shape[0]):
            for b in range(n_rows):
                resp[k, begin + b] = log_prob[k, b] * total[b]


@kernel_part
def write_labels(log_prob, begin, n_rows, scratch, labels):
    """The component with the largest share, the first of equal ones."""
    for b in range(0, padded(n_rows), LANES):
        largest = load(log_prob, 0, b)
        label = largest * 0.0
        for k in range(1, log_prob.shape[0]):
            share = load(log_prob, k, b)
            label = choose_greater(share, largest, np.float64(k), label)
            largest = choose_greater(share, largest, share, largest)
        store_1d(scratch, b, label)
    for b in range(n_rows):
        labels[begin + b] = np.int64(scratch[b])


@kernel_part
def _score_chunks(rows, structure, control, n_chunks, resp, log_density, labels, uncertainty):
    """One worker: draw chunks until none is left, and score their rows."""
    n_components, n_features = structure.means.shape
    most = tile_rows(n_components, n_features)
    width = most + LANES
    log_prob, copied = new_lines(n_components, width), new_lines(n_features, width)
    top, total, scratch = new_lines(3, width)
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        stop = chunk_start(chunk + 1, n_chunks, rows.n_samples)
        for begin in range(chunk_start(chunk, n_chunks, rows.n_samples), stop, most):
            if control[CANCELLED]:
                return
            n_rows = min(most, stop - begin)
            tile = load_tile(rows, begin, n_rows, copied)
            ahead = (rows, begin + n_rows)
            log_probabilities(structure, tile, padded(n_rows), ahead, control, log_prob)
            shares_of_tile(log_prob, padded(n_rows), top, total)
            if labels.size:
                write_labels(log_prob, begin, n_rows, scratch, labels)
            write_scores(log_prob, top, total, begin, n_rows, resp, log_density, uncertainty)


@parallel_kernel
def score_rows(  # noqa: PLR0913  (a kernel takes arrays, no bundles)
    rows, structure, n_workers, n_chunks, control, resp, log_density, labels, uncertainty
):
    """Score each row under a mixture, into those of the given arrays that are not empty.

    Parameters
    ----------
    rows : Rows.
    structure : one of FULL_SMALL, FullLarge or Diagonal.
    n_workers, n_chunks : how many workers share how many chunks.
    control : (2,) int64 from `tiles.new_control`, as for `em_pass.em_pass`.
    resp : (K, N) float64, C order. Out: responsibilities.
    log_density : (N,) float64. Out: natural log of the mixture density.
    labels : (N,) int64. Out: the component with the largest responsibility, from 0.
    uncertainty : (N,) float64. Out: 1 less the largest responsibility.

    Returns whether all rows were scored. Each tile's rows belong to one worker, so no two threads
    write one element. Equation: Bishop, PRML (2006), 9.23.
    """
    control[TICKET] = 0
    for _ in prange(n_workers):
        _score_chunks(rows, structure, control, n_chunks, resp, log_density, labels, uncertainty)
    return control[CANCELLED] == 0


@kernel_part
def _grid_line(x, y, structure, density):
    """The density along one line of a grid, at ordinate y."""
    n_components = structure.means.shape[0]
    most = tile_rows(n_components, 2)
    width = most + LANES
    log_prob, points = new_lines(n_components, width), new_lines(2, width)
    control = np.zeros(2, dtype=np.int64)  # never cancelled: a line takes microseconds
    top, total = new_lines(2, width)
    points[1] = y
    for begin in range(0, x.size, most):
        n = min(most, x.size - begin)
        for b in range(padded(n)):
            points[0, b] = x[min(begin + b, x.size - 1)]
        tile = (address_of(points), width * 8)
        log_probabilities(structure, tile, padded(n), NOTHING_AHEAD, control, log_prob)
        shares_of_tile(log_prob, padded(n), top, total)
        for b in range(n):
            density[begin + b] = total[b] * 2.0 ** top[b]


@parallel_kernel
def density_on_grid(x, y, structure, density):
    """The density of a mixture of two features at the points of a grid.

    Parameters
    ----------
    x : (n_x,) float64, contiguous: abscissas.
    y : (n_y,) float64, contiguous: ordinates.
    structure : FULL_SMALL[2], FullLarge or Diagonal, of two features.
    density : (n_y, n_x) float64, C order. Out. Each line is written by one prange iteration.
    """
    for line in prange(y.size):
        _grid_line(x, y[line], structure, density[line])
