"""Delimited text: CSV, TSV and their kin, plain or gzipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.database import connect, matrix, quoted, reachable, stoppable
from gmm_app.data.dialects import (
    Dialect,
    TextFile,
    find_dialect,
    look,
    not_whole_gzip,
)
from gmm_app.data.line_ends import lines_of, mixes_line_ends, with_one_line_end
from gmm_app.data.table import Table
from gmm_app.data.text_lines import check_ragged, ragged_sentence
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read(path: Path, columns: Sequence[str] | None, cancelled: Callable[[], bool] | None) -> Table:
    """The numeric columns of delimited text; see `gmm_app.data.reading.read_table`.

    Columns of a file without a header are named x1, x2, ...
    """
    with connect() as connection, reachable(path) as stored:
        found = _attempted(connection, path, stored, columns, cancelled)
        if isinstance(found, Table):
            return found
        encoding = look(connection, path, stored).encoding
        if mixes_line_ends(stored, encoding, cancelled):
            with with_one_line_end(stored, encoding, cancelled) as copy:
                found = _attempted(connection, path, copy, columns, cancelled)
        if isinstance(found, Table):
            return found
        if not any(" on Line: " in complaint for complaint in found):
            check_ragged(path.name, lines_of(stored, encoding))
    raise DataError(_why_unreadable(path.name, found))


def _attempted(
    connection: DuckDBPyConnection,
    path: Path,
    stored: Path,
    columns: Sequence[str] | None,
    cancelled: Callable[[], bool] | None,
) -> Table | list[str]:
    """The table, or what DuckDB complains of."""
    import duckdb

    encoding: str | None = None
    complaints: list[str] = []
    # A row beyond the sample may contradict the types, or be the first that is not UTF-8.
    for all_rows in (False, True):
        file = look(connection, path, stored, encoding)
        try:
            with stoppable(connection, cancelled):
                dialect = find_dialect(file, all_rows=all_rows)
            return _table(file, dialect, columns, cancelled)
        except duckdb.Error as error:
            complaints.append(str(error))
            if file.encoding == "utf-8" and "unicode" in str(error):
                encoding = "latin-1"
    return complaints


def _table(
    file: TextFile,
    dialect: Dialect,
    columns: Sequence[str] | None,
    cancelled: Callable[[], bool] | None,
) -> Table:
    if not dialect.numeric:
        raise DataError(_why_no_numbers(file, dialect))
    chosen = dialect.numeric
    if columns and set(columns) <= set(chosen):
        chosen = [name for name in chosen if name in columns]
    parameters = {**file.parameters, **dialect.options}
    values = matrix(file.connection, dialect.source, parameters, chosen, cancelled)
    if values.shape[1] == 0:
        raise DataError(_no_rows(file))
    others = tuple(name for name in dialect.types if name not in dialect.numeric)
    return Table(values, tuple(chosen), str(file.path), others)


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
