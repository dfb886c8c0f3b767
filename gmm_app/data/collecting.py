"""From the batches of an open file to a table, without ever holding its numbers twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import Kind, OpenFile, Wanted
from gmm_app.data.dataset import short_name
from gmm_app.data.table import LabelColumn, Table
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

# A column of more different words than this is no label.
_MOST_WORDS = 1000
# Blocks of 32 MiB and more go back to the system at once when they are freed.
_LARGEST_BLOCK = 1 << 22

Progress = Callable[[float | None, int], object]


def collect(
    file: OpenFile, source: str, wanted: Wanted, on_progress: Progress | None = None
) -> Table:
    """Read all batches of an open file.

    Parameters
    ----------
    file : whose batches are read to their end.
    source : where it comes from, for people.
    wanted : asked after each batch whether to stop.
    on_progress : called after each batch with the share of the file that has been read, if that is
        known, and the number of rows.

    Raises
    ------
    DataError
        The numbers do not fit into memory.
    Cancelled
        It was asked to stop.
    """
    numeric = [i for i, column in enumerate(file.columns) if column.kind is Kind.NUMBER]
    words = {i: _Words() for i, column in enumerate(file.columns) if column.kind in _WORDS}
    try:
        numbers = _Numbers(len(numeric), file.n_rows)
        for batch in file.batches:
            wanted.ask()
            numbers.append([_as_numbers(batch.column(i)) for i in numeric], batch.num_rows)
            for i, column in words.items():
                column.append(batch.column(i))
            if on_progress is not None:
                on_progress(file.share(), numbers.n_rows)
        values = numbers.finished(wanted)
    except MemoryError as error:
        raise DataError(
            f"{len(numeric)} columns of {short_name(source)} do not fit into memory: choose fewer "
            "columns, or a part of the rows."
        ) from error
    labels = [column.finished(file.columns[i].name) for i, column in words.items()]
    return Table(
        values,
        tuple(file.columns[i].name for i in numeric),
        source,
        tuple(column.name for column in file.columns if column.kind is not Kind.NUMBER),
        tuple(label for label in labels if label is not None),
    )


_WORDS = (Kind.TEXT, Kind.TRUTH)


def _as_numbers(column: pa.Array) -> NDArray[np.float64]:
    import pyarrow as pa

    if not pa.types.is_float64(column.type):
        column = column.cast(pa.float64(), safe=False)
    numbers: NDArray[np.float64] = column.to_numpy(zero_copy_only=False)
    return numbers


class _Numbers:
    """Columns of numbers that grow. Where their length is not known they grow block by block, and
    each block is freed as soon as it has found its place in the whole."""

    def __init__(self, n_columns: int, n_rows: int | None) -> None:
        self.n_rows = 0
        self._n_columns = n_columns
        self._blocks: list[list[NDArray[np.float64]]] = []
        self._filled = self._room = 0
        if n_rows is not None:
            self._add_block(n_rows)

    def append(self, columns: list[NDArray[np.float64]], n_rows: int) -> None:
        taken = 0
        while taken < n_rows:
            if self._filled == self._room:
                self._add_block(max(n_rows, min(self.n_rows, _LARGEST_BLOCK)))
            n = min(n_rows - taken, self._room - self._filled)
            for target, column in zip(self._blocks[-1], columns, strict=True):
                target[self._filled : self._filled + n] = column[taken : taken + n]
            self._filled += n
            self.n_rows += n
            taken += n

    def _add_block(self, n_rows: int) -> None:
        self._blocks.append([np.empty(n_rows) for _ in range(self._n_columns)])
        self._filled, self._room = 0, n_rows

    def finished(self, wanted: Wanted) -> NDArray[np.float64]:
        """(n_columns, n_rows); what was collected is given up on the way."""
        values = np.empty((self._n_columns, self.n_rows))
        blocks, self._blocks = self._blocks, []
        for i in range(self._n_columns):
            begin = 0
            for block in blocks:
                wanted.ask()
                part, block[i] = block[i], _NOTHING
                part = part[: self.n_rows - begin]
                values[i, begin : begin + part.size] = part
                begin += part.size
        return values


_NOTHING = np.empty(0)


class _Words:
    """A column of words that grows, and is given up once it has too many different ones."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []
        self._given_up = False

    def append(self, column: pa.Array) -> None:
        if self._given_up:
            return
        import pyarrow as pa

        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        known = self._positions
        places = [known.setdefault(word, len(known)) for word in column.dictionary.to_pylist()]
        if len(known) > _MOST_WORDS:
            self._given_up, self._codes = True, []
            return
        to_code = np.array([*places, -1], dtype=np.int32)
        indices = column.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
        self._codes.append(to_code[indices])

    def finished(self, name: str) -> LabelColumn | None:
        if self._given_up or not self._positions:
            return None
        return LabelColumn(name, np.concatenate(self._codes), tuple(self._positions))
