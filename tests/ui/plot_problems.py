"""Data and mixtures for the tests of plots."""

from __future__ import annotations

import numpy as np

from gmm_app.data.dataset import Dataset
from gmm_app.mixture.mixture import Mixture


def normal_dataset(n_samples: int, n_features: int = 3, source: str = "made up") -> Dataset:
    """Rows of a standard normal distribution; columns a, b, c, ..."""
    rows = np.random.default_rng(n_samples).normal(size=(n_samples, n_features))
    return Dataset(np.asfortranarray(rows), tuple("abcdefgh"[:n_features]), source)


def mixture_of(n_components: int, n_features: int = 3) -> Mixture:
    """Components of equal weight whose means lie on a diagonal through the data."""
    places = np.linspace(-1.5, 1.5, n_components)
    return Mixture(
        weights=np.full(n_components, 1.0 / n_components),
        means=np.repeat(places[:, None], n_features, axis=1),
        covariances=np.repeat(0.1 * np.eye(n_features)[None], n_components, axis=0),
    )
