"""How a text file is written: encoding, delimiter, quotes, header, types.

DuckDB's sniffer finds them. What it finds is judged here, since it would rather find something than
complain.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.database import is_number_type, literal_path, quoted
from gmm_app.data.text.line_ends import lines_of
from gmm_app.data.text.text_lines import (
    DELIMITERS,
    MISSING,
    cells,
    check_ragged,
    holds_numbers,
    is_heading_of_years,
    is_number,
    ragged_sentence,
)
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAMPLE = 20_480
_ALL = -1
_HEAD = 1 << 16


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Attributes
    ----------
    options : parameters of DuckDB's read_csv.
    types : DuckDB's type by column name.
    limit : read no more rows than this; None for all.
    """

    options: dict[str, Any]
    types: dict[str, str]
    limit: int | None = None

    @property
    def numeric(self) -> list[str]:
        return [name for name, type_name in self.types.items() if is_number_type(type_name)]

    @property
    def texts(self) -> list[str]:
        return [name for name, type_name in self.types.items() if type_name == "VARCHAR"]

    @property
    def source(self) -> str:
        named = ", ".join(f"{key} => ${key}" for key in self.options)
        table = f"read_csv($path, {named}, auto_detect => false, hive_partitioning => false)"
        return table if self.limit is None else f"(FROM {table} LIMIT {self.limit})"


@dataclass(frozen=True)
class TextFile:
    """A text file in an open database, and what is known of it before it is sniffed.

    Attributes
    ----------
    connection : the database that reads it.
    path : where it lies, for people.
    stored : where DuckDB finds it: there, or a link or copy.
    encoding : as DuckDB names it.
    first_lines : its first lines; the last of them may be cut off.
    """

    connection: DuckDBPyConnection
    path: Path
    stored: Path
    encoding: str
    first_lines: tuple[str, ...]

    @property
    def parameters(self) -> dict[str, Any]:
        return {"path": literal_path(self.stored)}

    def fetch(self, selected: str, dialect: Dialect) -> tuple[Any, ...]:
        """The first row of a query on the file."""
        query = f"SELECT {selected} FROM {dialect.source}"
        (row,) = self.connection.execute(query, {**self.parameters, **dialect.options}).fetchall()
        return tuple(row)


def look(
    connection: DuckDBPyConnection, path: Path, stored: Path, encoding: str | None = None
) -> TextFile:
    """Look at the beginning of a file; find its encoding where none is given.

    Parameters
    ----------
    connection : the database that will read it.
    path, stored : as in `TextFile`.
    encoding : as DuckDB names it.

    Raises
    ------
    DataError
        It is not text, or text in an encoding that cannot be read.
    """
    try:
        packed = stored.name.lower().endswith(".gz")
        with gzip.open(stored) if packed else open(stored, "rb") as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(not_whole_gzip(path.name)) from error
    if not head:
        raise DataError(f"{path.name} is empty: choose a file with rows of numbers.")
    encoding = encoding or _encoding(path.name, head)
    text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    return TextFile(connection, path, stored, encoding, tuple(re.split(r"\r\n|\n|\r", text)))


def not_whole_gzip(name: str) -> str:
    """The sentence for a damaged .gz file."""
    return f"{name} is not a whole gzip file: it was cut off or damaged. Copy it again."


def _encoding(name: str, head: bytes) -> str:
    if head.startswith(b"\xff\xfe"):
        return "utf-16"
    if head.startswith(b"\xfe\xff"):
        raise DataError(f"{name} is text in UTF-16 (big-endian): save it again as UTF-8.")
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        raise DataError(
            f"{name} is not text but binary data: export it as CSV, Parquet or NPY, and let its "
            "name end so."
        )
    try:
        # The last character may be cut off, which an incremental decoder does not mind.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        # What is not UTF-8 is nearly always the 8-bit text of older spreadsheets.
        return "latin-1"
    return "utf-8"


def find_dialect(file: TextFile, *, all_rows: bool = False) -> Dialect:
    """How the file is written, judged by its first rows or by all of them.

    Raises
    ------
    DataError
        Lines of numbers do not have one number of values.
    duckdb.Error
        The file cannot be read as delimited text.
    """
    sample_size = _ALL if all_rows else _SAMPLE
    dialect, blank = _examined(file, _sniff(file, sample_size=sample_size), sample_size)
    if blank:
        sample_size = _ALL
        dialect, _ = _examined(file, _sniff(file, sample_size=sample_size), sample_size)
    return _judged(file, dialect, sample_size)


def _sniff(file: TextFile, **asked: Any) -> Dialect:
    """Ask DuckDB's sniffer, with some options given."""
    options = {
        "nullstr": list(MISSING),
        "encoding": file.encoding,
        "decimal_separator": ".",
        **asked,
    }
    named = ", ".join(f"{key} => ${key}" for key in options)
    (found,) = file.connection.execute(
        "SELECT Delimiter, Quote, Escape, NewLineDelimiter, Comment, SkipRows, HasHeader, Columns "
        f"FROM sniff_csv($path, {named})",
        {**file.parameters, **options},
    ).fetchall()
    delimiter, quote, escape, new_line, comment, skip, has_header, columns = found
    if "header" not in asked and _is_wrong_header(has_header, file.first_lines[skip:], delimiter):
        found_out = {"header": not has_header, "delim": delimiter, "skip": skip}
        return _sniff(file, **{**asked, **found_out})
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
    return Dialect(options, types)


