"""Delimited text: CSV, TSV and their kin, plain or packed with gzip or Zstandard."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.batches import Column, Kind, LookAgain, OpenFile, RejectedRows, Wanted
from gmm_app.data.database import (
    connect,
    literal_path,
    quoted,
    reachable,
    rows_of,
    share_of,
    stoppable,
)
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.packing import packing, why_broken
from gmm_app.data.text.copies import copied, has_unlike_ends, needs_copy
from gmm_app.data.text.dialects import Dialect, find_dialect
from gmm_app.data.text.encodings import decoded, find_encoding, known_encoding
from gmm_app.data.text.rejects import MOST, Fault, faults_of, rejected_rows
from gmm_app.data.text.second_look import better_options, sentence
from gmm_app.data.text.streams import check_content, head_of
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_TYPES = {Kind.NUMBER: "DOUBLE", Kind.TRUTH: "BOOLEAN"}


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of delimited text; see `gmm_app.data.reading`.

    Columns of a file without a header are named x1, x2, ...
    """
    with connect() as connection, reachable(path) as stored:
        dialect = _dialect(path, stored, options, wanted)
        with _readable(path, stored, dialect, wanted) as source:
            reading = _Reading(connection, path, source, dialect, options, wanted)
            with reading.opened() as file:
                yield file


def _dialect(path: Path, stored: Path, options: ImportOptions, wanted: Wanted) -> Dialect:
    head = head_of(stored, path.name)
    if options.encoding is None:
        encoding = find_encoding(path.name, head.content)
    else:
        encoding = known_encoding(path.name, options.encoding, head.content)
    text = decoded(head.content, encoding)
    lines, end, begun = text.rpartition("\n")
    # The last line may be cut off.
    text = text if head.whole or not lines else lines + end
    if options.uneven is None and has_unlike_ends(head.content):
        options = replace(options, uneven=True)
    dialect = find_dialect(text, encoding, options, wanted.ask)
    dialect = replace(dialect, marked=head.content.startswith(codecs.BOM_UTF8))
    if head.whole and dialect.whole:
        dialect = _with_blank_as_text(path.name, dialect)
    return dialect


def _with_blank_as_text(name: str, dialect: Dialect) -> Dialect:
    """Of the whole file: columns that have no value at all are none of numbers."""
    if not dialect.has_rows:
        if dialect.options.header:
            raise DataError(f"{name} has a header but no rows: choose a file with rows of numbers.")
        raise DataError(_all_missing(name))
    if len(dialect.blank) == len(dialect.columns):
        raise DataError(_all_missing(name))
    columns = tuple(
        Column(column.name, Kind.TEXT) if column.name in dialect.blank else column
        for column in dialect.columns
    )
    return replace(dialect, columns=columns, blank=frozenset())


def _all_missing(name: str) -> str:
    return f"Every value of {name} is missing: choose a file with rows of numbers."


@contextmanager
def _readable(path: Path, stored: Path, dialect: Dialect, wanted: Wanted) -> Iterator[Path]:
    if not needs_copy(dialect):
        yield stored
        return
    with copied(stored, path.name, dialect, wanted.ask) as copy:
        yield copy


