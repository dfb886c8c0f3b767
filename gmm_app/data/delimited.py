"""Delimited text: CSV, TSV and their kin, plain or gzipped.

Delimiter, quotes, header and types are found by DuckDB's sniffer. What it finds is judged here,
since it would rather find something than complain.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.database import (
    connect,
    is_number_type,
    literal_path,
    matrix,
    quoted,
    stoppable,
)
from gmm_app.data.dataset import Table
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "Null"),
    *("None", "?", "-", ".", "#DIV/0!", "#VALUE!"),
)
# Numbers that a double can hold only as infinity are missing too; DuckDB reads "inf" itself.

_SAMPLE = 20_480
_HEAD = 1 << 16
_DELIMITERS = (",", ";", "\t", "|", " ")
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class _Dialect:
    """How a file is written: parameters of DuckDB's read_csv, and types by column name."""

    options: dict[str, Any]
    types: dict[str, str]

    @property
    def numeric(self) -> list[str]:
        return [name for name, type_name in self.types.items() if is_number_type(type_name)]

    @property
    def texts(self) -> list[str]:
        return [name for name, type_name in self.types.items() if type_name == "VARCHAR"]

    @property
    def source(self) -> str:
        named = ", ".join(f"{key} => ${key}" for key in self.options)
        return f"read_csv($path, {named}, auto_detect => false, hive_partitioning => false)"


@dataclass(frozen=True)
class _File:
    """An open database and what is known of the file before it is sniffed."""

    connection: DuckDBPyConnection
    path: Path
    encoding: str
    first_lines: tuple[str, ...]

    @property
    def parameters(self) -> dict[str, Any]:
        return {"path": literal_path(self.path)}


def read(
    path: Path, columns: Sequence[str] | None, cancelled: Callable[[], bool] | None
) -> Table:
    """The numeric columns of delimited text; see `gmm_app.data.reading.read_table`.

    Columns of a file without a header are named x1, x2, ...
    """
    import duckdb

    encoding, head = _look(path)
    lines = tuple(head.splitlines())
    with connect() as connection:
        file = _File(connection, path, encoding, lines)
        try:
            with stoppable(connection, cancelled):
                dialect = _found_dialect(file)
            try:
                return _table(file, dialect, columns, cancelled)
            except duckdb.Error:
                # A row beyond the sample contradicts the types: look at all rows.
                with stoppable(connection, cancelled):
                    dialect = _judged(file, _sniff(file, sample_size=-1))
                return _table(file, dialect, columns, cancelled)
        except duckdb.Error as error:
            raise DataError(_why_unreadable(file, str(error))) from error


def _look(path: Path) -> tuple[str, str]:
    """Encoding and first characters of a file.

    Raises
    ------
    DataError
        It is not text, or text in an encoding that cannot be read.
    """
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else open(path, "rb") as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path.name} is not a whole gzip file: it was cut off or damaged. Copy it again."
        ) from error
    if not head:
        raise DataError(f"{path.name} is empty: choose a file with rows of numbers.")
    if head.startswith(b"\xff\xfe"):
        return "utf-16", head.decode("utf-16-le", errors="replace").removeprefix("\ufeff")
    if head.startswith(b"\xfe\xff"):
        raise DataError(f"{path.name} is text in UTF-16 (big-endian): save it again as UTF-8.")
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        raise DataError(
            f"{path.name} is not text but binary data: export it as CSV, Parquet or NPY, and let "
            "its name end so."
        )
    return "utf-8", head.decode("utf-8", errors="replace").removeprefix("\ufeff")


def _found_dialect(file: _File) -> _Dialect:
    import duckdb

    try:
        dialect = _sniff(file)
    except duckdb.Error as error:
        if "unicode" not in str(error):
            raise
        # What is not UTF-8 is nearly always the 8-bit text of older spreadsheets.
        file = replace(file, encoding="latin-1")
        dialect = _sniff(file)
    if _blank_in_sample(file, dialect):
        dialect = _sniff(file, encoding=dialect.options["encoding"], sample_size=-1)
    return _judged(file, dialect)


def _sniff(file: _File, **asked: Any) -> _Dialect:
    """Ask DuckDB's sniffer, with some options given."""
    options = {
        "nullstr": list(MISSING),
        "encoding": file.encoding,
        "decimal_separator": ".",
        "sample_size": _SAMPLE,
        **asked,
    }
    named = ", ".join(f"{key} => ${key}" for key in options)
    found = file.connection.execute(
        "SELECT Delimiter, Quote, Escape, NewLineDelimiter, Comment, SkipRows, HasHeader, Columns "
        f"FROM sniff_csv($path, {named})",
        {**file.parameters, **options},
    ).fetchone()
    assert found is not None
    delimiter, quote, escape, new_line, comment, skip, has_header, columns = found
    names = [column["name"] if has_header else f"x{i + 1}" for i, column in enumerate(columns)]
    types = dict(zip(names, (column["type"] for column in columns), strict=True))
    del options["sample_size"]
    options |= {
        "delim": delimiter,
        # Where no quotes were seen in the sample, there may be some later.
        "quote": _given(quote, '"'),
        "escape": _given(escape, '"'),
        "comment": _given(comment, ""),
        "new_line": new_line,
        "skip": skip,
        "header": has_header,
        # Numbers of any kind are read as doubles; the rest as text, which cannot fail.
        "columns": {n: "DOUBLE" if is_number_type(t) else "VARCHAR" for n, t in types.items()},
    }
    return _Dialect(options, types)


