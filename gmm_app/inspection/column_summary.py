"""What is said of a whole column beside its name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.histograms import small_histogram


class ColumnSummary(NamedTuple):
    """How the values of a column lie.

    Attributes
    ----------
    counts : (n,) int64, for a small drawing: rows per cell of its range, or per word.
    low, high : the least and the greatest finite value; NaN where there is none, or words.
    whole : all values are whole numbers.
    """

    counts: NDArray[np.int64]
    low: float = np.nan
    high: float = np.nan
    whole: bool = False

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
    )


def label_summary(codes: NDArray[np.int32], n_words: int) -> ColumnSummary:
    """Of words, by their codes (n_rows,); -1 counts nowhere."""
    return ColumnSummary(np.bincount(codes[codes >= 0], minlength=n_words).astype(np.int64))
