"""Sigma ellipses: where two columns' share of a component lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.inspection.ranges import within_reach
from gmm_app.mixture.columnwise import inverse
from gmm_app.mixture.transforms import Transform

Array = NDArray[np.float64]

_POINTS = 73
# Where an outline is stretched, more are needed to make it look round.
_POINTS_TO_BEND = 289


class Ellipses(NamedTuple):
    """One ellipse per component.

    Attributes
    ----------
    centres : (K, 2).
    semi_axes : (K, 2), the longer first.
    angles : (K,) radians from the x axis to the longer semi-axis, in (-pi/2, pi/2].
    """

    centres: Array
    semi_axes: Array
    angles: Array


def mass_within(n_sigmas: float) -> float:
    """Share of a Gaussian in two dimensions that its `n_sigmas` ellipse holds."""
    return 1.0 - math.exp(-0.5 * n_sigmas * n_sigmas)


def marginal(means: Array, covariances: Array, columns: tuple[int, int]) -> tuple[Array, Array]:
    """Means (K, 2) and covariances (K, 2, 2) of two of the D columns."""
    chosen = list(columns)
    return means[:, chosen], covariances[:, chosen][:, :, chosen]


def sigma_ellipses(means: Array, covariances: Array, n_sigmas: float) -> Ellipses:
    """The contours at `n_sigmas` standard deviations.

    Parameters
    ----------
    means : (K, 2).
    covariances : (K, 2, 2) symmetric. A flat one gives a flat ellipse.
    n_sigmas : Mahalanobis distance of the contour from the mean.
    """
    variances, directions = np.linalg.eigh(covariances)
    semi_axes = n_sigmas * np.sqrt(np.maximum(variances[:, ::-1], 0.0))
    longer = directions[:, :, 1]
    slope = np.arctan2(longer[:, 1], longer[:, 0])
    # A direction and its opposite are one axis.
    angles = slope - np.pi * np.ceil(slope / np.pi - 0.5)
    return Ellipses(means, semi_axes, angles)


def outlines(ellipses: Ellipses, n_points: int = _POINTS) -> Array:
    """(K, n_points, 2) points around each ellipse; the last one closes it."""
    turn = np.linspace(0.0, 2.0 * np.pi, n_points)
    along = ellipses.semi_axes[:, :1] * np.cos(turn)
    across = ellipses.semi_axes[:, 1:] * np.sin(turn)
    cosine, sine = np.cos(ellipses.angles)[:, None], np.sin(ellipses.angles)[:, None]
    points = np.stack([along * cosine - across * sine, along * sine + across * cosine], axis=-1)
    return points + ellipses.centres[:, None, :]


def bent(points: Array, transforms: Sequence[Transform]) -> Array:
    """Points (..., D) of transformed columns in the data's units, as far out as axes reach."""
    return within_reach(inverse(transforms, points))


def bent_outlines(ellipses: Ellipses, transforms: Sequence[Transform]) -> Array:
    """(K, n, 2) points around each ellipse of two transformed columns, in the data's units."""
    return bent(outlines(ellipses, _POINTS_TO_BEND), transforms)
