"""The rows that a mixture is fitted to, and the table of columns they are chosen from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import DataError

_DIGEST_BLOCK = 1 << 20
_BLOCK_ROWS = 1 << 16
_MOST_NAMES = 8


@dataclass(frozen=True, eq=False)
class Dataset:
    """Complete, finite rows of numbers, ready to be fitted.

    Attributes
    ----------
    X : (n_samples, n_features) float64 or float32, read-only, in any memory order; column by
        column (Fortran order) is read fastest.
    columns : n_features names, in the order of the columns of `X`.
    source : where the rows come from, for people: a file path or a description.
    weights : reserved for row weights; None means that every row counts once.
    row_numbers : (n_samples,) positions (from 0) of the rows of `X` among all rows of the source,
        or None when every row was kept.
    n_rows_read : rows of the source, complete or not.
    """

    X: NDArray[np.float64]
    columns: tuple[str, ...]
    source: str = "array"
    weights: None = None
    row_numbers: NDArray[np.intp] | None = None
    n_rows_read: int = -1

    def __post_init__(self) -> None:
        if self.n_rows_read < 0:
            object.__setattr__(self, "n_rows_read", self.X.shape[0])
        object.__setattr__(self, "X", _read_only(self.X))

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
        """Rows of the source with a missing or non-finite value in the chosen columns."""
        return self.n_rows_read - self.n_samples

    @cached_property
    def digest(self) -> str:
        """SHA-256 of column names and values: the same data give the same digest on any machine."""
        digest = hashlib.sha256(repr((self.columns, self.X.shape)).encode())
        for column in self.X.T:
            for start in range(0, self.n_samples, _DIGEST_BLOCK):
                block = column[start : start + _DIGEST_BLOCK].astype("<f8", copy=False)
                digest.update(np.ascontiguousarray(block).data)
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

    def dataset(self, columns: Sequence[str] | None = None) -> Dataset:
        """Choose columns (None: all) and keep the rows that are complete in them.

        Raises
        ------
        DataError
            A name that the table does not have, no column at all, or no complete row.
        """
        chosen = self._positions(columns)
        everything = chosen == list(range(len(self.columns)))
        values = self.values if everything else self.values[chosen]
        row_numbers = self._complete_rows(chosen)
        if row_numbers is not None:
            # Unlike indexing, take keeps each column contiguous.
            values = np.take(values, row_numbers, axis=1)
        return Dataset(
            X=values.T,
            columns=tuple(self.columns[i] for i in chosen),
            source=self.source,
            row_numbers=row_numbers,
            n_rows_read=self.n_rows,
        )

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

    def _complete_rows(self, chosen: list[int]) -> NDArray[np.intp] | None:
        incomplete = [i for i in chosen if self.missing_counts[i]]
        if not incomplete:
            return None
        complete = np.ones(self.n_rows, dtype=bool)
        for i in incomplete:
            complete &= np.isfinite(self.values[i])
        if not complete.any():
            worst = max(incomplete, key=lambda i: self.missing_counts[i])
            raise DataError(
                f"No row of {_short(self.source)} is complete: '{self.columns[worst]}' lacks "
                f"{self.missing_counts[worst]:,} of {self.n_rows:,} values. Choose "
                f"{'fewer columns' if len(chosen) > 1 else 'another column'}."
            )
        return np.flatnonzero(complete)


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


def as_dataset(data: Dataset | ArrayLike) -> Dataset:
    """A Dataset as it is; anything array-like, (n_samples, n_features) or (n_samples,), as one.

    An array of float64 or float32 is not copied, so that rows which fill the memory, or are mapped
    from a file, can be fitted: leave it as it is for as long as the Dataset is used.

    Raises
    ------
    DataError
        Not numeric, not one or two dimensions, empty, or with values that are not finite.
    """
    if isinstance(data, Dataset):
        return data
    X = as_numbers(data, DataError)
    if X.ndim == 1:
        X = X[:, np.newaxis]
    if X.ndim != 2 or 0 in X.shape:
        raise DataError(
            f"The data have shape {X.shape}: give an array of (n_samples, n_features), not empty."
        )
    for begin in range(0, X.shape[0], _BLOCK_ROWS):
        finite = np.isfinite(X[begin : begin + _BLOCK_ROWS])
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise DataError(
                f"The data hold a value that is not finite (row {begin + row}, column {column}): "
                "remove rows with missing or infinite values first."
            )
    return Dataset(X=X, columns=tuple(f"x{j + 1}" for j in range(X.shape[1])))
