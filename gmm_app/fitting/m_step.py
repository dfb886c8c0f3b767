"""The M-step: from the sums of one pass to the mixture that maximises what they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import CollapseError
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from kernels.moments import add_to_variances, largest_move

# A component that holds less than this many rows has no mean that could be told.
_FEWEST_ROWS = 1e-6
_MOST_DIGITS_LOST = 1e6


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
    nk = statistics.nk
    if not nk.min() >= _FEWEST_ROWS:
        raise CollapseError(
            f"Component {nk.argmin() + 1} lost all its rows. Lower the number of components, or "
            "choose other starts (init, seed)."
        )
    family = family_named(mixture.family)
    covariances = family.estimate(nk, statistics.scatter)
    flat = add_to_variances(covariances, limits.added, limits.smallest)
    if flat >= 0:
        component, column = divmod(flat, limits.added.size)
        raise CollapseError(
            f"Component {component + 1} collapsed onto equal values of "
            f"'{mixture.columns[column]}'. Lower the number of components, raise the "
            "regularisation (reg_covar), or choose a family with shared shape such as EEE."
        )
    weights = nk / nk.sum()
    return Mixture.unchecked(weights, statistics.means, covariances, family.name, mixture.columns)


def next_mixture(
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
    if largest_move(mixture.means, following.means, following.covariances) < _MOST_DIGITS_LOST:
        return following
    return m_step(engine.em_pass(mixture, following.means), mixture, limits)
