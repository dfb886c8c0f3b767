"""The rows that a mixture is fitted to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from gmm_app.naming import some_names

if TYPE_CHECKING:
    from gmm_app.mixture.transforms import Transform
    from kernels.gaps import Gaps

_Scalar = TypeVar("_Scalar", bound=np.generic)

NO_ROWS = np.empty(0, dtype=np.intp)

Missing = Literal["keep", "drop"]
"""What becomes of rows with missing values: kept, with what they have, or left out."""

_DIGEST_BLOCK = 1 << 20


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
    known_as : what the source calls those components, in their order.
    n_filtered : rows of the source that do not fulfil the condition.
    read_options : arguments of `read`, beside path and columns, that give these rows again.
    transforms : of each column, under which the rows are to be fitted; (): as they are.
    log_jacobian : (n_samples,) what log densities of the rows gain on their way to other units;
        None: nothing.
    """

    X: NDArray[np.float64]
    columns: tuple[str, ...]
    source: str = "array"
    weights: NDArray[np.float64] | None = None
    row_numbers: NDArray[np.intp] | None = None
    n_rows_read: int = -1
    incomplete: NDArray[np.intp] = field(default_factory=lambda: NO_ROWS)
    known: NDArray[np.intp] | None = None
    known_as: tuple[str, ...] = ()
    n_filtered: int = 0
    read_options: Mapping[str, Any] = field(default_factory=dict)
    transforms: tuple[Transform, ...] = ()
    log_jacobian: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.n_rows_read < 0:
            object.__setattr__(self, "n_rows_read", self.X.shape[0])
        object.__setattr__(self, "X", read_only(self.X))
        if self.weights is not None:
            object.__setattr__(self, "weights", read_only(self.weights))

    def __repr__(self) -> str:
        return f"Dataset({short_name(self.source)}: {size_in_words(self.n_samples, self.columns)})"

    @property
    def n_samples(self) -> int:
        return self.X.shape[0]

    @property
    def n_features(self) -> int:
        return self.X.shape[1]

    @property
    def where(self) -> str:
        """The condition that rows of the source had to fulfil; "" for none."""
        return str(self.read_options.get("where", ""))

    @property
    def n_left_out(self) -> int:
        """Rows of the source that fulfil the condition and are not used: they have no value in the
        chosen columns, or an infinite one, or no weight; or, if that was asked for, a missing one.
        """
        return self.n_rows_read - self.n_filtered - self.n_samples

    @property
    def n_incomplete(self) -> int:
        """Rows that are used and have missing values."""
        return self.incomplete.size

    @cached_property
    def total_weight(self) -> float:
        """Rows, each as often as it counts."""
        return float(self.n_samples if self.weights is None else self.weights.sum())

    @property
    def transform_words(self) -> dict[str, str]:
        """The columns that are transformed, and how, in the words that ask for it."""
        named = zip(self.columns, self.transforms, strict=False)
        return {name: transform.words for name, transform in named if transform.kind != "none"}

    @property
    def total_log_jacobian(self) -> float:
        """What the log-likelihood of the rows gains, each counted as often as it counts."""
        if self.log_jacobian is None:
            return 0.0
        gained = self.log_jacobian
        return float(gained.sum() if self.weights is None else self.weights @ gained)

    @cached_property
    def fitted(self) -> Dataset:
        """The rows as they are fitted: a transformed copy, where there are transforms.

        Raises
        ------
        DataError
            A value is too large for its transform.
        """
        if not self.transforms:
            return self
        from gmm_app.data.transforming import fitted_rows

        return fitted_rows(self)

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
        return replace(
            self,
            X=np.take(self.X.T, rows, axis=1).T,
            weights=None if self.weights is None else self.weights[rows],
            row_numbers=rows if self.row_numbers is None else self.row_numbers[rows],
            incomplete=np.flatnonzero(has_gaps[rows]),
            known=None if self.known is None else self.known[rows],
            log_jacobian=None if self.log_jacobian is None else self.log_jacobian[rows],
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
        """SHA-256 of column names, values and transforms: the same data give the same digest on any
        machine."""
        digest = hashlib.sha256(repr((self.columns, self.X.shape)).encode())
        for column in self.X.T:
            digest_values(digest, column)
        if self.weights is not None:
            digest.update(self.weights.astype("<f8", copy=False).tobytes())
        if self.known is not None:
            digest.update(self.known.astype("<i8", copy=False).tobytes())
        if self.transforms:
            digest.update(repr(self.transforms).encode())
        return digest.hexdigest()


def digest_values(digest: hashlib._Hash, column: NDArray[np.floating]) -> None:
    """Add a column's values, as any machine and either precision would have them."""
    for start in range(0, column.size, _DIGEST_BLOCK):
        block = column[start : start + _DIGEST_BLOCK].astype("<f8", copy=False)
        digest.update(np.ascontiguousarray(block).data)


def incomplete_rows(X: NDArray[np.floating]) -> NDArray[np.intp]:
    """(n,) positions of the rows of X (N, D) that hold NaN."""
    found = np.zeros(X.shape[0], dtype=np.bool_)
    for column in X.T:
        found |= np.isnan(column)
    return np.flatnonzero(found)


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The array, not to be written to; the caller's own stays as writable as it was."""
    view = array.view()
    view.setflags(write=False)
    return view


def short_name(source: str) -> str:
    """A source without its folders."""
    return Path(source).name or source


def size_in_words(n_rows: int, columns: Sequence[str]) -> str:
    """Rows and the first columns, for people."""
    named = f"column{'s' * (len(columns) != 1)} {some_names(columns)}"
    return f"{n_rows:,} row{'s' * (n_rows != 1)}, {named}"
