"""A data file that is open: its columns, and its rows batch by batch. All formats give this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.errors import Cancelled

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 1 << 16
"""Rows of a batch: few enough that a reader which is told to stop does so at once."""

_BATCH_VALUES = 1 << 22

MOST_REJECTED = 1000
"""How many rejected rows are kept; the others are counted."""


def batch_rows(n_columns: int) -> int:
    """Rows of a batch of so many columns: fewer where there are many, so that it stays small."""
    return min(BATCH_ROWS, max(1, _BATCH_VALUES // max(1, n_columns)))


class Kind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    DATE = "date"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes
    ----------
    name : different from those of the other columns, not empty.
    kind : what its values are.
    """

    name: str
    kind: Kind


@dataclass(frozen=True)
class Rejected:
    """A row that could not be read.

    Attributes
    ----------
    line : of the file, from 1.
    column : name of the column with the offending value; "" where it is the whole row.
    value : what stands there.
    reason : why it cannot be read, in a few words.
    """

    line: int
    column: str
    value: str
    reason: str


@dataclass
class RejectedRows:
    """Rows that were left out while a file was read.

    Attributes
    ----------
    first : the first of them; no more than a thousand.
    count : how many there are in all.
    """

    first: list[Rejected] = field(default_factory=list)
    count: int = 0

    def add(self, rejected: Rejected) -> None:
        """Take note of one."""
        self.count += 1
        if len(self.first) < MOST_REJECTED:
            self.first.append(rejected)

    def add_all(self, others: RejectedRows, name: str) -> None:
        """Take note of those of a further file of this name."""
        for rejected in others.first[: MOST_REJECTED - len(self.first)]:
            self.first.append(replace(rejected, reason=f"{rejected.reason}, in {name}"))
        self.count += others.count


@dataclass(frozen=True)
class Wanted:
    """What is to be read of a file.

    Attributes
    ----------
    columns : only these, where the file has them all and one is of numbers; None: all.
    limit : no more rows than this; None: all.
    cancelled : asked now and then, possibly from another thread, whether to stop.
    """

    columns: Sequence[str] | None = None
    limit: int | None = None
    cancelled: Callable[[], bool] | None = None

    def ask(self) -> None:
        """Raise Cancelled if it is to stop."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled

    def among(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """Those of a file's columns that are to be read."""
        names = set(self.columns or ())
        found = tuple(column for column in columns if column.name in names)
        if len(found) < len(names) or all(column.kind is not Kind.NUMBER for column in found):
            return tuple(columns)
        return found


class LookAgain(Exception):  # noqa: N818  (it is no error, but goes the way of one)
    """What came late in a file contradicts its beginning: read it again in a better way.

    Attributes
    ----------
    options : with what is known now.
    """

    def __init__(self, options: ImportOptions) -> None:
        super().__init__("The file must be read again.")
        self.options = options


@dataclass
class OpenFile:
    """What a format gives: a file's columns, and its rows as they come.

    Attributes
    ----------
    columns : those that are read, in the order of the file.
    batches : their values, at most some `BATCH_ROWS` rows at a time, one Arrow array for each of
        `columns`: numbers of any type for NUMBER, strings (plain or dictionary) for TEXT, booleans
        for TRUTH; anything for the rest. A missing value is null or, among numbers, NaN.
    n_rows : how many rows will come, if that is known.
    about : how many may come where that is only guessed, rather too many than too few.
    options : how the file is read, with everything that was found out about it.
    rejected : rows that were left out; complete when `batches` is at its end.
    share : asked now and then how much of the file has been read, 0 to 1; None: that is not known.
    """

    columns: tuple[Column, ...]
    batches: Iterator[pa.RecordBatch]
    n_rows: int | None = None
    about: int | None = None
    options: ImportOptions = AS_FOUND
    rejected: RejectedRows = field(default_factory=RejectedRows)
    share: Callable[[], float | None] = lambda: None
