"""Mixtures of every family, and rows near and far, for what other programs make of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise

Array = NDArray[np.float64]

N_COMPONENTS = 3


def covariances_of(family: str, n_features: int, generator: np.random.Generator) -> Array:
    """(K, D, D) covariances that a family allows, made of what its three letters say."""

    def drawn(letter: str, draw: Callable[[], Array], identity: Array) -> list[Array]:
        if letter == "I":
            return [identity] * N_COMPONENTS
        return [draw()] * N_COMPONENTS if letter == "E" else [draw() for _ in range(N_COMPONENTS)]

    def shape() -> Array:
        variances = np.exp(generator.normal(size=n_features))
        return np.asarray(variances / np.exp(np.log(variances).mean()))

    def axes() -> Array:
        square = generator.normal(size=(n_features, n_features))
        return np.asarray(np.linalg.qr(square)[0])

    eye = np.eye(n_features)
    scales = drawn(family[0], lambda: np.exp(generator.normal(size=1)), np.ones(1))
    shapes = drawn(family[1], shape, np.ones(n_features))
    turns = drawn(family[2], axes, eye)
    matrices = np.array([s * (a * b) @ a.T for s, b, a in zip(scales, shapes, turns, strict=True)])
    known = FAMILIES[family]
    return known.matrices(known.compact(0.5 * (matrices + matrices.transpose(0, 2, 1))))


def mixture_of(family: str, n_features: int, *, noise: bool, seed: int = 0) -> Mixture:
    """A mixture of three components, whose means lie apart from 0 in units of their own."""
    generator = np.random.default_rng([seed, n_features, sorted(FAMILIES).index(family)])
    share = 0.125 if noise else 0.0
    means = generator.normal(5.0, 3.0, (N_COMPONENTS, n_features))
    return Mixture(
        np.array([0.5, 0.25, 0.25]) * (1.0 - share),
        means,
        covariances_of(family, n_features, generator),
        family,
        tuple(f"column {d + 1}" for d in range(n_features)),
        Noise(share, means.min(axis=0) - 3.0, means.max(axis=0) + 2.5) if noise else None,
    )


def rows_for(mixture: Mixture) -> Array:
    """Rows in the midst of a mixture and, in both directions, far out of it."""
    far = [mixture.means + step for step in (-1e3, 40.0, 1e6)]
    return np.vstack([mixture.sample(40, seed=0), mixture.means, *far])


def every_mixture(seed: int = 0) -> Iterator[tuple[str, Mixture]]:
    """Every family in 1, 2 and 4 columns, without and with noise; each with a name."""
    for family, n_features, noise in itertools.product(FAMILIES, (1, 2, 4), (False, True)):
        name = f"{family}_{n_features}{'_noise' * noise}_{seed}"
        yield name, mixture_of(family, n_features, noise=noise, seed=seed)


def difference(found: Array, expected: Array) -> float:
    """The largest difference, relative where the log density is large."""
    assert found.shape == expected.shape
    return float((np.abs(found - expected) / np.maximum(1.0, np.abs(expected))).max())
