"""Columns that are read as another kind than their format says: words as numbers, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gmm_app.data.batches import Column, Kind, OpenFile, Rejected
from gmm_app.data.formats.cells import as_text, is_missing, is_number
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_CHANGEABLE = (Kind.NUMBER, Kind.TEXT, Kind.TRUTH)


def with_kinds(file: OpenFile, name: str, options: ImportOptions, *, refuse: bool) -> OpenFile:
    """The file with its columns as the options want them.

    Parameters
    ----------
    file : as its format gives it.
    name : of the file, for messages.
    options : say which columns are to be of numbers, and which of text.
    refuse : whether a word that is no number is an error; otherwise its row is left out and noted.

    Raises
    ------
    DataError
        While the rows are read: a word is no number.
    """
    asked = dict(options.kinds)
    kinds = {
        place: Kind(asked[column.name])
        for place, column in enumerate(file.columns)
        if column.kind in _CHANGEABLE and asked.get(column.name, column.kind) != column.kind
    }
    if not kinds:
        return file
    columns = tuple(
        replace(column, kind=kinds.get(place, column.kind))
        for place, column in enumerate(file.columns)
    )
    batches = _recast(file, name, kinds, refuse)
    return replace(file, columns=columns, batches=batches, n_rows=None)


def _recast(
    file: OpenFile, name: str, kinds: Mapping[int, Kind], refuse: bool
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    n_before = 0
    for batch in file.batches:
        arrays = list(batch.columns)
        good = np.ones(batch.num_rows, dtype=bool)
        for place, kind in kinds.items():
            cells = batch.column(place).to_pylist()
            if kind is Kind.TEXT:
                arrays[place] = pa.array(
                    [None if is_missing(cell) else as_text(cell) for cell in cells], pa.string()
                )
                continue
            arrays[place] = pa.array([_as_number(cell) for cell in cells], pa.float64())
            for row in np.flatnonzero(arrays[place].is_null()):
                if good[row]:
                    _reject(
                        file, name, file.columns[place], n_before + int(row), cells[row], refuse
                    )
                good[row] = False
        n_before += batch.num_rows
        recast = pa.RecordBatch.from_arrays(arrays, batch.schema.names)
        yield recast if good.all() else recast.filter(pa.array(good))


def _as_number(cell: Any) -> float | None:
    """NaN for a missing value, None for a word that is no number."""
    if is_missing(cell):
        return np.nan
    return float(cell) if not isinstance(cell, str) or is_number(cell) else None


def _reject(file: OpenFile, name: str, column: Column, row: int, cell: Any, refuse: bool) -> None:
    if refuse:
        raise DataError(
            f"Row {row + 1:,} of {name} has {str(cell)[:40]!r} for a number in column "
            f"'{column.name}': mend it, read the column as text, or leave such rows out."
        )
    file.rejected.add(Rejected(row + 1, column.name, str(cell), "not a number"))
