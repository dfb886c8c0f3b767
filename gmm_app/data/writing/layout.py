"""A table on its way into a file: its layout, and its rows block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Block = Sequence[NDArray[np.generic]]
"""Some rows of a table: one array per column, all equally long."""

TEXT = np.dtype(object)
FLOAT = np.dtype(np.float64)
INTEGER = np.dtype(np.int64)

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """A column's heading and what it holds: numbers, NaN for a missing one, or str (TEXT)."""

    name: str
    kind: np.dtype[Any]


def _never() -> None:
    """There is nothing to stop for."""


@dataclass(frozen=True)
class Layout:
    """What a table is, before its rows are known.

    Attributes
    ----------
    title : what its rows are, in one word.
    columns : with headings that all differ.
    n_rows : how many will come.
    check : asked now and then by writers that are slow; raises Cancelled to stop them.
    """

    title: str
    columns: tuple[Column, ...]
    n_rows: int
    check: Callable[[], None] = _never

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def distinct(columns: Iterable[Column], taken: Iterable[str] = ()) -> list[Column]:
    """The columns with a number after each name that was there before, or is among `taken`."""
    known = set(taken)
    renamed = []
    for column in columns:
        name, number = column.name, 2
        while name in known:
            name, number = f"{column.name}_{number}", number + 1
        known.add(name)
        renamed.append(column._replace(name=name))
    return renamed


def no_formula(cell: str) -> str:
    """Text for a file of mere text, with an apostrophe where a spreadsheet would see a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


def utf8(name: str) -> str:
    """The name without what UTF-8 cannot hold."""
    return name.encode("utf-8", "replace").decode("utf-8")
