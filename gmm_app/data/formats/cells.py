"""Cells that each have a type of their own, as in spreadsheets and SQLite: what a column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gmm_app.data.batches import Kind, batch_rows
from gmm_app.data.text.numbers import MISSING

if TYPE_CHECKING:
    import pyarrow as pa

Row = TypeVar("Row")

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_MISSING = frozenset(MISSING)


def is_missing(cell: Any) -> bool:
    """Whether nothing stands there, or a word for it."""
    return cell is None or (isinstance(cell, str) and cell.strip() in _MISSING)


def is_number(word: str) -> bool:
    """Whether text is a number as programs write it."""
    return _NUMBER.fullmatch(word) is not None


def kinds_of(cells: Iterable[Any]) -> set[Kind]:
    """What the cells are, those that are missing left out."""
    return {_kind(cell) for cell in cells if not is_missing(cell)}


def common_kind(kinds: set[Kind]) -> Kind:
    """What a column is whose cells are of these kinds: text where they differ, or are missing."""
    return next(iter(kinds)) if len(kinds) == 1 else Kind.TEXT


def in_batches(rows: Iterator[Row], n_columns: int) -> Iterator[list[Row]]:
    """Rows some at a time, as many as a batch of so many columns has."""
    while some := list(islice(rows, batch_rows(n_columns))):
        yield some


def _kind(cell: Any) -> Kind:
    if isinstance(cell, str):
        return Kind.NUMBER if is_number(cell) else Kind.TEXT
    if isinstance(cell, bool):
        return Kind.TRUTH
    if isinstance(cell, int | float):
        return Kind.NUMBER
    return Kind.DATE if isinstance(cell, date | time | timedelta) else Kind.OTHER


def as_arrow(cells: Sequence[Any], kind: Kind) -> pa.Array:
    """A column of cells of one kind; dates as text."""
    import pyarrow as pa

    if kind is Kind.NUMBER:
        return pa.array(np.array([np.nan if is_missing(c) else float(c) for c in cells]))
    if kind is Kind.TRUTH:
        return pa.array([None if is_missing(c) else c for c in cells], pa.bool_())
    if kind is Kind.OTHER:
        return pa.nulls(len(cells))
    return pa.array([None if is_missing(c) else as_text(c) for c in cells], pa.string())


def as_text(cell: Any) -> str:
    """A cell as people would write it: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
