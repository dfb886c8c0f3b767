"""Columns that are stored as arrays: blocks of them, read so many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted, batch_rows
from gmm_app.data.formats.parts import distinct
from gmm_app.data.import_options import ImportOptions

if TYPE_CHECKING:
    import pyarrow as pa

Rows = Callable[[int, int], NDArray[Any]]
"""Gives the rows from one number up to, not including, another."""

_KINDS = {
    **dict.fromkeys("iuf", Kind.NUMBER),
    **dict.fromkeys("US", Kind.TEXT),
    "b": Kind.TRUTH,
    "M": Kind.DATE,
}


_READ = set(_KINDS.values())


@dataclass(frozen=True)
class Block:
    """Columns that are stored together.

    Attributes
    ----------
    columns : what they are; a name may come again in another block.
    read : gives their values, one array for each column, from one row up to another.
    n_rows : how many there are.
    row_bytes : that a row takes in memory.
    """

    columns: tuple[Column, ...]
    read: Callable[[int, int], Sequence[NDArray[Any]]]
    n_rows: int
    row_bytes: int


def vector(name: str, dtype: np.dtype[Any], rows: Rows, n_rows: int) -> Block:
    """One column, of which `rows` gives an (n,) array."""
    columns = (Column(name, kind_of(dtype)),)
    return Block(columns, lambda begin, end: [rows(begin, end)], n_rows, _width(dtype))


def matrix(names: Sequence[str], dtype: np.dtype[Any], rows: Rows, n_rows: int) -> Block:
    """Columns of one type, of which `rows` gives an (n, n_columns) array."""
    columns = tuple(Column(name, kind_of(dtype)) for name in names)
    width = _width(dtype) * len(columns)
    return Block(columns, lambda begin, end: list(rows(begin, end).T), n_rows, width)


def record(dtype: np.dtype[Any], rows: Rows, n_rows: int) -> Block:
    """The named fields of rows that are records; a field of several values is as many columns."""
    fields = {name: dtype[name] for name in dtype.names or ()}
    columns = [
        Column(name, kind_of(field.base))
        for field_name, field in fields.items()
        for name in _names_within(field_name, field.shape)
    ]

    def read(begin: int, end: int) -> list[NDArray[Any]]:
        records = rows(begin, end)
        return [
            column for name in fields for column in records[name].reshape(records.shape[0], -1).T
        ]

    return Block(tuple(columns), read, n_rows, _width(dtype))


def _width(dtype: np.dtype[Any]) -> int:
    """Bytes that a value takes; strings of any length are taken to be short."""
    return max(dtype.itemsize, 8)


def _names_within(name: str, shape: tuple[int, ...]) -> list[str]:
    n_values = int(np.prod(shape))
    return [name] if not shape else [f"{name}_{j + 1}" for j in range(n_values)]


def columns_of(blocks: Sequence[Block]) -> list[Column]:
    """The columns of all blocks, under names that differ."""
    columns = [column for block in blocks for column in block.columns]
    names = distinct(column.name for column in columns)
    return [Column(name, column.kind) for name, column in zip(names, columns, strict=True)]


def kind_of(dtype: np.dtype[Any]) -> Kind:
    """What the values of a NumPy type are."""
    return _KINDS.get(dtype.kind, Kind.OTHER)


def opened_blocks(blocks: Sequence[Block], options: ImportOptions, wanted: Wanted) -> OpenFile:
    """An open file made of blocks of equally many rows.

    Parameters
    ----------
    blocks : whose columns stand side by side.
    options : as in `OpenFile`.
    wanted : says which columns and how many rows.
    """
    columns = columns_of(blocks)
    chosen = wanted.among(columns)
    places = {column.name: place for place, column in enumerate(columns)}
    n_rows = min((block.n_rows for block in blocks), default=0)
    n_rows = n_rows if wanted.limit is None else min(n_rows, wanted.limit)
    batches = _batches(blocks, chosen, [places[column.name] for column in chosen], n_rows)
    return OpenFile(chosen, batches, n_rows, options=options)


def _batches(
    blocks: Sequence[Block], columns: Sequence[Column], places: Sequence[int], n_rows: int
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    names = [column.name for column in columns]
    step = batch_rows(sum(block.row_bytes for block in blocks) // 8)
    needed = _needed(blocks, [p for c, p in zip(columns, places, strict=True) if c.kind in _READ])
    for begin in range(0, n_rows, step):
        end = min(begin + step, n_rows)
        values = {}
        for first, block in needed:
            for place, array in enumerate(block.read(begin, end), first):
                values[place] = array
        parts = [
            pa.nulls(end - begin) if column.kind is Kind.OTHER else as_arrow(values[place])
            for column, place in zip(columns, places, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(parts, names)


def _needed(blocks: Sequence[Block], places: Sequence[int]) -> list[tuple[int, Block]]:
    """The blocks with a column at one of the places, each with the place of its first column."""
    needed, first = [], 0
    for block in blocks:
        if any(first <= place < first + len(block.columns) for place in places):
            needed.append((first, block))
        first += len(block.columns)
    return needed


def as_arrow(values: NDArray[Any]) -> pa.Array:
    """Numbers, truth values, dates or strings as Arrow has them; empty strings are missing."""
    import pyarrow as pa

    native = values.dtype.newbyteorder("=")
    if native.kind == "f" and native.itemsize not in (4, 8):
        native = np.dtype(np.float64)
    if native.kind == "S":
        values = np.char.decode(values, "latin-1")
    if values.dtype.kind in "UO":
        return pa.array(values, pa.string(), mask=values == "", from_pandas=True)
    return pa.array(np.ascontiguousarray(values, dtype=native))


def read_exactly(file: IO[bytes], n_bytes: int) -> bytes:
    """So many bytes of a file.

    Raises
    ------
    EOFError
        The file ends before.
    """
    content = file.read(n_bytes)
    if len(content) < n_bytes:
        raise EOFError(f"{n_bytes - len(content)} bytes are missing")
    return content
