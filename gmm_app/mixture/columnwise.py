"""Transforms of all columns of rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import GmmError
from gmm_app.mixture.transforms import EVERYWHERE, Transform

Array = NDArray[np.float64]


def forward(transforms: Sequence[Transform], X: NDArray[np.floating]) -> Array:
    """(n, D) of rows X (n, D) within the domains, of their type, column by column in memory."""
    fitted: Any = np.empty(X.shape[::-1], X.dtype).T
    for j, transform in enumerate(transforms):
        with np.errstate(over="ignore"):
            fitted[:, j] = transform.forward(np.asarray(X[:, j], np.float64))
    return np.asarray(fitted)


def inverse(transforms: Sequence[Transform], Z: Array) -> Array:
    """The inverse of `forward`, of points (..., D)."""
    parts = (transform.inverse(Z[..., j]) for j, transform in enumerate(transforms))
    return np.stack(list(parts), axis=-1)


def log_jacobian(transforms: Sequence[Transform], X: NDArray[np.floating]) -> Array:
    """(n,) what the log densities of rows X (n, D) gain on their way back to the data's units.

    A missing value (NaN) adds nothing.
    """
    total = np.zeros(X.shape[0])
    for j, transform in enumerate(transforms):
        column = np.asarray(X[:, j], np.float64)
        total += np.where(np.isnan(column), 0.0, transform.log_jacobian(column))
    return total


def check_domains(
    transforms: Sequence[Transform],
    X: NDArray[np.floating],
    columns: Sequence[str],
    error: type[GmmError],
) -> None:
    """Refuse rows X (n, D) that hold values outside the domains.

    Raises
    ------
    error
        With the column, the number of rows and what to do.
    """
    for transform, name, column in zip(transforms, columns, X.T, strict=True):
        n = 0 if transform.domain == EVERYWHERE else int(transform.outside(column).sum())
        if n:
            rows = f"{n:,} row{'s' * (n != 1)}"
            raise error(f"Column '{name}' {transform.refused.format(rows=rows)}")


def inside_domains(transforms: Sequence[Transform], X: Array) -> NDArray[np.bool_]:
    """(n,) which of the rows X (n, D) the transforms take."""
    outside = np.zeros(X.shape[0], dtype=np.bool_)
    for transform, column in zip(transforms, X.T, strict=True):
        outside |= transform.outside(column)
    return ~outside
