"""The rows that a mixture is fitted to, and the table of columns they are chosen from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import DataError

if TYPE_CHECKING:
    from kernels.gaps import Gaps

NO_ROWS = np.empty(0, dtype=np.intp)

Missing = Literal["keep", "drop"]
"""What becomes of rows with missing values: kept, with what they have, or left out."""

_DIGEST_BLOCK = 1 << 20
_MOST_NAMES = 8


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows of numbers, ready to be fitted.

    Attributes
    ----------
    X : (n_samples, n_features) float64 or float32, read-only, in any memory order; column by
        column (Fortran order) is read fastest. Finite, but for NaN where a value is missing; no
        row is without any value.
    columns : n_features names, in the order of the columns of `X`.
    source : where the rows come from, for people: a file path or a description.
    weights : (n_samples,) how many times each row counts, read-only; None: each once.
    row_numbers : (n_samples,) positions (from 0) of the rows of `X` among all rows of the source,
        or None when every row was kept.
    n_rows_read : rows of the source, kept or not.
    incomplete : (n,) positions of the rows of `X` that have missing values.
    known : (n_samples,) the component that each row is known to be from, from 0, and -1 where that
        is not known; None: of no row.
    """

    X: NDArray[np.float64]
    columns: tuple[str, ...]
    source: str = "array"
    weights: NDArray[np.float64] | None = None
    row_numbers: NDArray[np.intp] | None = None
    n_rows_read: int = -1
    incomplete: NDArray[np.intp] = field(default_factory=lambda: NO_ROWS)
    known: NDArray[np.intp] | None = None

    def __post_init__(self) -> None:
        if self.n_rows_read < 0:
            object.__setattr__(self, "n_rows_read", self.X.shape[0])
        object.__setattr__(self, "X", _read_only(self.X))
        if self.weights is not None:
            object.__setattr__(self, "weights", _read_only(self.weights))

    def __repr__(self) -> str:
        return f"Dataset({_short(self.source)}: {_size(self.n_samples, self.columns)})"

    @property
    def n_samples(self) -> int:
        return self.X.shape[0]

    @property
    def n_features(self) -> int:
        return self.X.shape[1]

    @property
    def n_left_out(self) -> int:
        """Rows of the source that are not used: they have no value in the chosen columns, or an
        infinite one, or no weight; or, if that was asked for, a missing one."""
        return self.n_rows_read - self.n_samples

    @property
    def n_incomplete(self) -> int:
        """Rows that are used and have missing values."""
        return self.incomplete.size

    @cached_property
    def total_weight(self) -> float:
        """Rows, each as often as it counts."""
        return float(self.n_samples if self.weights is None else self.weights.sum())

    @cached_property
    def complete(self) -> Dataset:
        """The rows that have no missing value; there may be none."""
        if not self.n_incomplete:
            return self
        whole = np.ones(self.n_samples, dtype=np.bool_)
        whole[self.incomplete] = False
        return self.take(np.flatnonzero(whole))

    def take(self, rows: NDArray[np.intp]) -> Dataset:
        """Some of the rows, in that order, each column in one piece.

        Parameters
        ----------
        rows : (n,) positions in `X`.
        """
        has_gaps = np.zeros(self.n_samples, dtype=np.bool_)
        has_gaps[self.incomplete] = True
        return Dataset(
            np.take(self.X.T, rows, axis=1).T,
            self.columns,
            self.source,
            weights=None if self.weights is None else self.weights[rows],
            row_numbers=rows if self.row_numbers is None else self.row_numbers[rows],
            n_rows_read=self.n_rows_read,
            incomplete=np.flatnonzero(has_gaps[rows]),
            known=None if self.known is None else self.known[rows],
        )

    @cached_property
    def by_known(self) -> dict[int, Dataset]:
        """The rows by the component that they are known to be from, -1 where that is not known."""
        if self.known is None:
            return {-1: self}
        return {
            int(component): self.take(np.flatnonzero(self.known == component))
            for component in np.unique(self.known)
        }

    @cached_property
    def gaps(self) -> Gaps | None:
        """The rows that have missing values, as the kernels read them; None if there are none."""
        if not self.n_incomplete:
            return None
        from kernels.gaps import gaps_of

        return gaps_of(self.X, self.incomplete, self.weights)[0]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of column names and values: the same data give the same digest on any machine."""
        digest = hashlib.sha256(repr((self.columns, self.X.shape)).encode())
        for column in self.X.T:
            for start in range(0, self.n_samples, _DIGEST_BLOCK):
                block = column[start : start + _DIGEST_BLOCK].astype("<f8", copy=False)
                digest.update(np.ascontiguousarray(block).data)
        if self.weights is not None:
            digest.update(self.weights.astype("<f8", copy=False).tobytes())
        if self.known is not None:
            digest.update(self.known.astype("<i8", copy=False).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Table:
    """The numeric columns of a source, as they were read; missing values are NaN.

    Attributes
    ----------
    values : (n_columns, n_rows) float64, read-only, one contiguous row per column of the source.
    columns : names of the numeric columns.
    source : where it comes from, for people: a file path or a description.
    other_columns : names of the columns that are not numbers and so cannot be fitted.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    source: str
    other_columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _read_only(self.values))

    def __repr__(self) -> str:
        return f"Table({_short(self.source)}: {_size(self.n_rows, self.columns)})"

    @property
    def n_rows(self) -> int:
        return self.values.shape[1]

    @cached_property
    def missing_counts(self) -> tuple[int, ...]:
        """Per column, how many values are missing or not finite."""
        return tuple(int(self.n_rows - np.isfinite(column).sum()) for column in self.values)

    def dataset(
        self,
        columns: Sequence[str] | None = None,
        *,
        missing: Missing = "keep",
        weights: str | None = None,
    ) -> Dataset:
        """Choose columns, and the rows that have something to say in them.

        Parameters
        ----------
        columns : names; None: all, but for that of the weights.
        missing : whether rows with missing values are kept, with what they have, or left out.
        weights : name of the column that says how many times each row counts; None: each once.

        Raises
        ------
        DataError
            A name that the table does not have, no column at all, no row that can be used, or
            weights that are negative.
        """
        if missing not in get_args(Missing):
            raise DataError(f"Rows that lack values cannot be '{missing}': give keep or drop.")
        if columns is None and weights is not None:
            columns = [name for name in self.columns if name != weights]
        chosen = self._positions(columns)
        everything = chosen == list(range(len(self.columns)))
        values = self.values if everything else self.values[chosen]
        counted = None if weights is None else self._weights(weights)
        row_numbers = self._usable_rows(chosen, missing, counted)
        if row_numbers is not None:
            # Unlike indexing, take keeps each column contiguous.
            values = np.take(values, row_numbers, axis=1)
            counted = None if counted is None else counted[row_numbers]
        return Dataset(
            X=values.T,
            columns=tuple(self.columns[i] for i in chosen),
            source=self.source,
            weights=counted,
            row_numbers=row_numbers,
            n_rows_read=self.n_rows,
            incomplete=incomplete_rows(values.T) if self._lacks_values(chosen) else NO_ROWS,
        )

    def _weights(self, name: str) -> NDArray[np.float64]:
        weights = self.values[self._positions([name])[0]]
        if (weights < 0.0).any() or np.isinf(weights).any():
            raise DataError(
                f"Column '{name}' says how many times each row counts, and has a negative or "
                "infinite number: choose another column for the weights."
            )
        return weights

    def _lacks_values(self, chosen: list[int]) -> bool:
        return any(self.missing_counts[i] for i in chosen)

    def _positions(self, columns: Sequence[str] | None) -> list[int]:
        names = list(self.columns if columns is None else columns)
        if not names:
            raise DataError("No column is chosen: choose at least one numeric column.")
        for name in names:
            if name in self.other_columns:
                raise DataError(
                    f"Column '{name}' of {_short(self.source)} does not hold numbers: choose among "
                    f"{', '.join(self.columns)}."
                )
            if name not in self.columns:
                raise DataError(
                    f"{_short(self.source)} has no column '{name}': choose among "
                    f"{', '.join(self.columns)}."
                )
        if len(set(names)) < len(names):
            raise DataError("A column is named twice: name each column once.")
        return [self.columns.index(name) for name in names]

    def _usable_rows(
        self, chosen: list[int], missing: Missing, weights: NDArray[np.float64] | None
    ) -> NDArray[np.intp] | None:
        """Which rows can be used; None: all."""
        if weights is None and not self._lacks_values(chosen):
            return None
        values = [self.values[i] for i in chosen if self.missing_counts[i]]
        usable = np.ones(self.n_rows, dtype=bool)
        if missing == "drop":
            for column in values:
                usable &= np.isfinite(column)
        else:
            for column in values:
                usable &= ~np.isinf(column)
            if len(values) == len(chosen):
                usable &= ~np.logical_and.reduce([np.isnan(column) for column in values])
        if weights is not None:
            usable &= weights > 0.0
        if not usable.any():
            raise DataError(self._nothing_left(chosen, missing))
        return None if usable.all() else np.flatnonzero(usable)

    def _nothing_left(self, chosen: list[int], missing: Missing) -> str:
        worst = max(chosen, key=lambda i: self.missing_counts[i])
        wanted = "is complete" if missing == "drop" else "can be used"
        return (
            f"No row of {_short(self.source)} {wanted}: '{self.columns[worst]}' lacks "
            f"{self.missing_counts[worst]:,} of {self.n_rows:,} values. Choose "
            f"{'fewer columns' if len(chosen) > 1 else 'another column'}."
        )


def incomplete_rows(X: NDArray[np.floating]) -> NDArray[np.intp]:
    """(n,) positions of the rows of X (N, D) that hold NaN."""
    found = np.zeros(X.shape[0], dtype=np.bool_)
    for column in X.T:
        found |= np.isnan(column)
    return np.flatnonzero(found)


def _read_only(array: NDArray[np.float64]) -> NDArray[np.float64]:
    # A view, so that the caller's own array stays as writable as it was.
    view = array.view()
    view.setflags(write=False)
    return view


def _short(source: str) -> str:
    """A source without its folders."""
    return Path(source).name or source


def _size(n_rows: int, columns: Sequence[str]) -> str:
    more = f" and {len(columns) - _MOST_NAMES:,} more" if len(columns) > _MOST_NAMES else ""
    named = f"column{'s' * (len(columns) != 1)} {', '.join(columns[:_MOST_NAMES])}{more}"
    return f"{n_rows:,} row{'s' * (n_rows != 1)}, {named}"
