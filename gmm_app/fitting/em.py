"""One start of EM: from a mixture, pass by pass, to a maximum of the likelihood."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, CollapseError, FitError
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics

# A component that holds less than this many rows has no mean that could be told.
_FEWEST_ROWS = 1e-6
_MOST_DIGITS_LOST = 1e6


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


class VarianceLimits(NamedTuple):
    """What keeps variances from vanishing, (D,) each, in the data's units.

    Attributes
    ----------
    added : added to each component's variances (reg_covar).
    smallest : a variance below this is rounding error of the values themselves.
    """

    added: NDArray[np.float64]
    smallest: NDArray[np.float64]


def m_step(statistics: SufficientStatistics, mixture: Mixture, limits: VarianceLimits) -> Mixture:
    """The mixture of the same family that maximises the expected log-likelihood.

    Parameters
    ----------
    statistics : of one pass at `mixture`.
    limits : of variances.

    Raises
    ------
    CollapseError
        A component has lost all its rows, or all its spread in some column.
    """
    empty = np.flatnonzero(statistics.nk < _FEWEST_ROWS)
    if empty.size:
        raise CollapseError(
            f"Component {empty[0] + 1} lost all its rows. Lower the number of components, or "
            "choose other starts (init, seed)."
        )
    family = family_named(mixture.family)
    covariances = family.estimate(statistics.nk, statistics.scatter)
    diagonal = np.arange(limits.added.size)
    covariances[:, diagonal, diagonal] += limits.added
    flat = np.argwhere(covariances[:, diagonal, diagonal] < limits.smallest)
    if flat.size:
        component, column = flat[0]
        raise CollapseError(
            f"Component {component + 1} collapsed onto equal values of "
            f"'{mixture.columns[column]}'. Lower the number of components, raise the "
            "regularisation (reg_covar), or choose a family with shared shape such as EEE."
        )
    weights = statistics.nk / statistics.nk.sum()
    return Mixture(weights, statistics.means, covariances, family.name, mixture.columns)


def _next_mixture(
    engine: LocalEngine,
    mixture: Mixture,
    statistics: SufficientStatistics,
    limits: VarianceLimits,
) -> Mixture:
    """The M-step, from moments taken anew where too many of their digits were lost.

    Where a mean moves by a thousand standard deviations in one iteration, the scatter about the new
    mean is a small difference of large sums. Moments about the new means do not cancel.
    """
    following = m_step(statistics, mixture, limits)
    variances = np.diagonal(following.covariances, axis1=1, axis2=2)
    shift = following.means - mixture.means
    if np.all(shift**2 < _MOST_DIGITS_LOST * variances):
        return following
    return m_step(engine.em_pass(mixture, following.means), mixture, limits)


def run_em(
    engine: LocalEngine,
    mixture: Mixture,
    monitor: ConvergenceMonitor,
    *,
    max_iter: int,
    limits: VarianceLimits,
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
            statistics = engine.em_pass(mixture)
        except Cancelled:
            return StopReason.STOPPED
        if not np.isfinite(statistics.log_likelihood):
            raise FitError(
                "The rows lie too far apart for numbers of double precision: remove outliers or "
                "rescale the columns."
            )
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
        try:
            mixture = _next_mixture(engine, mixture, statistics, limits)
        except Cancelled:
            return StopReason.STOPPED
