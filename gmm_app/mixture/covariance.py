"""Covariance families: what covariances may be.

Names follow Celeux & Govaert (1995), Gaussian parsimonious clustering models, Pattern Recognition
28(5), and mclust: three letters for volume, shape and orientation, each E(qual), V(arying) or
I(dentity). A new family is one entry in `_REGISTRY`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import OptionError
from gmm_app.mixture import estimates
from gmm_app.mixture.estimates import Estimate

Array = NDArray[np.float64]


@dataclass(frozen=True)
class CovarianceFamily:
    """One family of covariances.

    Attributes
    ----------
    name : mclust's name.
    title : two or three plain words.
    description : one plain sentence.
    estimate : its M-step (see gmm_app/mixture/estimates.py).
    aliases : other names that people know it by.
    """

    name: str
    title: str
    description: str
    estimate: Estimate
    aliases: tuple[str, ...] = ()

    @cached_property
    def moments(self) -> Literal["full", "diagonal"]:
        """Which second moments its M-step needs of a pass: all of them, or the diagonal."""
        return "diagonal" if self.name[2] == "I" else "full"

    def n_covariance_parameters(self, n_components: int, n_features: int) -> int:
        """Free parameters of the covariances: of volumes, of shapes and of orientations."""
        times = {"E": 1, "V": n_components, "I": 0}
        volume, shape, orientation = (times[letter] for letter in self.name)
        turns = n_features * (n_features - 1) // 2
        return volume + shape * (n_features - 1) + orientation * turns

    def n_parameters(self, n_components: int, n_features: int) -> int:
        """Free parameters of a whole mixture: weights, means and covariances."""
        covariances = self.n_covariance_parameters(n_components, n_features)
        return n_components - 1 + n_components * n_features + covariances

    def compact(self, matrices: Array) -> Array:
        """What `estimate` would give for covariances (K, D, D) of the family: their diagonals."""
        if self.moments == "full":
            return matrices
        return np.diagonal(matrices, axis1=1, axis2=2).copy()

    def matrices(self, compact: Array) -> Array:
        """The inverse of `compact`: (K, D, D) of whatever `estimate` gave."""
        if self.moments == "full":
            return compact
        return compact[:, :, np.newaxis] * np.eye(compact.shape[1])


_REGISTRY = (
    CovarianceFamily(
        "EII",
        "round, one size",
        "All components are round and of one size.",
        estimates.round_alike,
        ("E",),
    ),
    CovarianceFamily(
        "VII",
        "round",
        "Each component is round, with its own size.",
        estimates.round_each,
        ("spherical", "V"),
    ),
    CovarianceFamily(
        "EEI",
        "along the axes, all alike",
        "All components share one size and shape, along the columns' axes.",
        estimates.all_alike,
    ),
    CovarianceFamily(
        "VEI",
        "along the axes, one shape",
        "Each component has its own size; all share one shape, along the columns' axes.",
        estimates.own_volume_along_axes,
    ),
    CovarianceFamily(
        "EVI",
        "along the axes, one size",
        "Each component has its own shape; all share one size, along the columns' axes.",
        estimates.own_shape_along_axes,
    ),
    CovarianceFamily(
        "VVI",
        "along the axes",
        "Each component has its own size and shape, along the columns' axes.",
        estimates.each_its_own,
        ("diag",),
    ),
    CovarianceFamily(
        "EEE",
        "all alike",
        "All components share one size, shape and direction.",
        estimates.all_alike,
        ("tied",),
    ),
    CovarianceFamily(
        "VEE",
        "own size",
        "Each component has its own size; all share one shape and direction.",
        estimates.own_volume,
    ),
    CovarianceFamily(
        "EVE",
        "own shape",
        "Each component has its own shape; all share one size and direction.",
        estimates.common_axes(estimates.own_shape_along_axes, own_volumes=False),
    ),
    CovarianceFamily(
        "VVE",
        "one direction",
        "Each component has its own size and shape; all share one direction.",
        estimates.common_axes(estimates.each_its_own, own_volumes=True),
    ),
    CovarianceFamily(
        "EEV",
        "own direction",
        "Each component has its own direction; all share one size and shape.",
        estimates.own_axes(estimates.all_alike),
    ),
    CovarianceFamily(
        "VEV",
        "one shape",
        "Each component has its own size and direction; all share one shape.",
        estimates.own_axes(estimates.own_volume_along_axes),
    ),
    CovarianceFamily(
        "EVV",
        "one size",
        "Each component has its own shape and direction; all share one size.",
        estimates.own_shape_and_axes,
    ),
    CovarianceFamily(
        "VVV",
        "any shape",
        "Each component has its own size, shape and direction.",
        estimates.each_its_own,
        ("full",),
    ),
)

FAMILIES: dict[str, CovarianceFamily] = {family.name: family for family in _REGISTRY}
_BY_ANY_NAME = {
    name: family
    for family in _REGISTRY
    for name in (family.name, family.name.lower(), *family.aliases)
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
        known = ", ".join(" or ".join((f.name, *f.aliases)) for f in _REGISTRY)
        raise OptionError(f"There is no covariance family {name!r}: choose {known}.")
    return family
