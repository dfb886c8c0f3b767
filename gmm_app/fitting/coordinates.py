"""A mixture's surroundings as a vector space in which every vector is a mixture of its family."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

_SQRT_2 = math.sqrt(2.0)


class Surroundings:
    """Coordinates around a mixture, which is their origin.

    Component k of the origin has weight w, mean m and covariance L L', with L lower triangular;
    another mixture's component k has w', m' and L'. With T = L^-1 L', which is lower triangular
    too, the other mixture has the coordinates

        sqrt(w) (log(w' / w) - c),   sqrt(w) L^-1 (m' - m),   sqrt(2 w) log T_dd,   sqrt(w) T_ij

    for all d and all i > j, where c makes the first of them sum to zero over k when weighted by
    sqrt(w). Any vector is a mixture, whatever its length, and no unit of a column plays a part.
    The Fisher information of complete rows (rows that tell their component) is the identity at the
    origin, so half the squared length of a short vector is the divergence of the two mixtures per
    complete row, and the EM step is, to first order, the gradient of the log-likelihood per row
    (Xu & Jordan 1996, Neural Computation 8, for the matrix that makes it so).

    Parameters
    ----------
    mixture : the origin.

    Raises
    ------
    numpy.linalg.LinAlgError
        A covariance is not positive definite.
    """

    def __init__(self, mixture: Mixture) -> None:
        self.mixture = mixture
        self._roots = np.sqrt(mixture.weights)[:, np.newaxis]
        self._full = family_named(mixture.family).moments == "full"
        if self._full:
            self._factors = np.linalg.cholesky(mixture.compact)
        else:
            self._factors = np.sqrt(mixture.compact)

    def vector_to(self, other: Surroundings) -> Array:
        """The coordinates of another mixture of the same family: `mixture_at` of them is it."""
        here, there = self.mixture, other.mixture
        d = here.n_features
        values = np.empty((here.n_components, _n_values(d, full=self._full)))
        log_ratios = np.log(there.weights / here.weights)
        values[:, 0] = log_ratios - here.weights @ log_ratios
        moves = there.means - here.means
        if self._full:
            both = np.concatenate([other._factors, moves[:, :, np.newaxis]], axis=2)
            relative = np.linalg.solve(self._factors, both)
            values[:, 1 : d + 1] = relative[:, :, d]
            stretch = np.diagonal(relative, axis1=1, axis2=2)
            values[:, 2 * d + 1 :] = relative[:, *_below_diagonal(d)]
        else:
            values[:, 1 : d + 1] = moves / self._factors
            stretch = other._factors / self._factors
        values[:, d + 1 : 2 * d + 1] = _SQRT_2 * np.log(stretch)
        values *= self._roots
        return values.ravel()

    def mixture_at(self, vector: Array) -> Mixture:
        """The mixture of the same family that has these coordinates."""
        here = self.mixture
        k, d = here.means.shape
        values = vector.reshape(k, -1) / self._roots
        weights = here.weights * np.exp(values[:, 0] - values[:, 0].max())
        weights /= weights.sum()
        moves, stretch = values[:, 1 : d + 1], np.exp(values[:, d + 1 : 2 * d + 1] / _SQRT_2)
        if self._full:
            moves = (self._factors @ moves[:, :, np.newaxis])[:, :, 0]
            relative = np.zeros((k, d, d))
            relative[:, np.arange(d), np.arange(d)] = stretch
            relative[:, *_below_diagonal(d)] = values[:, 2 * d + 1 :]
            factors = self._factors @ relative
            own = factors @ factors.transpose(0, 2, 1)
        else:
            moves = self._factors * moves
            own = np.square(self._factors * stretch)
        covariances = _within_family(here.family, weights, own, here.compact)
        return Mixture.unchecked(
            weights, here.means + moves, covariances, here.family, here.columns, None
        )

    def largest_change(self, vector: Array) -> float:
        """The largest change of any component in units of its own: of logs, and of deviations."""
        return float(np.abs(vector.reshape(self._roots.size, -1) / self._roots).max())

    def narrows(self, vector: Array, deviations: Array) -> bool:
        """Whether a component at `vector` is narrower in a column than `deviations` (D,).

        What counts is the deviation that is left once the columns before it are known, so that
        components which are narrow along no column, but across, are found too.
        """
        d = self.mixture.n_features
        values = vector.reshape(self._roots.size, -1)[:, d + 1 : 2 * d + 1] / self._roots
        now = np.diagonal(self._factors, axis1=1, axis2=2) if self._full else self._factors
        return bool((now * np.exp(values / _SQRT_2) < deviations).any())


def _within_family(family: str, weights: Array, own: Array, near: Array) -> Array:
    """The covariances of the family nearest to `own`, looked for from `near` on.

    What lies on a straight line through covariances of a family whose components share no axes, or
    share all, belongs to the same family, up to rounding. For any other, the family's own M-step
    finds the covariances of least divergence from `own`, as it does from the components' scatter in
    rows; so this serves every family.
    """
    return family_named(family).estimate(weights, own, near)


def _n_values(n_features: int, *, full: bool) -> int:
    """Coordinates of one component."""
    below = n_features * (n_features - 1) // 2 if full else 0
    return 1 + 2 * n_features + below


@lru_cache
def _below_diagonal(n_features: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(n_features, -1)
