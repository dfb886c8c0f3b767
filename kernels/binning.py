"""Counts of rows in the cells of a grid, for density images."""

from __future__ import annotations

import numpy as np

from kernels.jit import kernel_part, parallel_kernel

from numba import prange

_ROWS_PER_CHUNK = 1 << 17
_MAX_CHUNKS = 16
# Rows whose cells are found at once, by vectors, before any is counted, one by one.
_BLOCK = 1024


@kernel_part
def _find_cells(x, y, bounds, shape, begin, n, cells):
    """cells[:n] = the cell of rows begin to begin + n; one behind the last for those outside."""
    n_y, n_x = shape
    x_low, x_high, y_low, y_high = bounds
    x_scale = n_x / (x_high - x_low)
    y_scale = n_y / (y_high - y_low)
    for b in range(n):
        u = (x[begin + b] - x_low) * x_scale
        v = (y[begin + b] - y_low) * y_scale
        # False for NaN, so that a missing value falls into no cell. Not `and`: no branches.
        inside = (u >= 0.0) & (u < n_x) & (v >= 0.0) & (v < n_y)
        cell = np.int32(v if inside else 0.0) * n_x + np.int32(u if inside else 0.0)
        cells[b] = cell if inside else n_x * n_y


@kernel_part
def _count_chunk(x, y, bounds, shape, begin, stop, counts):
    """Add rows begin to stop of x and y to the flat table counts (n_y * n_x + 1,)."""
    cells = np.empty(_BLOCK, dtype=np.int32)
    for start in range(begin, stop, _BLOCK):
        n = min(_BLOCK, stop - start)
        _find_cells(x, y, bounds, shape, start, n, cells)
        for b in range(n):
            counts[cells[b]] += 1


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
    private = np.zeros((n_chunks, counts.size + 1), dtype=np.int32)
    for chunk in prange(n_chunks):
        begin = np.int64(chunk) * n_samples // n_chunks
        stop = (np.int64(chunk) + 1) * n_samples // n_chunks
        _count_chunk(x, y, bounds, counts.shape, begin, stop, private[chunk])
    counts[:] = 0
    for chunk in range(n_chunks):
        counts += private[chunk, : counts.size].reshape(counts.shape)
