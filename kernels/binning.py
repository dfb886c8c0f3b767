"""Counts of rows in the cells of a grid, for density images."""

from __future__ import annotations

import numpy as np
from numba import prange

from kernels.jit import kernel, parallel_kernel

_ROWS_PER_CHUNK = 1 << 17
_MAX_CHUNKS = 16


@kernel
def _count_chunk(x, y, bounds, begin, stop, counts):
    """Add rows begin to stop of x and y to counts (n_y, n_x)."""
    n_y, n_x = counts.shape
    x_low, x_high, y_low, y_high = bounds
    x_scale = n_x / (x_high - x_low)
    y_scale = n_y / (y_high - y_low)
    for row in range(begin, stop):
        u = (x[row] - x_low) * x_scale
        v = (y[row] - y_low) * y_scale
        # False for NaN, so that a missing value falls into no cell.
        if u >= 0.0 and u < n_x and v >= 0.0 and v < n_y:
            counts[np.int64(v), np.int64(u)] += 1


@parallel_kernel
def count_2d(x, y, bounds, counts):
    """Count rows in the cells of a regular grid.

    Parameters
    ----------
    x, y : (N,) float64, contiguous: the two coordinates of each row.
    bounds : (x_low, x_high, y_low, y_high), float64: the grid's edges. A cell holds its lower
        edges and not its upper ones. Rows outside, and rows with NaN, are not counted.
    counts : (n_y, n_x) int64, C order. Out: rows per cell.

    Rows are split into chunks by N alone; each prange iteration counts one chunk in a table of
    its own, so no two threads write one element, and the tables are added in order afterwards.
    """
    n_samples = x.size
    n_chunks = min(_MAX_CHUNKS, max(1, n_samples // _ROWS_PER_CHUNK))
    private = np.zeros((n_chunks, counts.shape[0], counts.shape[1]), dtype=np.int64)
    for chunk in prange(n_chunks):
        begin = np.int64(chunk) * n_samples // n_chunks
        stop = (np.int64(chunk) + 1) * n_samples // n_chunks
        _count_chunk(x, y, bounds, begin, stop, private[chunk])
    counts[:] = 0
    for chunk in range(n_chunks):
        counts += private[chunk]
