"""What is said of a whole column beside its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.histograms import small_histogram

_FEWEST_NUMBERED = 20
"""With fewer rows it may be by chance that a measurement goes up by 1 from each to the next."""
_BLOCK = 1 << 16


class ColumnSummary(NamedTuple):
    """How the values of a column lie.

    Attributes
    ----------
    counts : (n,) int64, for a small drawing: rows per cell of its range, or per word.
    low, high : the least and the greatest finite value; NaN where there is none, or words.
    whole : all values are whole numbers.
    numbers_rows : as `numbers_rows` has it.
    """

    counts: NDArray[np.int64]
    low: float = np.nan
    high: float = np.nan
    whole: bool = False
    numbers_rows: bool = False

    @property
    def constant(self) -> bool:
        """Whether it has one value, whatever the row."""
        return self.low == self.high


def column_summary(values: NDArray[np.float64]) -> ColumnSummary:
    """Of numbers (n_rows,); those that are not finite count nowhere."""
    present = values[np.isfinite(values)]
    if present.size == 0:
        return ColumnSummary(np.zeros(1, dtype=np.int64))
    return ColumnSummary(
        small_histogram(present).counts,
        float(present.min()),
        float(present.max()),
        bool((present == np.floor(present)).all()),
        numbers_rows(values),
    )


def measured(columns: Mapping[str, NDArray[np.float64]]) -> list[str]:
    """Names of the columns (n_rows,) that do more than number the rows; all, where none does."""
    return [name for name, values in columns.items() if not numbers_rows(values)] or list(columns)


def numbers_rows(values: NDArray[np.float64]) -> bool:
    """Whether values (n_rows,) are no measurement: each is the one before and 1, many times."""
    if values.size < _FEWEST_NUMBERED or not np.isfinite(values[0]):
        return False
    first = np.floor(values[0])
    blocks = range(0, values.size, _BLOCK)
    return all(
        np.array_equal(
            values[begin : begin + _BLOCK],
            np.arange(first + begin, first + min(begin + _BLOCK, values.size)),
        )
        for begin in blocks
    )


def label_summary(codes: NDArray[np.int32], n_words: int) -> ColumnSummary:
    """Of words, by their codes (n_rows,); -1 counts nowhere."""
    return ColumnSummary(np.bincount(codes[codes >= 0], minlength=n_words).astype(np.int64))
