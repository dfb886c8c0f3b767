"""Rows whose columns are to be transformed before a mixture is fitted to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gmm_app.data.dataset import Dataset
from gmm_app.errors import DataError
from gmm_app.mixture.columnwise import check_domains, forward, log_jacobian
from gmm_app.mixture.transform_words import parsed
from gmm_app.mixture.transforms import AsItIs, Transform


def transformed(dataset: Dataset, wanted: Mapping[str, str] | str) -> Dataset:
    """The same rows, to be fitted under other transforms of their columns.

    Parameters
    ----------
    dataset : the rows.
    wanted : a transform in words for each column that is to have one: {"CD4": "log"}; or one for
        all of them: "log"; or as the command line has it: "CD4=log,CD8=arcsinh:150".

    Raises
    ------
    OptionError
        There is no such transform.
    DataError
        There is no such column, or it holds values that have no transform, or are too large for it.
    """
    by_name = _by_name(wanted, dataset.columns) if isinstance(wanted, str) else wanted
    for name in by_name:
        if name not in dataset.columns:
            raise DataError(
                f"No column '{name}' is fitted, of which there could be a transform: choose among "
                f"{', '.join(dataset.columns)}."
            )
    transforms = tuple(
        _of_column(dataset, j, by_name.get(name, "none")) for j, name in enumerate(dataset.columns)
    )
    check_domains(transforms, dataset.X, dataset.columns, DataError)
    if all(isinstance(transform, AsItIs) for transform in transforms):
        return replace(dataset, transforms=())
    found = replace(dataset, transforms=transforms)
    again = {**dataset.read_options, "transforms": found.transform_words}
    found = replace(found, read_options=again)
    # Made here, where it may take its time: a fit must heed its cancel flag from the beginning.
    _ = found.fitted
    return found


def fitted_rows(dataset: Dataset) -> Dataset:
    """What is fitted: a copy of the rows, transformed, with what is to be added to log densities.

    Raises
    ------
    DataError
        A value is too large for its transform.
    """
    X = forward(dataset.transforms, dataset.X)
    for name, column in zip(dataset.columns, X.T, strict=True):
        if np.isinf(column).any():
            raise DataError(
                f"Column '{name}' has values that are too large or too small for its transform: "
                "choose another, or leave those rows out."
            )
    gained = log_jacobian(dataset.transforms, dataset.X)
    return replace(dataset, X=X, transforms=(), log_jacobian=gained)


def _by_name(wanted: str, columns: tuple[str, ...]) -> dict[str, str]:
    """Words for each column: of a part that names none, for all that no other part names."""
    by_name = {}
    for part in filter(None, (part.strip() for part in wanted.split(","))):
        name, _, words = part.rpartition("=")
        named = [name.strip()] if name else [c for c in columns if c not in by_name]
        by_name.update(dict.fromkeys(named, words))
    return by_name


def _of_column(dataset: Dataset, j: int, words: str) -> Transform:
    kind, given = parsed(words)
    values = dataset.X[:, j]
    present = np.isfinite(values)
    weights = None if dataset.weights is None else dataset.weights[present]
    return kind.of(given, values[present].astype(np.float64, copy=False), weights)
