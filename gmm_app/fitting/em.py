"""One start of EM: from a mixture, pass by pass, to a maximum of the likelihood."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, FitError
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.m_step import Constraints, next_mixture
from gmm_app.fitting.prior import Prior
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics


@dataclass(frozen=True)
class EmStep:
    """A mixture with what was measured at it.

    Attributes
    ----------
    log_likelihood : with the prior's log density, if there is one: what EM raises.
    log_prior : that density; 0 where there is none.
    iteration : M-steps taken to get there.
    gain : rise of the mean log-likelihood per row over the step before; NaN at iteration 0.
    """

    mixture: Mixture
    log_likelihood: float
    log_prior: float
    classification_entropy: float
    iteration: int
    gain: float


def run_em(
    engine: LocalEngine,
    mixture: Mixture,
    monitor: ConvergenceMonitor,
    *,
    max_iter: int,
    limits: Constraints,
) -> Generator[EmStep, None, StopReason]:
    """Iterate from `mixture`; yields every mixture with its log-likelihood, returns why it ended.

    A set cancel flag ends it with StopReason.STOPPED, at most one pass unreported.

    Raises
    ------
    CollapseError
        A component collapsed.
    FitError
        Rows lie too far apart for double precision.
    """
    while True:
        try:
            statistics = measure(engine, mixture, limits.prior)
        except Cancelled:
            return StopReason.STOPPED
        yield reported(monitor, mixture, statistics)
        if monitor.converged and not (monitor.is_fall(monitor.gain) and limits.added.any()):
            return StopReason.CONVERGED
        if monitor.n_iter >= max_iter:
            return StopReason.MAX_ITER
        try:
            mixture = next_mixture(engine, mixture, statistics, limits)
        except Cancelled:
            return StopReason.STOPPED


def measure(engine: LocalEngine, mixture: Mixture, prior: Prior | None) -> SufficientStatistics:
    """One pass, and what the prior says of the mixture, if there is one.

    Raises
    ------
    Cancelled
        It was stopped.
    CollapseError
        A covariance of the mixture is singular.
    FitError
        Rows lie too far apart for double precision.
    """
    statistics = engine.em_pass(mixture)
    if not np.isfinite(statistics.log_likelihood):
        raise FitError(
            "The rows lie too far apart for numbers of double precision: remove outliers or "
            "rescale the columns."
        )
    if prior is not None:
        statistics.log_prior = prior.log_density(mixture)
    return statistics


def reported(
    monitor: ConvergenceMonitor, mixture: Mixture, statistics: SufficientStatistics
) -> EmStep:
    """Tell the monitor what a pass at `mixture` has measured, and make it a step."""
    monitor.report(statistics.objective)
    return EmStep(
        mixture,
        statistics.objective,
        statistics.log_prior,
        statistics.classification_entropy,
        monitor.n_iter,
        monitor.gain,
    )
