"""What a fit yields after each iteration."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_app.fitting.doubts import doubts
from gmm_app.mixture.mixture import Mixture


@dataclass(frozen=True, slots=True)
class FitProgress:
    """A snapshot of a running fit; it never changes once it is made.

    Attributes
    ----------
    start, n_starts : which start is running (from 0), of how many.
    iteration : steps taken in this start on these rows; 0 is where it began on them.
    mixture : the mixture at which `log_likelihood` was measured.
    log_likelihood : sum over the rows at hand.
    gain : rise of the mean log-likelihood per row over the iteration before; NaN at iteration 0.
    best_log_likelihood : the highest over all rows and all starts so far, this one included; minus
        infinity before there is any.
    n_passes : passes over all rows so far, all starts.
    sample_passes : passes over samples so far, each counted as its share of all rows.
    n_rows : rows at hand: those of a sample, on which a start may begin, or all.
    n_samples : rows.
    total_weight : all rows, each as often as it counts.
    reg_covar : what the fit adds to variances, as a share of the columns'.
    """

    start: int
    n_starts: int
    iteration: int
    mixture: Mixture
    log_likelihood: float
    gain: float
    best_log_likelihood: float
    n_passes: int
    sample_passes: float
    n_rows: int
    n_samples: int
    total_weight: float
    reg_covar: float

    def doubts(self) -> tuple[str, ...]:
        """Sentences about components that collapse just now, with what helps; none if none does."""
        at_hand = self.total_weight * self.n_rows / self.n_samples
        return doubts(self.mixture, at_hand, self.reg_covar)

    @property
    def mean_log_likelihood(self) -> float:
        """Per row."""
        return self.log_likelihood / self.n_rows

    @property
    def on_sample(self) -> bool:
        """Whether it was measured on a sample: its log-likelihood compares with no other."""
        return self.n_rows < self.n_samples
