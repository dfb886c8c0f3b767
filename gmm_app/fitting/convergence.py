"""When EM has converged."""

from __future__ import annotations

import math


class ConvergenceMonitor:
    """Watches the log-likelihood of one start.

    Parameters
    ----------
    tol : converged when the mean log-likelihood per row rises by no more than this in one
        iteration; 0 means: when it no longer rises.
    total_weight : rows, each as often as it counts.

    Attributes
    ----------
    tol : as given.
    history : log-likelihoods (sum over rows), one per report.
    gain : latest rise per row; NaN before the second report.
    """

    def __init__(self, tol: float, total_weight: float) -> None:
        self.tol = tol
        self._total_weight = total_weight
        self.history: list[float] = []
        self.gain = math.nan

    def report(self, log_likelihood: float) -> None:
        """Take note of the log-likelihood at the next iteration."""
        if self.history:
            self.gain = self.gain_to(log_likelihood)
        self.history.append(log_likelihood)

    def gain_to(self, log_likelihood: float) -> float:
        """How much higher a log-likelihood is than the latest one, per row."""
        return (log_likelihood - self.history[-1]) / self._total_weight

    @property
    def n_iter(self) -> int:
        """M-steps taken: one fewer than reports."""
        return len(self.history) - 1

    @property
    def converged(self) -> bool:
        return self.gain <= self.tol
