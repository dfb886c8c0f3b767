"""Rows that cannot be read: which they are, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gmm_app.data.batches import MOST_REJECTED, Rejected, RejectedRows
from gmm_app.data.packing import unpacked
from gmm_app.data.text.copies import Ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 100_000
"""With more rows that cannot be read, the file is not what it was taken for."""

_BLOCK = 1 << 20
_LONGEST_VALUE = 40


class Fault(NamedTuple):
    """What DuckDB found wrong with a row.

    Attributes
    ----------
    byte : where the row begins, counted from 1; or the last byte of the line end before it.
    column : name of the column, where it is one value.
    what : in DuckDB's words, such as "CAST".
    value : the value or, where it is the whole row, that.
    counts : how many values the row has, and how many it should have; zeros where that is not it.
    """

    byte: int
    column: str
    what: str
    value: str
    counts: tuple[int, int]

    @property
    def reason(self) -> str:
        """In a few words."""
        if self.counts != (0, 0):
            return values_in_words(*self.counts)
        return _REASONS.get(self.what, "no row of values")


_REASONS = {
    "CAST": "not a number",
    "TRUTH": "neither true nor false",
    "UNQUOTED VALUE": "a quote that is not closed or not doubled",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "bytes that are not UTF-8",
}


def values_in_words(found: int, wanted: int) -> str:
    """What is wrong with a line of another number of values."""
    return f"{found} value{'s' * (found != 1)} where other lines have {wanted}"


def faults_of(connection: DuckDBPyConnection) -> list[Fault]:
    """What went wrong in the last scan that stored its rejects: the worst fault of each row."""
    found = connection.execute(
        "SELECT DISTINCT ON (line_byte_position) line_byte_position, column_name, "
        "error_type::VARCHAR, csv_line, error_message FROM reject_errors "
        "ORDER BY line_byte_position, error_type::VARCHAR = 'CAST', byte_position"
    ).fetchall()
    return [_fault(*row) for row in found]


def _fault(byte: int, column: str | None, what: str, line: str | None, message: str) -> Fault:
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    # DuckDB ends the message where a value has a line end.
    value = re.search(r"Could not convert string \"(.*?)(\" to '|$)", message)
    if value:
        what = "TRUTH" if message.endswith("'BOOLEAN'") else what
        return Fault(byte, column or "", what, value[1].strip(), (0, 0))
    numbers = (int(counts[2]), int(counts[1])) if counts else (0, 0)
    return Fault(byte, "", what, (line or "").strip("\r\n"), numbers)


def rejected_rows(faults: Iterable[Fault], path: Path, ask: Ask) -> RejectedRows:
    """The rows with their lines.

    Parameters
    ----------
    faults : in the order of the file.
    path : what DuckDB read.
    ask : called now and then; raises an error where the work is to stop.
    """
    faults = list(faults)
    rejected = RejectedRows()
    first = faults[:MOST_REJECTED]
    lines = _lines_at([fault.byte for fault in first], path, ask)
    for fault, line in zip(first, lines, strict=True):
        value = fault.value
        short = value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
        rejected.add(Rejected(line, fault.column, short, fault.reason))
    rejected.count = len(faults)
    return rejected


def _lines_at(positions: list[int], path: Path, ask: Ask) -> list[int]:
    """The lines, from 1, at which bytes of a file are, in the order of the file."""
    lines: list[int] = []
    with unpacked(path, path.name) as file:
        block = file.read(_BLOCK)
        end = b"\n" if b"\n" in block else b"\r"
        line, block_begin, counted = 1, 0, 0
        for position in positions:
            while block and position > block_begin + len(block):
                ask()
                line += block.count(end, counted)
                block_begin += len(block)
                block, counted = file.read(_BLOCK), 0
            line += block.count(end, counted, position - block_begin)
            counted = position - block_begin
            lines.append(line)
    return lines
