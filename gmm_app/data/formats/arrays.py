"""Columns that are there as arrays, for the formats that give such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import BATCH_ROWS, Column, Kind, OpenFile, Wanted
from gmm_app.data.import_options import ImportOptions

if TYPE_CHECKING:
    import pyarrow as pa

_KINDS = {
    **dict.fromkeys("iuf", Kind.NUMBER),
    **dict.fromkeys("US", Kind.TEXT),
    "b": Kind.TRUTH,
    "M": Kind.DATE,
}


def opened_columns(
    named: Mapping[str, NDArray[Any]], options: ImportOptions, wanted: Wanted
) -> OpenFile:
    """An open file made of arrays of one length, perhaps mapped from it.

    Parameters
    ----------
    named : (n_rows,) arrays by column name; one with more dimensions is of no use and only named.
    options : as in `OpenFile`.
    wanted : says which columns and how many rows.
    """
    columns = [Column(name, _kind(array)) for name, array in named.items()]
    chosen = wanted.among(columns)
    arrays = [named[column.name] for column in chosen if column.kind is not Kind.OTHER]
    n_rows = min(array.shape[0] for array in arrays) if arrays else 0
    n_rows = n_rows if wanted.limit is None else min(n_rows, wanted.limit)
    batches = _batches([named[column.name] for column in chosen], chosen, n_rows)
    return OpenFile(chosen, batches, n_rows, options)


def _kind(array: NDArray[Any]) -> Kind:
    return _KINDS.get(array.dtype.kind, Kind.OTHER) if array.ndim == 1 else Kind.OTHER


def _batches(
    arrays: list[NDArray[Any]], columns: tuple[Column, ...], n_rows: int
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    names = [column.name for column in columns]
    for begin in range(0, n_rows, BATCH_ROWS):
        end = min(begin + BATCH_ROWS, n_rows)
        parts = [
            pa.nulls(end - begin) if column.kind is Kind.OTHER else _part(array[begin:end])
            for array, column in zip(arrays, columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(parts, names)


def _part(values: NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    native = values.dtype.newbyteorder("=")
    if native.kind == "f" and native.itemsize not in (4, 8):
        native = np.dtype(np.float64)
    if native.kind == "S":
        return pa.array(np.char.decode(values, "latin-1"))
    return pa.array(np.ascontiguousarray(values, dtype=native))
