"""Opening a source of data, as a job for the worker thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.table import Table
from gmm_app.errors import DataError
from gmm_app.inspection.column_summary import measured
from gmm_app.session.data_reference import DataReference
from gmm_app.session.work import Work

# Of a progress bar.
_VISIBLE = 0.005


class OpenedSource(NamedTuple):
    """A table, and the rows that are chosen of it: those of its columns that vary and do
    not only number the rows.

    Attributes
    ----------
    table, dataset : they belong together.
    origin : where the table can be read again; None for data that have no file.
    work : what a session file had, if it is one that was opened.
    """

    table: Table
    dataset: Dataset
    origin: DataReference | None = None
    work: Work | None = None


def open_file(
    path: str | Path,
    options: ImportOptions,
    cancelled: Callable[[], bool],
    on_share: Callable[[float], object] | None = None,
) -> OpenedSource:
    """Read a data file.

    Parameters
    ----------
    path : the file.
    options : how to read it.
    cancelled : asked now and then whether to stop.
    on_share : called with the share of the file that has been read, 0 to 1, whenever that is known
        and has visibly grown.

    Raises
    ------
    DataError
        It cannot be read or holds nothing to fit; the message names the remedy.
    Cancelled
        It was asked to stop.
    """
    origin = DataReference.of(path, options)
    told = 0.0

    def on_progress(share: float | None, _n_rows: int) -> None:
        nonlocal told
        if on_share is not None and share is not None and abs(share - told) >= _VISIBLE:
            told = share
            on_share(share)

    return open_table(origin.read(origin.path, cancelled, on_progress), origin)


def open_table(table: Table, origin: DataReference | None = None) -> OpenedSource:
    """Choose every column that varies, or as many of them as leave rows that can be used.

    A column that only numbers the rows is left for the person to choose, unless there is no other.

    Raises
    ------
    DataError
        No column has a value.
    """
    columns = dict(zip(table.columns, table.values, strict=True))
    varying = {name: values for name, values in columns.items() if _varies(values)}
    chosen = measured(varying or columns)
    while True:
        try:
            return OpenedSource(table, table.dataset(chosen), origin)
        except DataError:
            if len(chosen) == 1:
                raise
            # No row can be used: go on without the column that lacks the most.
            missing = dict(zip(table.columns, table.missing_counts, strict=True))
            chosen.remove(max(chosen, key=lambda name: missing[name]))


def _varies(values: NDArray[np.float64]) -> bool:
    finite = values[np.isfinite(values)]
    return finite.size > 0 and bool((finite != finite[0]).any())