def _is_wrong_header(has_header: bool, lines: Sequence[str], delimiter: str) -> bool:
    if not lines:
        return False
    if has_header:
        # 1.5 above whole numbers looks like a heading to the sniffer.
        return holds_numbers(lines[0], delimiter)
    # Years above numbers look like one more row to it.
    return is_heading_of_years(lines, delimiter)


def _given(found: str, otherwise: str) -> str:
    return otherwise if found in ("(empty)", "\0", "") else found


def _examined(file: TextFile, dialect: Dialect, sample_size: int) -> tuple[Dialect, bool]:
    """Look again at columns of text: some are numbers ("+5", "infinity"), some are still blank.

    Returns
    -------
    dialect : with the type of columns of text that can all be read as numbers corrected.
    blank : whether a column has no value in a full sample, so that its type is still unknown.
    """
    if not dialect.texts:
        return dialect, False
    sample = dialect if sample_size == _ALL else replace(dialect, limit=sample_size)
    names = [quoted(name) for name in dialect.texts]
    counts = [f"count({name}), count(TRY_CAST({name} AS DOUBLE))" for name in names]
    n_rows, *n_values = file.fetch(f"count(*), {', '.join(counts)}", sample)
    pairs = list(zip(n_values[::2], n_values[1::2], strict=True))
    numbers = {
        name: "DOUBLE"
        for name, (n_known, n_numbers) in zip(dialect.texts, pairs, strict=True)
        if n_known == n_numbers > 0
    }
    blank = n_rows == sample_size and any(n_known == 0 for n_known, _ in pairs)
    return replace(dialect, types={**dialect.types, **numbers}), blank


def _judged(file: TextFile, dialect: Dialect, sample_size: int) -> Dialect:
    """The dialect, or a better one where it lost rows or columns of numbers.

    Raises
    ------
    DataError
        Lines of numbers do not have one number of values.
    """
    candidates = [dialect]
    lost_header = _lost_header(dialect)
    alone, has_header = len(dialect.types) == 1, dialect.options["header"]
    # A heading that holds a delimiter was not cut up; beside others it is a quoted name.
    delimited = alone and any(set(name) & set(DELIMITERS) for name in dialect.types)
    comma = {"decimal_separator": ",", "sample_size": sample_size}
    if lost_header:
        # One column of "1,5" under a header looks like two columns without one.
        candidates += _tried(file, delim=";", **comma)
    elif not delimited and (has_header or not alone) and _may_have_decimal_comma(file, dialect):
        candidates += _tried(file, delim=dialect.options["delim"], **comma)
    if alone and not dialect.numeric:
        spaced = _tried(file, delim=" ", sample_size=sample_size)
        candidates += [candidate for candidate in spaced if not _skips_rows(file, candidate)]
    candidates = [candidate for candidate in candidates if candidate.numeric] or [dialect]
    best = max(candidates, key=_merit)
    _check_skipped(file, best)
    if alone and not best.numeric:
        check_ragged(file.path.name, lines_of(file.stored, file.encoding))
    return best


def _may_have_decimal_comma(file: TextFile, dialect: Dialect) -> bool:
    delimiter = dialect.options["delim"]
    if delimiter in (",", ";"):
        return bool(delimiter == ";")
    # "12,345" between tabs is more likely twelve thousand than twelve and a bit.
    found = [cell for line in file.first_lines for cell in line.split(delimiter) if "," in cell]
    return not all(re.fullmatch(r"\s*[+-]?\d{1,3}(,\d{3})+\s*", cell) for cell in found)


def _merit(dialect: Dialect) -> tuple[int, bool, int]:
    """Few columns of text; then a header that is not lost; then many columns of numbers."""
    return -len(dialect.texts), not _lost_header(dialect), len(dialect.numeric)


def _lost_header(dialect: Dialect) -> bool:
    return bool(dialect.options["skip"]) and not dialect.options["header"]


def _tried(file: TextFile, **asked: Any) -> list[Dialect]:
    import duckdb

    try:
        return [_sniff(file, **asked)]
    except duckdb.Error:
        return []


def _skips_rows(file: TextFile, dialect: Dialect) -> bool:
    """Whether a footer of several words was taken for the rows."""
    skipped = file.first_lines[: dialect.options["skip"]]
    return any(
        len(cells(line, delimiter)) > 1 and holds_numbers(line, delimiter)
        for line in skipped
        for delimiter in DELIMITERS
    )


def _check_skipped(file: TextFile, dialect: Dialect) -> None:
    """The sniffer leaves out first lines that differ; where they hold numbers, that is a loss."""
    for number, line in enumerate(file.first_lines[: dialect.options["skip"]], start=1):
        found = cells(line, dialect.options["delim"])
        if found and all(is_number(cell) for cell in found):
            raise DataError(ragged_sentence(file.path.name, number, len(found), len(dialect.types)))
