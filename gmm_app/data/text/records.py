"""The first lines of a text file, cut into values."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

DELIMITERS = (",", ";", "\t", "|", " ")
"""Those that are looked for, the likeliest first. A blank stands for any number of blanks."""

_MOST_RECORDS = 2000
_MOST_CELLS = 200_000
_COMMENT = ("#", "%")
_BLANKS = re.compile(r"[ \t]+")
_OUTER_BLANKS = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class Record:
    """A row of values; one in quotes may span several lines.

    Attributes
    ----------
    cells : its values, without blanks around.
    end : the line of the file on which it ends, from 1.
    comment : whether it begins like a comment.
    """

    cells: tuple[str, ...]
    end: int
    comment: bool

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Records:
    """The first lines, cut up in one way.

    Attributes
    ----------
    records : from the first line on.
    delimiter : between the values of a line; "" where each line is one value.
    quote : around values.
    width : how many values most of them have.
    whole : whether all lines were cut up, not the first of them alone.
    """

    records: tuple[Record, ...]
    delimiter: str
    quote: str
    width: int
    whole: bool = True

    @property
    def consistency(self) -> float:
        """The share of the records that have `width` values."""
        filled = [record for record in self.records if not record.is_blank and not record.comment]
        return sum(len(record.cells) == self.width for record in filled) / max(len(filled), 1)


def cut(text: str, delimiter: str, quote: str, skip: int) -> Records:
    """Cut text into records.

    Parameters
    ----------
    text : the first lines, whole ones, that end in a newline.
    delimiter : between values; "" for none.
    quote : around values; "" for none.
    skip : lines to pass over.
    """
    _, text = split_lines(text, skip)
    if delimiter == " ":
        text = with_single_blanks(text)
    records: list[Record] = []
    n_cells = 0
    whole = True
    reader = _reader(text, delimiter, quote)
    try:
        for row in reader:
            n_cells += len(row)
            if len(records) > 1 and (len(records) == _MOST_RECORDS or n_cells > _MOST_CELLS):
                whole = False
                break
            cells = tuple(cell.strip() for cell in row or [""])
            comment = cells[0].startswith(_COMMENT)
            records.append(Record(cells, skip + reader.line_num, comment))
    except csv.Error:
        whole = False  # a value that is longer than any: what came before it must do
    found = Records(tuple(records), delimiter, quote, _width(records), whole)
    return _without_last_blank_column(found)


def _reader(text: str, delimiter: str, quote: str, *, strict: bool = False) -> _csv.Reader:
    # Text has no such character as this one.
    delimiter = delimiter or "\x1f"
    lines = io.StringIO(text)
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=strict)


def split_lines(text: str, n_lines: int) -> tuple[str, str]:
    """The first lines, and all others."""
    parts = text.split("\n", n_lines)
    rest = parts[n_lines] if len(parts) > n_lines else ""
    return text[: len(text) - len(rest)], rest


def count_records(text: str, delimiter: str, quote: str, comment: str) -> int:
    """How many records lines make, but for those that begin with `comment`, if there is such."""
    rows = _reader(text, delimiter, quote)
    return sum(not (comment and row and row[0].lstrip().startswith(comment)) for row in rows)


def has_odd_quotes(text: str, delimiter: str, quote: str) -> bool:
    """Whether quotes stand where they should not; DuckDB then takes lines together."""
    try:
        for _ in _reader(text, delimiter, quote, strict=True):
            pass
    except csv.Error:
        return True
    return False


def with_single_blanks(text: str) -> str:
    """Lines with one blank for each run of them, and none at their ends."""
    return _BLANKS.sub(" ", _OUTER_BLANKS.sub("", text))


def _width(records: list[Record]) -> int:
    filled = [record for record in records if not record.is_blank and not record.comment]
    counts = Counter(len(record.cells) for record in filled or records)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def _without_last_blank_column(found: Records) -> Records:
    """Lines that end in a delimiter have no column after it."""
    width = found.width
    full = [record.cells for record in found.records if len(record.cells) == width]
    if width < 2 or any(cells[-1] for cells in full):
        return found
    records = tuple(
        Record(record.cells[:-1], record.end, record.comment)
        if len(record.cells) == width
        else record
        for record in found.records
    )
    return replace(found, records=records, width=width - 1)
