"""The sums over rows that one EM pass leaves behind: all that an M-step needs of the data."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.moments import diagonal_moments, full_moments
from kernels.tiles import N_TOTALS

Array = NDArray[np.float64]


class Moments(NamedTuple):
    """The unconstrained maximum of the expected log-likelihood.

    Attributes
    ----------
    nk : (K,) sums of responsibilities.
    weights : (K,) their shares in the sum of all, that of noise included.
    means : (K, D) responsibility-weighted means.
    covariances : (K, D, D) second moments about those means over nk, or (K, D), their diagonals,
        with what was to be added to the variances.
    least : the component with the least nk. Where that is 0, its moments are not numbers.
    """

    nk: Array
    weights: Array
    means: Array
    covariances: Array
    least: int


class SufficientStatistics:
    """Responsibility-weighted moments about `centers`, the means at which the pass was made.

    Moments about the current means do not cancel as the fit converges, whatever the data's offset.
    Statistics of disjoint sets of rows, taken at the same mixture, add with +.

    Parameters
    ----------
    sums : (2 + K * S,) what a pass sums up, in the layout of kernels/tiles.py.
    centers : (K, D).
    n_samples : rows.
    noise : whether the last of the centres is that of noise, of which only the sum of
        responsibilities means anything.
    full : whether second moments are those of all pairs of columns, or of each column alone.
    """

    def __init__(
        self, sums: Array, centers: Array, n_samples: int, *, full: bool, noise: bool = False
    ) -> None:
        self._sums = sums
        by_part = sums[N_TOTALS:].reshape(centers.shape[0], -1)
        k = len(centers) - noise
        self._by_component = by_part[:k]
        self.noise_nk = float(by_part[k, 0]) if noise else 0.0
        self._noise = noise
        self._all_centers = centers
        self.centers = centers[:k]
        self.n_samples = n_samples
        self.full = full
        self.log_prior = 0.0

    @property
    def log_likelihood(self) -> float:
        """Sum over rows of the log mixture density."""
        return float(self._sums[0])

    @property
    def objective(self) -> float:
        """What EM raises: the log-likelihood, with the log of the prior density if there is one."""
        return self.log_likelihood + self.log_prior

    @property
    def classification_entropy(self) -> float:
        """Sum over rows of -log of the largest responsibility."""
        return float(self._sums[1])

    @property
    def first_moment(self) -> Array:
        """(K, D) sums of resp * (x - center)."""
        return self._by_component[:, 1 : 1 + self.centers.shape[1]]

    @property
    def second_moment(self) -> Array:
        """(K, D, D) sums of resp * (x - center)(x - center)', or (K, D), its diagonal."""
        k, d = self.centers.shape
        second = self._by_component[:, 1 + d :]
        if not self.full:
            return second
        rows, columns = _triangle(d)
        matrices = np.empty((k, d, d))
        matrices[:, rows, columns] = second
        matrices[:, columns, rows] = second
        return matrices

    @property
    def nk(self) -> Array:
        """(K,) sums of responsibilities."""
        return self._by_component[:, 0]

    @property
    def total_weight(self) -> float:
        """Rows, each as often as it counts."""
        return float(self.nk.sum()) + self.noise_nk

    @property
    def mean_weight(self) -> float:
        """How often a row counts on average."""
        return self.total_weight / self.n_samples

    def moments(self, added: Array) -> Moments:
        """What an M-step starts from, in new arrays that the caller may change.

        Parameters
        ----------
        added : (D,) what each component's variances are raised by.
        """
        k, d = self.centers.shape
        moments = np.empty(k), np.empty(k), np.empty((k, d))
        covariances = np.empty((k, d, d) if self.full else (k, d))
        about_means: Any = full_moments if self.full else diagonal_moments
        least = about_means(self._by_component, self.centers, added, *moments, covariances)
        if self._noise:
            total = moments[0].sum()
            moments[1][:] *= total / (total + self.noise_nk)
        return Moments(*moments, covariances, least)

    def __add__(self, other: SufficientStatistics) -> SufficientStatistics:
        if not np.array_equal(self.centers, other.centers):
            raise ValueError("statistics taken at different means do not add")
        sums = self._sums + other._sums
        n_samples = self.n_samples + other.n_samples
        return SufficientStatistics(
            sums, self._all_centers, n_samples, full=self.full, noise=self._noise
        )


@lru_cache
def _triangle(d: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(d)
