"""The columns of a source, from which the rows to fit are chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.condition.evaluation import rows_where
from gmm_app.data.dataset import (
    NO_ROWS,
    Dataset,
    Missing,
    digest_values,
    incomplete_rows,
    read_only,
    short_name,
    size_in_words,
)
from gmm_app.data.known import known_components
from gmm_app.data.transforming import transformed
from gmm_app.errors import DataError
from gmm_app.naming import some_names


@dataclass(frozen=True, eq=False)
class LabelColumn:
    """A column of words, of few different ones.

    Attributes
    ----------
    name : of the column.
    codes : (n_rows,) int32, read-only, position of each row's word in `words`, -1 where it is
        missing.
    words : all different, in the order in which they first appear.
    """

    name: str
    codes: NDArray[np.int32]
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", read_only(self.codes))


@dataclass(frozen=True, eq=False)
class Table:
    """The numeric columns of a source, as they were read; missing values are NaN.

    Attributes
    ----------
    values : (n_columns, n_rows) float64, read-only, one contiguous row per column of the source.
    columns : names of the numeric columns.
    source : where it comes from, for people: a file path or a description.
    other_columns : names of the columns that are not numbers and so cannot be fitted.
    labels : those of them whose words were kept, since they are few.
    read_options : arguments of `read`, beside path and columns, with which it was read.
    part : name of the sheet, table or data set of the source; "" where it has no such.
    n_unread : rows of the source that could not be read, and are not here.
    nearly_numbers : those of the other columns most of whose values are numbers.
    """

    values: NDArray[np.float64]
    columns: tuple[str, ...]
    source: str
    other_columns: tuple[str, ...] = ()
    labels: tuple[LabelColumn, ...] = ()
    read_options: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    n_unread: int = 0
    nearly_numbers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values))

    def __repr__(self) -> str:
        return f"Table({short_name(self.source)}: {size_in_words(self.n_rows, self.columns)})"

    @property
    def n_rows(self) -> int:
        return self.values.shape[1]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of names, values and words, whatever file they come from."""
        words = [(label.name, label.words) for label in self.labels]
        digest = hashlib.sha256(repr((self.columns, self.values.shape, words)).encode())
        for column in self.values:
            digest_values(digest, column)
        for label in self.labels:
            digest.update(label.codes.astype("<i4", copy=False).tobytes())
        return digest.hexdigest()

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
        known: str | None = None,
        where: str = "",
        transforms: Mapping[str, str] | str = "",
    ) -> Dataset:
        """Choose columns, and the rows that have something to say in them.

        Parameters
        ----------
        columns : names; None: all, but for those of weights and known components.
        missing : whether rows with missing values are kept, with what they have, or left out.
        weights : name of the column that says how many times each row counts; None: each once.
        known : name of the column of words or whole numbers that says which component each row is
            from, where it is not missing; the different ones, in their order, are components 1, 2,
            3, ...; None: that is not known.
        where : condition that rows must fulfil, such as "CD4 > 200"; see
            gmm_app/data/condition/parser.py. "": none.
        transforms : under which columns are to be fitted (see gmm_app/data/transforming.py).

        Raises
        ------
        DataError
            A name that the table does not have, no column at all, no row that can be used, weights
            that are negative, known components that are no whole numbers, no condition, or values
            that have no transform.
        OptionError
            There is no such transform.
        """
        if missing not in get_args(Missing):
            raise DataError(f"Rows that lack values cannot be '{missing}': give keep or drop.")
        if columns is None:
            columns = [name for name in self.columns if name not in (weights, known)]
        chosen = self._positions(columns)
        where = where.strip()
        fulfilled = self._fulfilled(where) if where else None
        counted = None if weights is None else self._weights(weights, fulfilled)
        row_numbers = self._usable_rows(chosen, missing, counted, fulfilled)
        components, known_as = known_components(self, known, row_numbers)
        values = self._values_of(chosen, row_numbers)
        if counted is not None and row_numbers is not None:
            counted = counted[row_numbers]
        rows = Dataset(
            X=values.T,
            columns=tuple(self.columns[i] for i in chosen),
            source=self.source,
            weights=counted,
            row_numbers=row_numbers,
            n_rows_read=self.n_rows,
            incomplete=incomplete_rows(values.T) if self._lacks_values(chosen) else NO_ROWS,
            known=components,
            known_as=known_as,
            n_filtered=0 if fulfilled is None else int(self.n_rows - fulfilled.sum()),
            read_options={**self.read_options, **_unusual(missing, weights, known, where)},
        )
        return transformed(rows, transforms) if transforms else rows

    def _values_of(self, chosen: list[int], rows: NDArray[np.intp] | None) -> NDArray[np.float64]:
        """Columns, each in one piece, of some rows or of all (None); copied no more than once."""
        if rows is None:
            everything = chosen == list(range(len(self.columns)))
            return self.values if everything else self.values[chosen]
        values = np.empty((len(chosen), rows.size), dtype=self.values.dtype)
        for i, column in enumerate(chosen):
            values[i] = self.values[column][rows]
        return values

    def column(self, name: str) -> NDArray[np.float64]:
        """The values of a numeric column.

        Raises
        ------
        DataError
            There is no numeric column of that name.
        """
        return self.values[self._positions([name])[0]]

    def _fulfilled(self, where: str) -> NDArray[np.bool_]:
        fulfilled = rows_where(where, self)
        if not fulfilled.any():
            raise DataError(
                f"No row of {short_name(self.source)} fulfils the condition: change it, or take it "
                "away."
            )
        return fulfilled

    def _weights(self, name: str, fulfilled: NDArray[np.bool_] | None) -> NDArray[np.float64]:
        weights = self.column(name)
        wrong = (weights < 0.0) | np.isinf(weights)
        if (wrong if fulfilled is None else wrong & fulfilled).any():
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
        places = {name: i for i, name in enumerate(self.columns)}
        for name in names:
            if name not in places:
                raise DataError(self._not_among(name))
        if len(set(names)) < len(names):
            raise DataError("A column is named twice: name each column once.")
        return [places[name] for name in names]

    def _not_among(self, name: str) -> str:
        source = short_name(self.source)
        if name in self.other_columns:
            wrong = f"Column '{name}' of {source} does not hold numbers"
        else:
            wrong = f"{source} has no column '{name}'"
        return f"{wrong}: choose among {some_names(self.columns)}."

    def _usable_rows(
        self,
        chosen: list[int],
        missing: Missing,
        weights: NDArray[np.float64] | None,
        fulfilled: NDArray[np.bool_] | None,
    ) -> NDArray[np.intp] | None:
        """Which rows can be used; None: all."""
        if fulfilled is None and weights is None and not self._lacks_values(chosen):
            return None
        values = [self.values[i] for i in chosen if self.missing_counts[i]]
        usable = np.ones(self.n_rows, dtype=bool) if fulfilled is None else fulfilled.copy()
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
            raise DataError(self._nothing_left(chosen, missing, fulfilled))
        return None if usable.all() else np.flatnonzero(usable)

    def _nothing_left(
        self, chosen: list[int], missing: Missing, fulfilled: NDArray[np.bool_] | None
    ) -> str:
        rows = slice(None) if fulfilled is None else fulfilled
        lacking = {i: int((~np.isfinite(self.values[i][rows])).sum()) for i in chosen}
        worst = max(chosen, key=lambda i: lacking[i])
        n_rows = self.n_rows if fulfilled is None else int(fulfilled.sum())
        wanted = "is complete" if missing == "drop" else "can be used"
        which = "" if fulfilled is None else " that fulfils the condition"
        return (
            f"No row of {short_name(self.source)}{which} {wanted}: '{self.columns[worst]}' lacks "
            f"{lacking[worst]:,} of {n_rows:,} values. Choose "
            f"{'fewer columns' if len(chosen) > 1 else 'another column'}."
        )


def _unusual(
    missing: Missing, weights: str | None, known: str | None, where: str
) -> dict[str, Any]:
    """Of the options with which rows are chosen, those that are not the defaults."""
    given = {"missing": missing, "weights": weights, "known": known, "where": where}
    return {name: value for name, value in given.items() if value not in ("keep", None, "")}
