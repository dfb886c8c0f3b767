"""Counts along one column."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.ranges import Cells, axis_range, cells_between, lattice_of, within_reach
from gmm_app.inspection.sampling import row_sample

Array = NDArray[np.float64]

_BLOCK = 1 << 17
_FEWEST, _MOST = 20, 120


class Histogram(NamedTuple):
    """Rows per cell of one column.

    Attributes
    ----------
    counts : (n,) int64.
    cells : the n cells.
    n_rows : all rows with a value, counted or outside the cells.
    """

    counts: NDArray[np.int64]
    cells: Cells
    n_rows: int

    @property
    def n_counted(self) -> int:
        return int(self.counts.sum())

    @property
    def density(self) -> Array:
        """(n,) share of all rows per unit of the column, comparable with a density curve."""
        return self.counts / (max(self.n_rows, 1) * self.cells.step)


def histogram(values: Array, cells: Cells) -> Histogram:
    """Count values (n,) in cells; a cell holds its lower edge. NaN counts nowhere."""
    counts = np.zeros(cells.n_cells, dtype=np.int64)
    n_rows = 0
    for begin in range(0, values.size, _BLOCK):
        block = values[begin : begin + _BLOCK]
        with np.errstate(over="ignore"):  # what is too far outside to be measured is not counted
            places = (block - cells.low) / cells.step
        inside = (places >= 0.0) & (places < cells.n_cells)
        counts += np.bincount(places[inside].astype(np.intp), minlength=cells.n_cells)
        n_rows += block.size - int(np.isnan(block).sum())
    return Histogram(counts, cells, n_rows)


def small_histogram(values: Array, n_cells: int = 40) -> Histogram:
    """For a small drawing: about `n_cells` cells over the usual range of values (n,)."""
    some = values[row_sample(values.size)]
    low, high = axis_range(some)
    return histogram(values, cells_between(low, high, n_cells, lattice_of(some)))


def suitable_cells(values: Array) -> int:
    """How many cells show values (n,) well, within bounds.

    Twice as many as the rule of Freedman & Diaconis (1981) gives: it suits a single hump, and
    mixtures have several.
    """
    quarter, three_quarters = np.percentile(within_reach(values), [25.0, 75.0])
    width = (three_quarters - quarter) / max(values.size, 1) ** (1.0 / 3.0)
    low, high = axis_range(values)
    if width <= 0.0:
        return _FEWEST
    return max(_FEWEST, min(_MOST, math.ceil((high - low) / width)))
