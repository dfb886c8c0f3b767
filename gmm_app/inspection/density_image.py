"""Density images: counts of rows in the cells of a grid, on a logarithmic scale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.ranges import Cells

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

_BLOCK = 1 << 16
# Up to so many rows numpy needs some 10 ms, less than it takes to load the kernel.
_FEW_ROWS = 1_000_000
_FEW_IN_A_CELL = 6


class DensityImage(NamedTuple):
    """A picture of how many rows lie where.

    Attributes
    ----------
    levels : (n_y, n_x) uint8, C order; the first line is the lowest y. 0 where there is no row,
        and else 1 to 255 on a logarithmic scale of the count.
    x_cells, y_cells : the grid.
    n_inside : rows within the grid.
    """

    levels: NDArray[np.uint8]
    x_cells: Cells
    y_cells: Cells
    n_inside: int


def density_image(x: Array, y: Array, x_cells: Cells, y_cells: Cells) -> DensityImage:
    """Count rows with coordinates x and y (n,) in a grid, and turn the counts into levels."""
    counts = count_rows(x, y, x_cells, y_cells)
    return DensityImage(log_levels(counts), x_cells, y_cells, int(counts.sum()))


def count_rows(x: Array, y: Array, x_cells: Cells, y_cells: Cells) -> Counts:
    """(n_y, n_x) rows per cell; a cell holds its lower edges. NaN counts nowhere."""
    counts = np.zeros((y_cells.n_cells, x_cells.n_cells), dtype=np.int64)
    bounds = (x_cells.low, x_cells.high, y_cells.low, y_cells.high)
    if x.size <= _FEW_ROWS or not _kernel_is_compiled():
        _count_in_blocks(x, y, bounds, counts)
    else:
        from kernels.binning import count_2d
        from kernels.jit import as_input

        count_2d(as_input(x), as_input(y), bounds, counts)
    return counts


def _kernel_is_compiled() -> bool:
    """Compiling here would hold up the window for longer than numpy takes to count."""
    from kernels.warmup import is_complete

    return is_complete()


def _count_in_blocks(
    x: Array, y: Array, bounds: tuple[float, float, float, float], counts: Counts
) -> None:
    """What `kernels.binning.count_2d` does, by numpy, in blocks that fit the processor's cache."""
    n_y, n_x = counts.shape
    x_low, x_high, y_low, y_high = bounds
    x_scale, y_scale = n_x / (x_high - x_low), n_y / (y_high - y_low)
    for begin in range(0, x.size, _BLOCK):
        with np.errstate(over="ignore"):  # what is too far outside to be measured is not counted
            u = (x[begin : begin + _BLOCK] - x_low) * x_scale
            v = (y[begin : begin + _BLOCK] - y_low) * y_scale
        inside = (u >= 0.0) & (u < n_x) & (v >= 0.0) & (v < n_y)
        cells = v[inside].astype(np.intp) * n_x + u[inside].astype(np.intp)
        counts += np.bincount(cells, minlength=counts.size).reshape(n_y, n_x)


def log_levels(counts: Counts) -> NDArray[np.uint8]:
    """Levels of counts: 0 stays 0, a single row gives 1, the most rows in a cell give 255."""
    # Where no cell holds more than a few rows, none should look crowded.
    largest = max(int(counts.max(initial=0)), _FEW_IN_A_CELL)
    share = np.log(np.maximum(counts, 1)) / np.log(largest)
    return np.ascontiguousarray(np.where(counts > 0, np.rint(1 + 254 * share), 0), dtype=np.uint8)
