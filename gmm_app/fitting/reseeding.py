"""A component that collapses gets another beginning, and the others go on from where they are."""

from __future__ import annotations

import numpy as np

from gmm_app.data.dataset import Dataset
from gmm_app.fitting.initialization import Partition, filled
from gmm_app.fitting.starts import Starts
from gmm_app.mixture.mixture import Mixture

MOST_RESEEDS = 5
"""So often in one start; a component that collapses still is left to it."""


def reseeded(
    mixture: Mixture, component: int, dataset: Dataset, starts: Starts, rng: np.random.Generator
) -> Mixture:
    """The mixture with one component at a row drawn at random, as wide as the others are.

    Parameters
    ----------
    mixture : before the component collapsed.
    component : which, from 0.
    dataset, starts : the rows, and their columns' spread.
    rng : what is drawn is drawn from here.
    """
    k = mixture.n_components
    others = np.delete(np.arange(k), component)
    means, weights = mixture.means.copy(), mixture.weights.copy()
    row = rng.integers(dataset.n_samples)
    means[component] = filled(dataset.X[row], starts.scale.mean)
    if others.size and weights[others].sum() > 0.0:
        shares = weights[others] / weights[others].sum()
        scatter = np.tensordot(shares, mixture.covariances[others], axes=1)
    else:
        scatter = np.diag(starts.scale.deviation**2)
    scatters = mixture.covariances.copy()
    scatters[component] = scatter
    weights[component] = weights.sum() / k
    partition = Partition(means, weights / weights.sum(), scatters)
    return partition.mixture(mixture.family, mixture.columns).with_noise(mixture.noise)
