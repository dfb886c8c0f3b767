"""The M-step: from the sums of one pass to the mixture that maximises what they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import CollapseError
from gmm_app.fitting.held import Held
from gmm_app.fitting.prior import Prior
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from kernels.moments import look_over

# A component that holds less than this many rows, of mean weight, has no mean that could be told.
_FEWEST_ROWS = 1e-6
_MOST_DIGITS_LOST = 1e6


class Constraints(NamedTuple):
    """What an M-step keeps to beside the family.

    Attributes
    ----------
    added : (D,) to the variances of each component's own scatter (reg_covar), in the data's units.
    smallest : (D,) a variance below this is rounding error of the values themselves.
    held : parameters that stay as they are.
    prior : of means and covariances; None: none, and the M-step is maximum likelihood.
    """

    added: NDArray[np.float64]
    smallest: NDArray[np.float64]
    held: Held = Held()
    prior: Prior | None = None


def next_mixture(
    engine: LocalEngine,
    mixture: Mixture,
    statistics: SufficientStatistics,
    limits: Constraints,
) -> Mixture:
    """The mixture of the same family that maximises the expected log-likelihood.

    Where a mean moves by a thousand standard deviations in one iteration, the scatter about the new
    mean is a small difference of large sums; then moments are taken anew, about the new means, and
    nothing cancels.

    Parameters
    ----------
    engine : has the rows.
    mixture : the one before.
    statistics : of one pass at `mixture`.
    limits : what is kept to.

    Raises
    ------
    Cancelled
        The engine's cancel flag was set while moments were taken anew.
    CollapseError
        A component has lost all its rows, or all its spread in some column.
    """
    following, move = _m_step(statistics, mixture, limits)
    if move < _MOST_DIGITS_LOST:
        return following
    return _m_step(engine.em_pass(mixture, following.means), mixture, limits)[0]


def _m_step(
    statistics: SufficientStatistics, mixture: Mixture, limits: Constraints
) -> tuple[Mixture, float]:
    """The M-step, and the largest squared move of a mean in units of the variance."""
    nk, weights, means, own, least = statistics.moments(limits.added)
    # The sum of all is taken only where one component has little.
    if not nk[least] >= 1.0 and not nk[least] >= _FEWEST_ROWS * statistics.mean_weight:
        raise CollapseError(
            f"Component {least + 1} lost all its rows. Lower the number of components, or choose "
            "other starts (init, seed).",
            int(least),
        )
    if limits.prior is not None:
        nk, means, own = limits.prior.posterior(nk, means, own)
    if any(limits.held):
        weights = limits.held.weigh(weights, mixture.weights)
        limits.held.keep_means(means, own, mixture.means)
    covariances = family_named(mixture.family).estimate(nk, own, mixture.compact)
    for k in limits.held.covariances:
        covariances[k] = mixture.compact[k]
    flat, move = look_over(covariances.reshape(-1), limits.smallest, mixture.means, means)
    if flat >= 0:
        component, column = divmod(flat, means.shape[1])
        raise CollapseError(
            f"Component {component + 1} collapsed onto equal values of "
            f"'{mixture.columns[column]}'. Lower the number of components, raise the "
            "regularisation (reg_covar), or choose a family with shared shape such as EEE.",
            component,
        )
    noise = mixture.noise
    if noise is not None:
        share = statistics.noise_nk / statistics.total_weight
        noise = noise._replace(weight=share)
    found = Mixture.unchecked(weights, means, covariances, mixture.family, mixture.columns, noise)
    return found, move
