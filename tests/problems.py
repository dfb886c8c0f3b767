"""Random mixtures and rows drawn from them, for tests."""

from __future__ import annotations

import numpy as np

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
    eye = np.eye(n_features)
    if family == "VII":
        return rng.uniform(0.5, 2.0, (n_components, 1, 1)) * eye
    if family == "VVI":
        return rng.uniform(0.5, 2.0, (n_components, n_features, 1)) * eye
    n_different = 1 if family == "EEE" else n_components
    factors = rng.standard_normal((n_different, n_features, n_features + 2))
    different = factors @ factors.transpose(0, 2, 1) / (n_features + 2) + 0.1 * eye
    return np.broadcast_to(different, (n_components, n_features, n_features)).copy()