@dataclass(frozen=True)
class _Reading:
    """One way through a file.

    Attributes
    ----------
    connection : the database that reads it.
    path : where it lies, for people.
    source : where DuckDB finds it: there, or a link or copy.
    dialect : how it is written.
    asked : what was known of it before it was looked at.
    wanted : what is to be read.
    """

    connection: DuckDBPyConnection
    path: Path
    source: Path
    dialect: Dialect
    asked: ImportOptions
    wanted: Wanted

    @contextmanager
    def opened(self) -> Iterator[OpenFile]:
        """Its columns, and its rows as they come."""
        import duckdb

        if self.wanted.limit is None:
            check_content(self.source, self.path.name, self.wanted.ask)
        chosen = self.wanted.among(self.dialect.columns)
        # A look at the first rows shows what is wrong with them.
        leaves_out = self.asked.bad_rows == "leave out" or self.wanted.limit is not None
        fields = ", ".join(self._field(column) for column in chosen)
        query = f"SELECT {fields} FROM {_call(self._options(leaves_out))}"
        rejected = RejectedRows()
        try:
            with rows_of(self.connection, query, self._options(leaves_out), self.wanted) as rows:
                batches = self._watched(rows, chosen, rejected if leaves_out else None)
                yield OpenFile(
                    chosen,
                    batches,
                    about=self._about(),
                    options=self.dialect.options,
                    rejected=rejected,
                    share=partial(share_of, self.connection),
                )
        except duckdb.Error as error:
            self._complain(error)

    def _about(self) -> int | None:
        """How many rows there may be; that many and some more."""
        if packing(self.source) != "none":
            return None
        n_rows = int(1.05 * self.source.stat().st_size / self.dialect.row_bytes) + 1
        return n_rows if self.wanted.limit is None else min(n_rows, self.wanted.limit)

    def _options(self, stores_rejects: bool) -> dict[str, Any]:
        """Parameters of DuckDB's read_csv."""
        dialect, found = self.dialect, self.dialect.options
        options: dict[str, Any] = {
            "path": literal_path(self.source),
            "delim": found.delimiter,
            "quote": found.quote,
            "escape": found.quote,
            "comment": dialect.comment,
            "skip": dialect.above,
            "decimal_separator": dialect.style.decimal,
            "nullstr": list(dialect.missing),
            "compression": packing(self.source),
            "columns": {
                column.name: _TYPES.get(column.kind, "VARCHAR") for column in dialect.columns
            },
        }
        if stores_rejects:
            options |= {"store_rejects": True, "rejects_limit": MOST}
        return options

    def _field(self, column: Column) -> str:
        name = quoted(column.name)
        if column.kind is not Kind.TEXT:
            return name
        words = ", ".join("'" + word.replace("'", "''") + "'" for word in self._late_words())
        return f"CASE WHEN {name} IN ({words}) THEN NULL ELSE {name} END AS {name}"

    def _late_words(self) -> tuple[str, ...]:
        """Missing words that DuckDB was not told of; a column of words may have them further on."""
        return ("", *(set(self.dialect.options.missing or ()) - set(self.dialect.missing)))

    def _watched(
        self,
        rows: Iterator[pa.RecordBatch],
        columns: tuple[Column, ...],
        rejected: RejectedRows | None,
    ) -> Iterator[pa.RecordBatch]:
        """The rows; at their end what was left out is looked into."""
        blank = {i for i, column in enumerate(columns) if column.name in self.dialect.blank}
        for batch in rows:
            blank -= {i for i in blank if batch.column(i).null_count < batch.num_rows}
            yield batch
        if rejected is not None:
            self._take_stock(rejected)
        if blank and self.wanted.limit is None:
            texts = tuple((columns[i].name, "text") for i in sorted(blank))
            raise LookAgain(replace(self.asked, kinds=(*self.asked.kinds, *texts)))

    def _take_stock(self, rejected: RejectedRows) -> None:
        faults = faults_of(self.connection)
        self._look_again(faults)
        found = rejected_rows(faults, self.source, self.wanted.ask)
        rejected.first, rejected.count = found.first, found.count

    def _complain(self, error: Exception) -> None:
        """Why the rows could not be read.

        Raises
        ------
        DataError
            There are rows that nobody can read.
        LookAgain
            There is a better way to read them.
        """
        if "IO Error" in str(error):
            reason = str(error).partition(":")[2].strip().splitlines()[0]
            raise DataError(why_broken(self.path.name, packing(self.source), reason)) from error
        faults = self._faults()
        self._look_again(faults)
        rejected = rejected_rows(faults, self.source, self.wanted.ask)
        raise DataError(sentence(self.path.name, rejected)) from error

    def _look_again(self, faults: list[Fault]) -> None:
        better = better_options(
            self.asked, self.dialect, faults, (self.source, self.path.name), self.wanted.ask
        )
        if better is not None:
            raise LookAgain(better)

    def _faults(self) -> list[Fault]:
        """Go through the whole file for what is wrong in it."""
        import duckdb

        options = self._options(True)
        with stoppable(self.connection, self.wanted.cancelled), contextlib.suppress(duckdb.Error):
            # An interrupt is an error too, but whoever is to stop is asked right after it.
            self.connection.execute(
                f"SELECT count(COLUMNS(*)) FROM {_call(options)}", options
            ).fetchall()
        self.wanted.ask()
        with contextlib.suppress(duckdb.CatalogException):
            return faults_of(self.connection)
        return []


def _call(options: dict[str, Any]) -> str:
    named = ", ".join(f"{key} => ${key}" for key in options if key != "path")
    # Without the last one, a folder named "a=1" would add a column "a".
    return (
        f"read_csv($path, {named}, header => false, auto_detect => false, "
        "hive_partitioning => false)"
    )
