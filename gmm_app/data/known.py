"""Components that rows are known to be from, as a column of the source has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import DataError

if TYPE_CHECKING:
    from gmm_app.data.table import Table

Rows = NDArray[np.intp] | None


def known_components(
    table: Table, name: str | None, rows: Rows
) -> tuple[NDArray[np.intp] | None, tuple[str, ...]]:
    """The component of each of some rows, from 0, or -1; and what the column calls them.

    The words or numbers that those rows have are the components, in alphabetical order or by size:
    the first is component 0, and so on.

    Parameters
    ----------
    table : with the column.
    name : of the column of words or whole numbers; None: no row's component is known.
    rows : (n,) positions in the table; None: all.

    Raises
    ------
    DataError
        There is no such column, or it has something else than words or whole numbers.
    """
    if name is None:
        return None, ()
    label = next((label for label in table.labels if label.name == name), None)
    if label is not None:
        codes = _some(label.codes, rows)
        order = sorted(np.unique(codes[codes >= 0]).tolist(), key=label.words.__getitem__)
        known_as = tuple(label.words[code] for code in order)
        ranks = np.full(len(label.words) + 1, -1, dtype=np.intp)
        ranks[order] = np.arange(len(order))
        known = ranks[codes]
    else:
        numbers = _some(table.column(name), rows)
        present = ~np.isnan(numbers)
        different, places = np.unique(numbers[present], return_inverse=True)
        _check_whole(name, different)
        known_as = tuple(f"{number:.0f}" for number in different)
        known = np.full(numbers.size, -1, dtype=np.intp)
        known[present] = places
    return (known, known_as) if known_as else (None, ())


def _some(values: NDArray, rows: Rows) -> NDArray:
    return values if rows is None else values[rows]


def _check_whole(name: str, numbers: NDArray[np.float64]) -> None:
    wrong = numbers[~np.isfinite(numbers) | (numbers != np.floor(numbers))]
    if wrong.size:
        raise DataError(
            f"Column '{name}' cannot say which component a row is from, for it has {wrong[0]:g}: "
            "choose a column of words or whole numbers."
        )
