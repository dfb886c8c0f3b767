"""When EM has converged."""

from __future__ import annotations

import math

STOP_RULES = {
    "gain": "gain per row",
    "relative": "relative gain",
    "aitken": "gain still to come",
}


# A fall of the log-likelihood by this share of itself is rounding.
_ROUNDING = 1e-9


class ConvergenceMonitor:
    """Watches the log-likelihood of one start.

    Parameters
    ----------
    tol : what counts as no gain, by the rule; 0 means: when the log-likelihood no longer rises.
    total_weight : rows, each as often as it counts.
    rule : "gain": converged when the mean log-likelihood per row rises by no more than `tol` in one
        iteration. "relative": when the log-likelihood rises by no more than that share of itself.
        "aitken": when all that is still to come, per row, is no more than `tol`, if gains go on to
        shrink as they do now (Aitken's acceleration; Böhning et al. 1994, Ann. Inst. Statist. Math.
        46); while they do not shrink, it has not converged.

    Attributes
    ----------
    history : log-likelihoods (sum over rows), one per report.
    gain : latest rise per row; NaN before the second report.
    """

    def __init__(self, tol: float, total_weight: float, rule: str = "gain") -> None:
        self._tol = tol
        self._total_weight = total_weight
        self._rule = rule
        self.history: list[float] = []
        self.gain = math.nan
        self._gain_before = math.nan

    def report(self, log_likelihood: float) -> None:
        """Take note of the log-likelihood at the next iteration."""
        if self.history:
            self._gain_before, self.gain = self.gain, self.gain_to(log_likelihood)
        self.history.append(log_likelihood)

    def gain_to(self, log_likelihood: float) -> float:
        """How much higher a log-likelihood is than the latest one, per row."""
        return (log_likelihood - self.history[-1]) / self._total_weight

    @property
    def n_iter(self) -> int:
        """M-steps taken: one fewer than reports."""
        return len(self.history) - 1

    @property
    def tol(self) -> float:
        """A gain per row that counts as none."""
        if self._rule != "relative":
            return self._tol
        return tolerance_per_row(self._tol, self._rule, self.history, self._total_weight)

    @property
    def converged(self) -> bool:
        return self.gain <= 0.0 or self._to_come() <= self.tol

    def is_fall(self, gain: float) -> bool:
        """Whether a gain is a fall by more than rounding explains.

        Where much is added to variances, the log-likelihood is not what EM raises.
        """
        return gain < -max(_ROUNDING * abs(self.history[-1]) / self._total_weight, self.tol)

    def _to_come(self) -> float:
        if self._rule != "aitken":
            return self.gain
        if not self.gain < self._gain_before:
            return math.inf
        shrinks_to = self.gain / self._gain_before
        return max(self.gain, self.gain * shrinks_to / (1.0 - shrinks_to))


def tolerance_per_row(tol: float, rule: str, history: list[float], total_weight: float) -> float:
    """A gain per row that counts as none, after a history of log-likelihoods."""
    if rule != "relative" or not history:
        return tol
    return tol * abs(history[-1]) / total_weight
