"""The sums over rows that one EM pass leaves behind: all that an M-step needs of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SufficientStatistics:
    """Responsibility-weighted moments about `centers`, the means at which the pass was made.

    Moments about the current means do not cancel as the fit converges, whatever the data's offset.
    Statistics of disjoint sets of rows, taken at the same mixture, add with +.

    Attributes
    ----------
    log_likelihood : sum over rows of the log mixture density.
    classification_entropy : sum over rows of -log of the largest responsibility.
    n_samples : rows.
    nk : (K,) sums of responsibilities.
    first_moment : (K, D) sums of resp * (x - center).
    second_moment : (K, D, D) sums of resp * (x - center)(x - center)', or (K, D), its diagonal.
    centers : (K, D).
    """

    log_likelihood: float
    classification_entropy: float
    n_samples: int
    nk: NDArray[np.float64]
    first_moment: NDArray[np.float64]
    second_moment: NDArray[np.float64]
    centers: NDArray[np.float64]

    def __add__(self, other: SufficientStatistics) -> SufficientStatistics:
        if not np.array_equal(self.centers, other.centers):
            raise ValueError("statistics taken at different means do not add")
        return SufficientStatistics(
            self.log_likelihood + other.log_likelihood,
            self.classification_entropy + other.classification_entropy,
            self.n_samples + other.n_samples,
            self.nk + other.nk,
            self.first_moment + other.first_moment,
            self.second_moment + other.second_moment,
            self.centers,
        )

    @property
    def means(self) -> NDArray[np.float64]:
        """(K, D) responsibility-weighted means of the rows."""
        return self.centers + self._shift

    @property
    def scatter(self) -> NDArray[np.float64]:
        """Sums of resp * (x - mean)(x - mean)' about the NEW means, shaped as `second_moment`."""
        if self.second_moment.ndim == 2:
            return self.second_moment - self.first_moment * self._shift
        return self.second_moment - self.first_moment[:, :, np.newaxis] * self._shift[:, np.newaxis]

    @property
    def _shift(self) -> NDArray[np.float64]:
        return self.first_moment / self.nk[:, np.newaxis]
