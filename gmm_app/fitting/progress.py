"""What a fit yields after each iteration."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_app.mixture.mixture import Mixture


@dataclass(frozen=True, slots=True)
class FitProgress:
    """A snapshot of a running fit; it never changes once it is made.

    Attributes
    ----------
    start, n_starts : which start is running (from 0), of how many.
    iteration : M-steps taken in this start; 0 is the start itself.
    mixture : the mixture at which `log_likelihood` was measured.
    log_likelihood : sum over rows.
    gain : rise of the mean log-likelihood per row over the iteration before; NaN at iteration 0.
    best_log_likelihood : the highest over all starts so far, this one included.
    n_passes : passes over the rows so far, all starts.
    n_samples : rows.
    """

    start: int
    n_starts: int
    iteration: int
    mixture: Mixture
    log_likelihood: float
    gain: float
    best_log_likelihood: float
    n_passes: int
    n_samples: int

    @property
    def mean_log_likelihood(self) -> float:
        """Per row."""
        return self.log_likelihood / self.n_samples
