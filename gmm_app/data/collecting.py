"""From the batches of an open file to a table, without ever holding its numbers twice."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import Kind, OpenFile, Wanted
from gmm_app.data.nearly_numbers import nearly_numbers
from gmm_app.data.table import LabelColumn, Table

if TYPE_CHECKING:
    import pyarrow as pa

# A column of more different words than this is no label.
_MOST_WORDS = 1000
# Blocks of 32 MiB and more go back to the system at once when they are freed.
_LARGEST_BLOCK = 1 << 22

Progress = Callable[[float | None, int], object]


class TooLarge(Exception):  # noqa: N818  (whoever reads has another place for them)
    """Numbers would take more memory than they may."""


class Numbers(Protocol):
    """Columns of numbers that grow."""

    n_rows: int

    def append(self, columns: list[NDArray[np.float64]], n_rows: int) -> None:
        """Take in some rows."""

    def finished(self, wanted: Wanted) -> NDArray[np.float64]:
        """All of them, (n_columns, n_rows)."""


Place = Callable[[int, int], Numbers]
"""Gives where the numbers of so many columns and, about, rows are kept."""


def collect(
    file: OpenFile,
    source: str,
    wanted: Wanted,
    on_progress: Progress | None = None,
    place: Place | None = None,
) -> Table:
    """Read all batches of an open file.

    Parameters
    ----------
    file : whose batches are read to their end.
    source : where it comes from, for people.
    wanted : asked after each batch whether to stop.
    on_progress : called after each batch with the share of the file that has been read, if that is
        known, and the number of rows.
    place : where the numbers are kept; None: in memory.

    Raises
    ------
    MemoryError, TooLarge
        The numbers do not fit into memory.
    Cancelled
        It was asked to stop.
    """
    numeric = [i for i, column in enumerate(file.columns) if column.kind is Kind.NUMBER]
    words = {i: _Words() for i, column in enumerate(file.columns) if column.kind in _WORDS}
    numbers = (place or NumbersInMemory)(len(numeric), file.n_rows or file.about or 0)
    nearly: tuple[str, ...] = ()
    for batch in file.batches:
        wanted.ask()
        if not numbers.n_rows:
            nearly = nearly_numbers(file.columns, batch, file.options)
        numbers.append([_as_numbers(batch.column(i)) for i in numeric], batch.num_rows)
        for i, column in words.items():
            column.append(batch.column(i))
        if on_progress is not None:
            on_progress(file.share(), numbers.n_rows)
    values = numbers.finished(wanted)
    labels = [column.finished(file.columns[i].name) for i, column in words.items()]
    return Table(
        values,
        tuple(file.columns[i].name for i in numeric),
        source,
        tuple(column.name for column in file.columns if column.kind is not Kind.NUMBER),
        tuple(label for label in labels if label is not None),
        part=file.options.part or "",
        n_unread=file.rejected.count,
        nearly_numbers=nearly,
    )


_WORDS = (Kind.TEXT, Kind.TRUTH)


def _as_numbers(column: pa.Array) -> NDArray[np.float64]:
    import pyarrow as pa

    if not pa.types.is_float64(column.type):
        column = column.cast(pa.float64(), safe=False)
    numbers: NDArray[np.float64] = column.to_numpy(zero_copy_only=False)
    return numbers


class NumbersInMemory:
    """Columns of numbers that grow.

    They have their place from the start where it is known or guessed how many rows will come. What
    comes beyond grows block by block, and each block is freed as soon as it has found its place.

    Parameters
    ----------
    n_columns : how many there are.
    n_rows : about how many rows will come.
    most_bytes : how many bytes they may take; None: as many as there are.
    """

    def __init__(self, n_columns: int, n_rows: int, most_bytes: int | None = None) -> None:
        self.n_rows = 0
        self._n_columns = n_columns
        self._most_bytes = most_bytes
        self._check_room(n_rows)
        self._memory = _private_memory(max(8 * n_columns * n_rows, mmap.PAGESIZE))
        whole = np.frombuffer(self._memory, np.float64, n_columns * n_rows)
        self._whole = whole.reshape(n_columns, n_rows)
        self._blocks = [list(self._whole)]
        self._filled, self._room = 0, n_rows

    def append(self, columns: list[NDArray[np.float64]], n_rows: int) -> None:
        """Take in some rows."""
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

    def _check_room(self, n_rows: int) -> None:
        if self._most_bytes is not None and 8 * n_rows * self._n_columns > self._most_bytes:
            raise TooLarge

    def _add_block(self, n_rows: int) -> None:
        self._check_room(self.n_rows + n_rows)
        self._blocks.append([np.empty(n_rows) for _ in range(self._n_columns)])
        self._filled, self._room = 0, n_rows

    def finished(self, wanted: Wanted) -> NDArray[np.float64]:
        """(n_columns, n_rows); what was collected is given up on the way."""
        if len(self._blocks) == 1:
            values = _closed_up(self._whole, self.n_rows, wanted)
            if hasattr(mmap, "MADV_HUGEPAGE"):
                # Asked for at once, these would take longer to find than the numbers to read; now
                # the system collects them while a fit, for which they are good, is under way.
                self._memory.madvise(mmap.MADV_HUGEPAGE)
            return values
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
            self._give_back(i)
        return values

    def _give_back(self, i: int) -> None:
        """A column of the memory that was there from the start, where the system takes a part."""
        if hasattr(self._memory, "madvise"):
            n_bytes = self._whole.strides[0]
            begin = -(-i * n_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
            end = (i + 1) * n_bytes // mmap.PAGESIZE * mmap.PAGESIZE
            if end > begin:
                self._memory.madvise(mmap.MADV_DONTNEED, begin, end - begin)


_NOTHING = np.empty(0)


def _private_memory(n_bytes: int) -> mmap.mmap:
    """Memory of which pages take room once they are written to."""
    if not hasattr(mmap, "MAP_ANONYMOUS"):  # Windows
        return mmap.mmap(-1, n_bytes)
    try:
        return mmap.mmap(-1, n_bytes, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError from error


def _closed_up(whole: NDArray[np.float64], n_rows: int, wanted: Wanted) -> NDArray[np.float64]:
    """The first rows of all columns, moved together in the memory that they have."""
    n_columns, room = whole.shape
    values = whole.reshape(-1)[: n_columns * n_rows].reshape(n_columns, n_rows)
    if room > n_rows:
        for i in range(1, n_columns):
            for begin in range(0, n_rows, _LARGEST_BLOCK):
                wanted.ask()
                n_bytes = 8 * min(_LARGEST_BLOCK, n_rows - begin)
                # Numpy would make a copy of what overlaps; this lets other threads run besides.
                source = whole.ctypes.data + 8 * (i * room + begin)
                ctypes.memmove(values.ctypes.data + 8 * (i * n_rows + begin), source, n_bytes)
    return values


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
