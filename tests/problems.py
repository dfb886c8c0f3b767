"""Random mixtures and rows drawn from them, for tests."""

from __future__ import annotations

import numpy as np

from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture


def random_mixture(
    n_components: int, n_features: int, seed: int, *, family: str = "VVV", spread: float = 3.0
) -> Mixture:
    """A well-conditioned mixture of that family with overlapping components."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(n_components, 5.0))
    means = spread * rng.standard_normal((n_components, n_features))
    return Mixture(weights, means, _covariances(n_components, n_features, family, rng), family)


def _covariances(
    n_components: int, n_features: int, family: str, rng: np.random.Generator
) -> np.ndarray:
    k, d = n_components, n_features
    different = {"E": 1, "V": k, "I": 0}
    volume, shape, orientation = (different[letter] for letter in family_named(family).name)
    volumes = np.exp(rng.uniform(-0.7, 0.7, volume))
    logs = rng.uniform(-1.5, 1.5, (shape or 1, d)) if shape else np.zeros((1, d))
    variances = volumes[:, np.newaxis] * np.exp(logs - logs.mean(axis=1, keepdims=True))
    if orientation:
        axes = np.linalg.qr(rng.standard_normal((orientation, d, d))).Q
        covariances = (axes * variances[:, np.newaxis]) @ axes.transpose(0, 2, 1)
        covariances = (covariances + covariances.transpose(0, 2, 1)) / 2
    else:
        covariances = variances[:, :, np.newaxis] * np.eye(d)
    return np.broadcast_to(covariances, (k, d, d)).copy()


def with_gaps(X: np.ndarray, share: float, seed: int) -> np.ndarray:
    """A copy with that share of the values missing (NaN), but no row without any value."""
    rng = np.random.default_rng(seed)
    missing = rng.random(X.shape) < share
    empty = np.flatnonzero(missing.all(axis=1))
    missing[empty, rng.integers(X.shape[1], size=empty.size)] = False
    return np.where(missing, np.nan, X)
