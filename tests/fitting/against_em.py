"""Accelerated fits beside plain EM from the same starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import gmm_app as gm
from gmm_app.data.dataset import Dataset

# By turns: a start that is near something, and one that is not.
INITIALIZERS = ("kmeans++", "random_rows")
_MOST_ITERATIONS = 50_000


class Outcome(NamedTuple):
    """One start, both ways.

    Attributes
    ----------
    case : what was fitted, for people.
    init : how the start was drawn.
    gain : accelerated less plain log-likelihood at the end, per row.
    passes_saved : passes of plain EM over those of the accelerated fit.
    """

    case: str
    init: str
    gain: float
    passes_saved: float


def compared(
    data: Dataset, families: Sequence[str], n_components: Sequence[int], seeds: Iterable[int]
) -> list[Outcome]:
    """Fit from one start per seed, by EM and accelerated, to a tight tolerance."""
    return [
        _outcome(data, family, k, seed)
        for seed in seeds
        for family in families
        for k in n_components
    ]


def _outcome(data: Dataset, family: str, k: int, seed: int) -> Outcome:
    init = INITIALIZERS[seed % len(INITIALIZERS)]
    plain, fast = (
        gm.fit(
            data,
            n_components=k,
            family=family,
            init=init,
            seed=seed,
            n_init=1,
            tol=1e-10,
            max_iter=_MOST_ITERATIONS,
            prefix=False,
            accelerate=accelerate,
        )
        for accelerate in (False, True)
    )
    gain = (fast.log_likelihood - plain.log_likelihood) / data.n_samples
    case = f"{Path(data.source).stem} {family} {k} {seed}"
    return Outcome(case, init, gain, plain.n_passes / fast.n_passes)


def geometric_mean(values: Sequence[float]) -> float:
    """The mean of ratios."""
    return float(np.exp(np.mean(np.log(values))))
