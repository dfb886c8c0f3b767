"""Delimited text: CSV, TSV and their kin, plain or gzipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.batches import BATCH_ROWS, Column, Kind, OpenFile, Wanted
from gmm_app.data.database import connect, kind_of, quoted, reachable, stoppable
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.text.dialects import (
    Dialect,
    TextFile,
    find_dialect,
    look,
    not_whole_gzip,
)
from gmm_app.data.text.line_ends import lines_of, mixes_line_ends, with_one_line_end
from gmm_app.data.text.text_lines import check_ragged, ragged_sentence
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of delimited text; see `gmm_app.data.reading`.

    Columns of a file without a header are named x1, x2, ...
    """
    with connect() as connection, reachable(path) as stored:
        yield _found(connection, path, stored, options, wanted)


def _found(
    connection: DuckDBPyConnection,
    path: Path,
    stored: Path,
    options: ImportOptions,
    wanted: Wanted,
) -> OpenFile:
    found = _attempted(connection, path, stored, options, wanted)
    if isinstance(found, OpenFile):
        return found
    encoding = look(connection, path, stored).encoding
    if mixes_line_ends(stored, encoding, wanted.cancelled):
        with with_one_line_end(stored, encoding, wanted.cancelled) as copy:
            found = _attempted(connection, path, copy, options, wanted)
    if isinstance(found, OpenFile):
        return found
    if not any(" on Line: " in complaint for complaint in found):
        check_ragged(path.name, lines_of(stored, encoding))
    raise DataError(_why_unreadable(path.name, found))


def _attempted(
    connection: DuckDBPyConnection,
    path: Path,
    stored: Path,
    options: ImportOptions,
    wanted: Wanted,
) -> OpenFile | list[str]:
    """The rows, or what DuckDB complains of."""
    import duckdb

    encoding: str | None = None
    complaints: list[str] = []
    # A row beyond the sample may contradict the types, or be the first that is not UTF-8.
    for all_rows in (False, True):
        file = look(connection, path, stored, encoding)
        try:
            with stoppable(connection, wanted.cancelled):
                dialect = find_dialect(file, all_rows=all_rows)
                return _rows(file, dialect, options, wanted)
        except duckdb.Error as error:
            complaints.append(str(error))
            if file.encoding == "utf-8" and "unicode" in str(error):
                encoding = "latin-1"
    return complaints


def _rows(file: TextFile, dialect: Dialect, options: ImportOptions, wanted: Wanted) -> OpenFile:
    if not dialect.numeric:
        raise DataError(_why_no_numbers(file, dialect))
    columns = [Column(name, kind_of(type_name)) for name, type_name in dialect.types.items()]
    chosen = wanted.among(columns)
    fields = ", ".join(_field(column) for column in chosen)
    file.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE read_rows AS SELECT {fields} FROM {dialect.source}",
        {**file.parameters, **dialect.options},
    ).fetchall()
    if file.fetch("count(*)", dialect)[0] == 0:
        raise DataError(_no_rows(file))
    batches = file.connection.sql("FROM read_rows").to_arrow_reader(BATCH_ROWS)
    return OpenFile(chosen, iter(batches), options=options)


def _field(column: Column) -> str:
    name = quoted(column.name)
    return f"CAST({name} AS DOUBLE) AS {name}" if column.kind is Kind.NUMBER else name


def _no_rows(file: TextFile) -> str:
    return f"{file.path.name} has a header but no rows: choose a file with rows of numbers."


def _why_no_numbers(file: TextFile, dialect: Dialect) -> str:
    """Which of the three it is: no rows, no values, or only text."""
    counts = ", ".join(f"count({quoted(name)})" for name in dialect.types)
    n_rows, *n_values = file.fetch(f"count(*), {counts}", dialect)
    name = file.path.name
    if n_rows == 0:
        return _no_rows(file)
    if not any(n_values):
        return f"Every value of {name} is missing: choose a file with rows of numbers."
    names = ", ".join(islice(dialect.types, 8))
    return (
        f"{name} has no numeric column (it has {names}): choose a file with columns of numbers, "
        "or mend the cells that are not numbers."
    )


def _why_unreadable(name: str, complaints: list[str]) -> str:
    # The complaint about one line says more than "no way to read the file was found".
    message = next((c for c in complaints if "Found: " in c), complaints[-1])
    if "GZIP" in message.upper():
        return not_whole_gzip(name)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if line and counts:
        return ragged_sentence(name, int(line[1]), int(counts[2]), int(counts[1]))
    cell = re.search(r"Could not convert string \"(.{1,40})\" to", message)
    if line and cell:
        return f"Line {int(line[1]):,} of {name} has {cell[1]!r} for a number: mend that cell."
    where = f"Line {int(line[1]):,} of {name}" if line else name
    return (
        f"{where} cannot be read as rows of values with a delimiter between: export the data as "
        "CSV in UTF-8."
    )
