"""One start of EM: from a mixture, pass by pass, to a maximum of the likelihood."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, CollapseError
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics

# A component that holds less than this many rows has no mean that could be told.
_FEWEST_ROWS = 1e-6


@dataclass(frozen=True)
class EmStep:
    """A mixture with what was measured at it.

    Attributes
    ----------
    iteration : M-steps taken to get there.
    gain : rise of the mean log-likelihood per row over the step before; NaN at iteration 0.
    """

    mixture: Mixture
    log_likelihood: float
    classification_entropy: float
    iteration: int
    gain: float


def m_step(
    statistics: SufficientStatistics, mixture: Mixture, added_variance: NDArray[np.float64]
) -> Mixture:
    """The mixture of the same family that maximises the expected log-likelihood.

    Parameters
    ----------
    statistics : of one pass at `mixture`.
    added_variance : (D,) added to each component's variances (reg_covar in the data's units).

    Raises
    ------
    CollapseError
        A component has lost all its rows.
    """
    empty = np.flatnonzero(statistics.nk < _FEWEST_ROWS)
    if empty.size:
        raise CollapseError(
            f"Component {empty[0] + 1} lost all its rows. Lower the number of components, or "
            "choose other starts (init, seed)."
        )
    family = family_named(mixture.family)
    covariances = family.estimate(statistics.nk, statistics.scatter)
    diagonal = np.arange(added_variance.size)
    covariances[:, diagonal, diagonal] += added_variance
    weights = statistics.nk / statistics.nk.sum()
    return Mixture(weights, statistics.means, covariances, family.name, mixture.columns)


def run_em(
    engine: LocalEngine,
    mixture: Mixture,
    monitor: ConvergenceMonitor,
    *,
    max_iter: int,
    added_variance: NDArray[np.float64],
) -> Generator[EmStep, None, StopReason]:
    """Iterate from `mixture`; yields every mixture with its log-likelihood, returns why it ended.

    A set cancel flag ends it with StopReason.STOPPED, at most one pass unreported.

    Raises
    ------
    CollapseError
        A component collapsed.
    """
    while True:
        try:
            statistics = engine.em_pass(mixture)
        except Cancelled:
            return StopReason.STOPPED
        monitor.report(statistics.log_likelihood)
        yield EmStep(
            mixture,
            statistics.log_likelihood,
            statistics.classification_entropy,
            monitor.n_iter,
            monitor.gain,
        )
        if monitor.converged:
            return StopReason.CONVERGED
        if monitor.n_iter >= max_iter:
            return StopReason.MAX_ITER
        mixture = m_step(statistics, mixture, added_variance)
