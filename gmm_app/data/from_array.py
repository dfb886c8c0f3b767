"""Rows that a person hands in as arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.data.dataset import NO_ROWS, Dataset
from gmm_app.errors import DataError

_BLOCK_ROWS = 1 << 16


def as_dataset(
    data: Dataset | ArrayLike,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
) -> Dataset:
    """A Dataset as it is; anything array-like, (n_samples, n_features) or (n_samples,), as one.

    An array of float64 or float32 is not copied, so that rows which fill the memory, or are mapped
    from a file, can be fitted: leave it as it is for as long as the Dataset is used. NaN is a
    missing value; rows that have no value, or weigh nothing, are left out.

    Parameters
    ----------
    data : the rows.
    row_weights : (n_samples,) how many times each counts; None: once, or as a Dataset has it.
    known : (n_samples,) the component that each is known to be from, from 0, or -1; None: of no
        row, or as a Dataset has it.

    Raises
    ------
    DataError
        Not numeric, not one or two dimensions, empty, or with infinite values; weights that are
        negative, or not finite, or not one for each row; known components that are no whole numbers
        from -1 on, or not one for each row.
    """
    if isinstance(data, Dataset):
        found = data
    else:
        X = as_numbers(data, DataError)
        if X.ndim == 1:
            X = X[:, np.newaxis]
        if X.ndim != 2 or 0 in X.shape:
            raise DataError(
                f"The data have shape {X.shape}: give an array of (n_samples, n_features), not "
                "empty."
            )
        names = tuple(f"x{j + 1}" for j in range(X.shape[1]))
        found = _without_empty_rows(Dataset(X=X, columns=names, incomplete=_check_finite(X)))
    if known is not None:
        found = _labelled(found, known)
    return found if row_weights is None else _weighted(found, row_weights)


def _labelled(dataset: Dataset, known: ArrayLike) -> Dataset:
    labels = np.asarray(known)
    whole = labels.dtype.kind in "iu" and labels.shape == (dataset.n_rows_read,)
    if not whole or labels.min() < -1 or labels.max() > np.iinfo(np.int32).max:
        raise DataError(
            "Known components are a whole number for each row: its component, from 0, or -1 where "
            "it is not known."
        )
    if dataset.row_numbers is not None:
        labels = labels[dataset.row_numbers]
    return replace(dataset, known=labels.astype(np.intp) if labels.max() >= 0 else None)


def _check_finite(X: NDArray[np.floating]) -> NDArray[np.intp]:
    """Refuse infinite values; the rows that have missing ones."""
    incomplete = []
    for begin in range(0, X.shape[0], _BLOCK_ROWS):
        block = X[begin : begin + _BLOCK_ROWS]
        finite = np.isfinite(block)
        if finite.all():
            continue
        infinite = np.argwhere(np.isinf(block))
        if infinite.size:
            row, column = infinite[0]
            raise DataError(
                f"The data hold an infinite value (row {begin + row}, column {column}): remove "
                "such rows first."
            )
        incomplete.append(begin + np.flatnonzero(~finite.all(axis=1)))
    return np.concatenate(incomplete) if incomplete else NO_ROWS


def _without_empty_rows(dataset: Dataset) -> Dataset:
    empty = dataset.incomplete[np.isnan(dataset.X[dataset.incomplete]).all(axis=1)]
    if not empty.size:
        return dataset
    if empty.size == dataset.n_samples:
        raise DataError("No row has a value: all are missing.")
    return dataset.take(np.delete(np.arange(dataset.n_samples), empty))


def _weighted(dataset: Dataset, row_weights: ArrayLike) -> Dataset:
    weights = np.asarray(as_numbers(row_weights, DataError), dtype=np.float64)
    if weights.shape != (dataset.n_rows_read,):
        raise DataError(
            f"There are {dataset.n_rows_read:,} rows, and weights of shape {weights.shape}: give "
            "one number for each row."
        )
    if not (np.isfinite(weights) & (weights >= 0.0)).all():
        raise DataError(
            "Row weights say how many times each row counts: give finite numbers that are not "
            "negative."
        )
    if dataset.row_numbers is not None:
        weights = weights[dataset.row_numbers]
    if not weights.any():
        raise DataError("No row counts: all row weights are 0.")
    dataset = replace(dataset, weights=weights)
    return dataset if weights.all() else dataset.take(np.flatnonzero(weights))