def _given(found: str, otherwise: str) -> str:
    return otherwise if found in ("(empty)", "\0", "") else found


def _blank_in_sample(file: _File, dialect: _Dialect) -> bool:
    """Whether a column has no value in a full sample: its type is then still unknown."""
    if not dialect.texts:
        return False
    counts = ", ".join(f"count({quoted(name)})" for name in dialect.texts)
    names = ", ".join(map(quoted, dialect.texts))
    row = file.connection.execute(
        f"SELECT count(*), {counts} FROM (SELECT {names} FROM {dialect.source} LIMIT {_SAMPLE})",
        {**file.parameters, **dialect.options},
    ).fetchone()
    assert row is not None
    return row[0] == _SAMPLE and 0 in row[1:]


def _judged(file: _File, dialect: _Dialect) -> _Dialect:
    """The dialect, or a better one where it lost rows or columns of numbers.

    Raises
    ------
    DataError
        Lines of numbers do not have one number of values.
    """
    candidates = [dialect]
    lost_header = _lost_header(dialect)
    alone = len(dialect.types) == 1
    delimited = any(set(name) & set(_DELIMITERS[:-1]) for name in dialect.types)
    if lost_header:
        # One column of "1,5" under a header looks like two columns without one.
        candidates += _tried(file, delim=";", decimal_separator=",")
    elif dialect.texts and not delimited and (dialect.options["header"] or not alone):
        if dialect.options["delim"] != ",":
            asked = {"delim": dialect.options["delim"], "decimal_separator": ","}
            candidates += _tried(file, **asked)
    if alone and not dialect.numeric:
        candidates += _tried(file, delim=" ")
    candidates = [candidate for candidate in candidates if candidate.numeric] or [dialect]
    best = max(candidates, key=_merit)
    _check_skipped(file, best)
    if alone and not best.numeric:
        _check_ragged(file)
    return best


def _merit(dialect: _Dialect) -> tuple[int, bool, int]:
    """Few columns of text; then a header that is not lost; then many columns of numbers."""
    return -len(dialect.texts), not _lost_header(dialect), len(dialect.numeric)


def _lost_header(dialect: _Dialect) -> bool:
    return bool(dialect.options["skip"]) and not dialect.options["header"]


def _tried(file: _File, **asked: Any) -> list[_Dialect]:
    import duckdb

    try:
        return [_sniff(file, **asked)]
    except duckdb.Error:
        return []


def _check_skipped(file: _File, dialect: _Dialect) -> None:
    """The sniffer leaves out first lines that differ; where they hold numbers, that is a loss."""
    for number, line in enumerate(file.first_lines[: dialect.options["skip"]], start=1):
        cells = [cell.strip(" \"'") for cell in line.split(dialect.options["delim"])]
        if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
            raise DataError(
                _ragged_sentence(file.path.name, number, len(cells), len(dialect.types))
            )


def _check_ragged(file: _File) -> None:
    """Where no delimiter fits all lines, name the first line that breaks the one in the first."""
    first = file.first_lines[0] if file.first_lines else ""
    delimiter = max(_DELIMITERS, key=first.count)
    wanted = first.count(delimiter)
    if wanted == 0 or delimiter == " ":
        return
    for number, line in enumerate(islice(file.first_lines, 1, None), start=2):
        found = line.count(delimiter)
        whole = number < len(file.first_lines)
        if line.strip() and found != wanted and whole and '"' not in line:
            raise DataError(_ragged_sentence(file.path.name, number, found + 1, wanted + 1))


def _ragged_sentence(name: str, line: int, found: int, wanted: int) -> str:
    return (
        f"Line {line:,} of {name} has {found} values where other lines have {wanted}: mend or "
        "remove that line."
    )


def _table(
    file: _File,
    dialect: _Dialect,
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


def _no_rows(file: _File) -> str:
    return f"{file.path.name} has a header but no rows: choose a file with rows of numbers."


def _why_no_numbers(file: _File, dialect: _Dialect) -> str:
    """Which of the three it is: no rows, no values, or only text."""
    counts = ", ".join(f"count({quoted(name)})" for name in dialect.types)
    row = file.connection.execute(
        f"SELECT count(*), {counts} FROM {dialect.source}",
        {**file.parameters, **dialect.options},
    ).fetchone()
    name = file.path.name
    if row is None or row[0] == 0:
        return _no_rows(file)
    if not any(row[1:]):
        return f"Every value of {name} is missing: choose a file with rows of numbers."
    names = ", ".join(islice(dialect.types, 8))
    return (
        f"{name} has no numeric column (it has {names}): choose a file with columns of numbers, "
        "or mend the cells that are not numbers."
    )


def _why_unreadable(file: _File, message: str) -> str:
    name = file.path.name
    if "GZIP" in message.upper():
        return f"{name} is not a whole gzip file: it was cut off or damaged. Copy it again."
    line = re.search(r"CSV Error on Line: (\d+)", message)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if line and counts:
        return _ragged_sentence(name, int(line[1]), int(counts[2]), int(counts[1]))
    where = f"Line {int(line[1]):,} of {name}" if line else name
    return (
        f"{where} cannot be read as rows of values with a delimiter between: export the data as "
        "CSV in UTF-8."
    )
