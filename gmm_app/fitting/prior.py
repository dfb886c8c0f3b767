"""A weak prior that keeps components from collapsing, and gives a mode of the posterior in place of
a maximum of the likelihood.

Fraley & Raftery (2007), Bayesian regularization for normal mixture estimation and model-based
clustering, Journal of Classification 24: each component's mean is normal about the data's, with the
component's covariance over `shrinkage`; its covariance is inverse Wishart. Their constants are
those that mclust takes by default. The same density is laid on every component of every family, so
that the M-step of each family stays what it is, with other counts and scatters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.fitting.initialization import Scale
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.structure import components_of, log_determinants, precisions_of

Array = NDArray[np.float64]

_SHRINKAGE = 0.01


class Prior(NamedTuple):
    """Of each component's mean and covariance.

    Attributes
    ----------
    mean : (D,) about which means lie.
    scatter : (D, D), of the inverse Wishart distribution.
    shrinkage : rows' worth of pull towards `mean`.
    dof : degrees of freedom.
    """

    mean: Array
    scatter: Array
    shrinkage: float
    dof: float

    @property
    def _count(self) -> float:
        """Rows' worth of the prior in a covariance."""
        return self.dof + self.mean.size + 2.0

    def posterior(self, nk: Array, means: Array, own: Array) -> tuple[Array, Array, Array]:
        """What an M-step takes in place of sums of responsibilities (K,), means (K, D), and own
        scatters (K, D, D) or their diagonals (K, D)."""
        full = own.ndim == 3
        moves = means - self.mean
        pull = self.shrinkage * nk / (nk + self.shrinkage)
        squares = moves[:, :, np.newaxis] * moves[:, np.newaxis] if full else moves**2
        scatter = self.scatter if full else np.diag(self.scatter)
        shape = (-1, 1, 1) if full else (-1, 1)
        total = nk.reshape(shape) * own + pull.reshape(shape) * squares + scatter
        counts = nk + self._count
        shifted = self.mean + moves * (nk / (nk + self.shrinkage))[:, np.newaxis]
        return counts, shifted, total / counts.reshape(shape)

    def log_density(self, mixture: Mixture) -> float:
        """Log of the prior density at a mixture, but for a constant."""
        structure = components_of(mixture.structure, 0, mixture.n_components)
        precisions = precisions_of(structure)
        moves = mixture.means - self.mean
        if precisions.ndim == 3:
            squares = moves[:, :, np.newaxis] * moves[:, np.newaxis]
            inner = self.scatter + self.shrinkage * squares
        else:
            inner = np.diag(self.scatter) + self.shrinkage * moves**2
        log_dets = log_determinants(structure).sum()
        return float(-0.5 * (self._count * log_dets + (precisions * inner).sum()))


def weak_prior(rows: Dataset, scale: Scale, n_components: int, cancel: CancelFlag) -> Prior:
    """The prior for rows of that mean and covariance; takes one pass.

    Raises
    ------
    Cancelled
        It was stopped.
    """
    engine = LocalEngine(replace(rows, known=None), cancel=cancel)
    d = scale.mean.size
    whole = Mixture([1.0], scale.mean[np.newaxis], np.diag(scale.deviation**2)[np.newaxis])
    statistics = engine.em_pass(whole)
    # With the divisor n - 1, as mclust has it.
    covariance = statistics.second_moment[0] / max(statistics.nk[0] - 1.0, 1.0)
    scatter = covariance / n_components ** (2.0 / d)
    return Prior(scale.mean, scatter, _SHRINKAGE, d + 2.0)
