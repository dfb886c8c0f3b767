"""What is refused before a fit begins, in words that say what to do."""

from __future__ import annotations

import numpy as np

from gmm_app.data.dataset import Dataset
from gmm_app.errors import DataError, OptionError
from gmm_app.fitting.initialization import Scale
from gmm_app.fitting.options import FitOptions

# What is added to variances, a billionth of this or less, must itself be a normal number.
_SMALLEST_VARIANCE = 1e-280
_MOST_NAMES = 5


def check_row_count(dataset: Dataset, options: FitOptions) -> None:
    """Refuse fewer rows than components, or a single row.

    Raises
    ------
    DataError
        There is one row.
    OptionError
        There are fewer rows than components, or rows of more components.
    """
    if dataset.n_samples == 1:
        raise DataError(
            "There is one row that can be used: a fit needs at least two, and many more to mean "
            "much."
        )
    if dataset.n_samples < options.n_components:
        raise OptionError(
            f"{options.n_components:,} components need at least as many rows, and there are "
            f"{dataset.n_samples:,}: choose fewer components."
        )
    if options.noise and dataset.n_incomplete:
        raise OptionError(
            f"{dataset.n_incomplete:,} rows lack values, and noise is told from whole rows alone: "
            "leave those rows out (missing='drop', --missing drop), or fit without noise."
        )
    n_known = 0 if dataset.known is None else int(dataset.known.max()) + 1
    if n_known > options.n_components:
        named = f" ({', '.join(dataset.known_as[:_MOST_NAMES])})" if dataset.known_as else ""
        raise OptionError(
            f"Rows are known to be from {n_known:,} components{named}, and there are "
            f"{options.n_components:,}: choose more components."
        )


def check_spread(dataset: Dataset, scale: Scale) -> None:
    """Refuse columns in which nothing varies.

    Parameters
    ----------
    dataset : the rows.
    scale : of the rows as they are fitted.

    Raises
    ------
    DataError
        A column is constant, or without any value, or all rows are equal, or values are too large
        to square.
    """
    empty = np.flatnonzero(scale.maximum < scale.minimum)
    if empty.size:
        name = dataset.columns[empty[0]]
        raise DataError(f"Column '{name}' has no value in any row: leave it out.")
    constant = np.flatnonzero(scale.maximum == scale.minimum)
    if constant.size == dataset.n_features > 1 or (constant.size and dataset.n_features == 1):
        raise DataError(
            f"All {dataset.n_samples:,} rows are equal in {', '.join(dataset.columns)}: there is "
            "nothing to tell components apart by. Choose columns that vary."
        )
    if constant.size:
        name, always = dataset.columns[constant[0]], np.nanmax(dataset.X[:, constant[0]])
        raise DataError(f"Column '{name}' is constant (always {always:g}): leave it out.")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        variances = scale.deviation**2
    for name, variance in zip(dataset.columns, variances, strict=True):
        if not _SMALLEST_VARIANCE < variance < np.inf:
            size = "small" if variance <= _SMALLEST_VARIANCE else "large"
            raise DataError(
                f"The values of column '{name}' are too {size} to square: rescale it, for instance "
                "by choosing another unit."
            )
