"""Covariance families: what covariances may be, and their maximum-likelihood M-step.

Names and M-steps follow Celeux & Govaert (1995), Gaussian parsimonious clustering models, Pattern
Recognition 28(5), and mclust: three letters for volume, shape and orientation, each E(qual),
V(arying) or I(dentity). A new family is one entry in `_REGISTRY`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import OptionError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CovarianceFamily:
    """One family of covariances.

    Attributes
    ----------
    name : mclust's name.
    alias : scikit-learn's word for it.
    title : two or three plain words.
    description : one plain sentence.
    moments : which second moments its M-step needs of a pass: all of them, or the diagonal.
    n_covariance_parameters : (K, D) -> free parameters of the covariances.
    estimate : (nk (K,), own) -> covariances that maximise the expected log-likelihood within the
        family; `own`, each component's scatter over nk, becomes the result where the family lets
        each be as it is. Both (K, D, D); for diagonal moments both (K, D), the diagonals.
    """

    name: str
    alias: str
    title: str
    description: str
    moments: Literal["full", "diagonal"]
    n_covariance_parameters: Callable[[int, int], int]
    estimate: Callable[[Array, Array], Array]

    def n_parameters(self, n_components: int, n_features: int) -> int:
        """Free parameters of a whole mixture: weights, means and covariances."""
        covariances = self.n_covariance_parameters(n_components, n_features)
        return n_components - 1 + n_components * n_features + covariances

    def compact(self, matrices: Array) -> Array:
        """What `estimate` would give for covariances (K, D, D) of the family: their diagonals."""
        if self.moments == "full":
            return matrices
        return np.ascontiguousarray(np.diagonal(matrices, axis1=-2, axis2=-1))

    def matrices(self, compact: Array) -> Array:
        """The inverse of `compact`: (K, D, D) of whatever `estimate` gave."""
        if self.moments == "full":
            return compact
        return compact[:, :, np.newaxis] * np.eye(compact.shape[1])


def _estimate_each(nk: Array, own: Array) -> Array:
    return own


def _estimate_eee(nk: Array, own: Array) -> Array:
    pooled = np.tensordot(nk / nk.sum(), own, axes=1)
    return np.repeat(pooled[np.newaxis], nk.size, axis=0)


def _estimate_vii(nk: Array, own: Array) -> Array:
    variances = own.mean(axis=1)
    return np.repeat(variances[:, np.newaxis], own.shape[1], axis=1)


_REGISTRY = (
    CovarianceFamily(
        name="VVV",
        alias="full",
        title="any shape",
        description="Each component has its own size, shape and direction.",
        moments="full",
        n_covariance_parameters=lambda k, d: k * d * (d + 1) // 2,
        estimate=_estimate_each,
    ),
    CovarianceFamily(
        name="EEE",
        alias="tied",
        title="all alike",
        description="All components share one size, shape and direction.",
        moments="full",
        n_covariance_parameters=lambda k, d: d * (d + 1) // 2,
        estimate=_estimate_eee,
    ),
    CovarianceFamily(
        name="VVI",
        alias="diag",
        title="along the axes",
        description="Each component has its own size and shape, along the columns' axes.",
        moments="diagonal",
        n_covariance_parameters=lambda k, d: k * d,
        estimate=_estimate_each,
    ),
    CovarianceFamily(
        name="VII",
        alias="spherical",
        title="round",
        description="Each component is round, with its own size.",
        moments="diagonal",
        n_covariance_parameters=lambda k, d: k,
        estimate=_estimate_vii,
    ),
)

FAMILIES: dict[str, CovarianceFamily] = {family.name: family for family in _REGISTRY}
_BY_ANY_NAME = {
    name: family
    for family in _REGISTRY
    for name in (family.name, family.name.lower(), family.alias)
}


def family_named(name: str) -> CovarianceFamily:
    """The family of that name or alias.

    Raises
    ------
    OptionError
        No family has that name; the message lists those that exist.
    """
    family = _BY_ANY_NAME.get(name) if isinstance(name, str) else None
    if family is None:
        known = ", ".join(f"{f.name} ({f.alias})" for f in _REGISTRY)
        raise OptionError(f"There is no covariance family {name!r}: choose {known}.")
    return family
