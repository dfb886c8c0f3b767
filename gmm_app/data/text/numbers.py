"""How numbers are written: decimal marks, marks between thousands, words for missing values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from gmm_app.data.batches import Kind

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "Null"),
    *("None", "?", "-", ".", "#DIV/0!", "#VALUE!"),
)
"""Words for a missing value where nobody says which."""

_TRUTHS = {"true", "false"}
_DATE = re.compile(
    r"(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4}|\d{4}/\d\d?/\d\d?)([T ]\d\d?:\d\d(:\d\d.*)?)?"
    r"|\d\d?:\d\d(:\d\d(\.\d+)?)?"
)
# Nobody means text by a column in which some values are 4.5 and some 0x10.
_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
# Of a group that is most of a column, those that differ are mistakes.
_MOST = 0.9


class NumberStyle(NamedTuple):
    """How numbers are written.

    Attributes
    ----------
    decimal : "." or ",".
    thousands : what stands between groups of three digits; "" for nothing.
    """

    decimal: str
    thousands: str


_PLAIN = NumberStyle(".", "")
_STYLES = (
    *(_PLAIN, NumberStyle(",", ""), NumberStyle(",", "."), NumberStyle(".", ",")),
    *(NumberStyle(decimal, mark) for decimal in ".," for mark in ("'", " ", "\u00a0", "\u202f")),
)


def grouped_digits(thousands: str) -> str:
    """A pattern for digits with a mark after each third from the right; 0,285 is none such."""
    return rf"[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+"


@cache
def number_pattern(style: NumberStyle) -> re.Pattern[str]:
    """What a number looks like."""
    decimal = re.escape(style.decimal)
    grouped = rf"|{grouped_digits(style.thousands)}(?:{decimal}\d*)?" if style.thousands else ""
    digits = rf"(?:\d+(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?{grouped}"
    return re.compile(rf"[+-]?(?:{digits}|inf|infinity|nan)", re.IGNORECASE)


def is_number(cell: str, style: NumberStyle = _PLAIN) -> bool:
    """Whether a value reads as a number."""
    return number_pattern(style).fullmatch(cell) is not None


def kind_of_values(
    cells: Iterable[str], style: NumberStyle, missing: Sequence[str], *, mostly: bool = False
) -> Kind | None:
    """What the values of a column are.

    Parameters
    ----------
    cells : some of them, without blanks around.
    style : how numbers are written.
    missing : words for missing values.
    mostly : whether a few that differ are passed over.

    Returns
    -------
    kind : None where all are missing.
    """
    words = set(missing)
    known = [cell for cell in cells if cell not in words]
    if not known:
        return None
    enough = _MOST * len(known) if mostly else len(known)
    numbers = sum(is_number(cell, style) for cell in known)
    hexadecimal = sum(_HEXADECIMAL.fullmatch(cell) is not None for cell in known)
    if numbers and numbers + hexadecimal >= enough:
        return Kind.NUMBER
    if sum(cell.lower() in _TRUTHS for cell in known) >= enough:
        return Kind.TRUTH
    if sum(_DATE.fullmatch(cell) is not None for cell in known) >= enough:
        return Kind.DATE
    return Kind.TEXT


def is_hexadecimal(value: str) -> bool:
    """Whether a value that is no number was meant for one, to the base of 16."""
    return _HEXADECIMAL.fullmatch(value) is not None


def find_style(
    columns: Sequence[Sequence[str]], delimiter: str, allowed: tuple[str | None, str | None]
) -> NumberStyle:
    """The style in which most values are numbers; of several the plainest.

    Parameters
    ----------
    columns : values of each column, none of them missing.
    delimiter : between the values of a line. Where that is a semicolon, commas are for decimals.
    allowed : the decimal mark and the mark of thousands, where they are known.
    """
    styles = [style for style in _styles(delimiter) if _allows(allowed, style)]
    if not styles:
        decimal, thousands = allowed
        return NumberStyle(decimal or ("," if thousands == "." else "."), thousands or "")
    # Columns of plain whole numbers look alike in each.
    telling = [cells for cells in columns if not all(cell.isdecimal() for cell in cells)]
    counts = {
        style: sum(_share_of_numbers(cells, style) for cells in telling)
        for style in styles
        if _has_mark(style, telling)
    }
    return max(counts, key=lambda style: counts[style]) if counts else styles[0]


def _styles(delimiter: str) -> tuple[NumberStyle, ...]:
    if delimiter == ";":
        return _STYLES
    # 12,345 between tabs is more likely twelve thousand than twelve and a bit.
    plain, comma, both, thousands, *rest = _STYLES
    return (plain, thousands, comma, both, *rest)


def _allows(allowed: tuple[str | None, str | None], style: NumberStyle) -> bool:
    return all(asked in (None, mark) for asked, mark in zip(allowed, style, strict=True))


def _share_of_numbers(cells: Sequence[str], style: NumberStyle) -> float:
    matches = number_pattern(style).fullmatch
    return sum(matches(cell) is not None for cell in cells) / len(cells)


def _has_mark(style: NumberStyle, columns: Sequence[Sequence[str]]) -> bool:
    if not style.thousands:
        return True
    return any(style.thousands in cell for cells in columns for cell in cells)
