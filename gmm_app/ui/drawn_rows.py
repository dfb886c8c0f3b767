"""Which of the rows a scatter plot draws, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.ranges import Lattice, lattice_of
from gmm_app.inspection.sampling import row_sample

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset

Array = NDArray[np.float64]


class Drawn(NamedTuple):
    """The columns on the axes, and the sample of rows that ranges and points are made from.

    Rows that lack a value in one of the two columns have no place here.

    Attributes
    ----------
    x, y : (n,) all rows' values.
    sample_x, sample_y : those of the sample.
    lattices : of the values on x and on y.
    """

    x: Array
    y: Array
    sample_x: Array
    sample_y: Array
    lattices: tuple[Lattice, Lattice]


def columns_to_draw(dataset: Dataset, x: int, y: int) -> Drawn:
    """The rows of a data set at these positions of its columns."""
    column_x, column_y = dataset.X[:, x], dataset.X[:, y]
    if dataset.n_incomplete:
        present = np.isfinite(column_x) & np.isfinite(column_y)
        column_x, column_y = column_x[present], column_y[present]
    rows = row_sample(column_x.size)
    sample_x, sample_y = column_x[rows], column_y[rows]
    lattices = (lattice_of(sample_x), lattice_of(sample_y))
    return Drawn(column_x, column_y, sample_x, sample_y, lattices)
