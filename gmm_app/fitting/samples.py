"""Random samples of the rows, on which a start begins where rows are many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gmm_app.data.dataset import NO_ROWS, Dataset, incomplete_rows
from gmm_app.engines.cancellation import CancelFlag

# The smallest sample: enough rows for EM's path on them to be much like its path on all.
_FEWEST_ROWS = 5_000
_FEWEST_ROWS_PER_PARAMETER = 20
# Each sample has so many times the rows of the one before, and the whole so many times the last's:
# more would cost more passes' worth than it saves.
_GROWTH = 4
_LEAST_LEFT = 8
_MOST_BYTES = 64 << 20
# The maximum on n rows lies about p / (2 n) per row below that on all (Wilks 1938), p parameters;
# this share of p / n is near enough to it.
_TOLERANCE = 0.003
_BLOCK_ROWS = 1 << 16


def sample_sizes(n_samples: int, row_bytes: int, n_parameters: int) -> list[int]:
    """How many rows each sample has, from small to large; none where rows are too few to gain by.

    Parameters
    ----------
    n_samples : rows there are.
    row_bytes : bytes of one of them.
    n_parameters : of the mixture that is looked for.
    """
    size = max(_FEWEST_ROWS, _FEWEST_ROWS_PER_PARAMETER * n_parameters)
    sizes = []
    while size * _LEAST_LEFT <= n_samples and size * row_bytes <= _MOST_BYTES:
        sizes.append(size)
        size *= _GROWTH
    return sizes


def sample_tolerance(size: int, n_parameters: int) -> float:
    """Gain per row from which on a sample of so many rows has no more to say."""
    return _TOLERANCE * n_parameters / size


def nested_samples(
    dataset: Dataset, sizes: Sequence[int], rng: np.random.Generator, cancel: CancelFlag
) -> list[Dataset]:
    """Copies of random rows, each a view of the first rows of the last, the largest.

    One row is drawn from each of as many stretches of equal length, so that the rows' order, if it
    means anything, is represented evenly; then they are shuffled. They are read once and in order,
    as suits rows that are mapped from a file.

    Raises
    ------
    Cancelled
        The cancel flag was set.
    """
    X, largest = dataset.X, sizes[-1]
    ends = np.arange(1, largest + 1) * len(X) // largest
    begins = np.concatenate([[0], ends[:-1]])
    rows, places = rng.integers(begins, ends), rng.permutation(largest)
    # Column by column, in which order the kernels read fastest.
    sample = np.empty((X.shape[1], largest), X.dtype).T
    for begin in range(0, largest, _BLOCK_ROWS):
        cancel.check()
        block = slice(begin, begin + _BLOCK_ROWS)
        sample[places[block]] = X[rows[block]]
    weights = None
    if dataset.weights is not None:
        weights = np.empty(largest)
        weights[places] = dataset.weights[rows]
    known = None
    if dataset.known is not None:
        known = np.empty(largest, dtype=np.intp)
        known[places] = dataset.known[rows]
    gained = None
    if dataset.log_jacobian is not None:
        gained = np.empty(largest)
        gained[places] = dataset.log_jacobian[rows]
    incomplete = incomplete_rows(sample) if dataset.n_incomplete else NO_ROWS
    return [
        Dataset(
            sample[:size],
            dataset.columns,
            dataset.source,
            weights=None if weights is None else weights[:size],
            incomplete=incomplete[incomplete < size],
            known=None if known is None else known[:size],
            log_jacobian=None if gained is None else gained[:size],
        )
        for size in sizes
    ]
