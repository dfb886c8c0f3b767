"""Mixtures of scikit-learn, from the attributes of a fitted estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import ModelError
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

_SINGLE_PRECISION = 1e-5


def from_sklearn(estimator: Any) -> Mixture:
    """The mixture that a fitted `sklearn.mixture.GaussianMixture` has found.

    Only its attributes are read: weights_, means_, covariances_, covariance_type and, for the names
    of columns, feature_names_in_.

    Raises
    ------
    ModelError
        It lacks one of them, as it does before it is fitted, or they describe no mixture.
    """
    needed = ("covariance_type", "weights_", "means_", "covariances_")
    missing = [name for name in needed if not hasattr(estimator, name)]
    if missing:
        raise ModelError(f"The estimator has no {', '.join(missing)}: fit it first.")
    kind = estimator.covariance_type
    weights, means, held = (
        as_numbers(getattr(estimator, name), ModelError).astype(np.float64) for name in needed[1:]
    )
    names = tuple(map(str, getattr(estimator, "feature_names_in_", ())))
    covariances = _matrices(kind, held, means.shape)
    # Fitted to float32, its weights sum to 1 in that precision only.
    if abs(weights.sum() - 1.0) < _SINGLE_PRECISION:
        weights = weights / weights.sum()
    return Mixture(weights, means, covariances, kind, names)


def _matrices(kind: object, held: Array, shape: tuple[int, ...]) -> Array:
    """(K, D, D) of what a covariance type holds."""
    wanted = {"full": 3, "tied": 2, "diag": 2, "spherical": 1}
    if not isinstance(kind, str) or kind not in wanted:
        raise ModelError(
            f"Its covariance_type is {kind!r}: it must be full, tied, diag or spherical."
        )
    if len(shape) != 2 or held.ndim != wanted[kind]:
        raise ModelError(
            f"Its means_ and covariances_ have shapes {shape} and {held.shape}, which are not "
            f"those of {kind} covariances."
        )
    n_components, n_features = shape
    if kind == "tied":
        return np.repeat(held[np.newaxis], n_components, axis=0)
    if kind == "full":
        return held
    if kind == "spherical":
        held = np.repeat(held[:, np.newaxis], n_features, axis=1)
    return held[:, :, np.newaxis] * np.eye(held.shape[1])
