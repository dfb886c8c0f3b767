"""Where a start begins: one mixture made from the data and a stream of random numbers.

An initialiser is an entry in `_INITIALIZERS`; its name and words stand in `options.INITIALIZERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.options import FitOptions
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from kernels.jit import as_input
from kernels.seeding import lloyd_step, nearer_distances

Array = NDArray[np.float64]

# Means found on so many rows are as good a start as means found on all of them.
_SAMPLE_ROWS = 20_000
_SAMPLE_ROWS_PER_COMPONENT = 200
_LLOYD_STEPS = 10
# A start narrower than this share of a column's standard deviation would lose its rows at once.
_NARROWEST = 1e-3


class Scale(NamedTuple):
    """Each column's range and standard deviation, (D,) each."""

    minimum: Array
    maximum: Array
    deviation: Array

    @property
    def resolution(self) -> Array:
        """(D,) a few times the distance of neighbouring numbers at the columns' largest values."""
        largest = np.maximum(np.abs(self.minimum), np.abs(self.maximum))
        resolution: Array = 4.0 * np.spacing(largest)
        return resolution


class _Start(NamedTuple):
    """Means, weights and one diagonal of variances shared by all components."""

    means: Array
    weights: Array
    variances: Array


def column_scale(dataset: Dataset, cancel: CancelFlag) -> Scale:
    """Range and standard deviation (divisor N) of each column.

    Raises
    ------
    Cancelled
        The cancel flag was set.
    """
    scale = np.empty((3, dataset.n_features))
    with np.errstate(over="ignore", invalid="ignore"):  # too large to square: check_spread says so
        for d, column in enumerate(dataset.X.T):
            cancel.check()
            scale[:, d] = column.min(), column.max(), column.std()
    return Scale(*scale)


def initial_mixture(
    dataset: Dataset,
    options: FitOptions,
    scale: Scale,
    generator: np.random.Generator,
    cancel: CancelFlag,
) -> Mixture:
    """A start for EM, drawn with `generator` as `options.init` says.

    Every component begins with the same diagonal covariance, so that a start is never singular. It
    is put through the family's own M-step: a start outside the family could lie above all that EM
    can reach within it, and the log-likelihood would fall in the first iteration.

    Raises
    ------
    Cancelled
        The cancel flag was set.
    """
    start = _INITIALIZERS[options.init](dataset, options.n_components, scale, generator, cancel)
    family = family_named(options.family)
    spread = np.diag(start.variances) if family.moments == "full" else start.variances
    covariances = family.estimate(start.weights, np.multiply.outer(start.weights, spread))
    return Mixture(start.weights, start.means, covariances, options.family, dataset.columns)


def _kmeans_plus_plus(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> _Start:
    """k-means++ and a few Lloyd steps on a sample of rows, in units of standard deviations."""
    columns = _standardised_sample(dataset, n_components, scale, rng)
    centers = _draw_centers(columns, n_components, rng, cancel)
    counts = np.empty(n_components)
    sums = np.empty_like(centers)
    for _ in range(_LLOYD_STEPS):
        cancel.check()
        lloyd_step(columns, as_input(centers), counts, sums)
        occupied = counts > 0
        moved = centers.copy()
        moved[occupied] = sums[occupied] / counts[occupied, np.newaxis]
        if np.array_equal(moved, centers):
            break
        centers = moved
    inertia = lloyd_step(columns, as_input(centers), counts, sums)
    within = max(inertia / columns.size, _NARROWEST**2)
    # One row more for each, so that no component starts with weight zero.
    weights = (counts + 1.0) / (counts + 1.0).sum()
    means = centers * scale.deviation + _center(scale)
    return _Start(means, weights, within * scale.deviation**2)


def _standardised_sample(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator
) -> Array:
    """(D, n) columns of a random sample of rows, all rows where they are few."""
    most = max(_SAMPLE_ROWS, _SAMPLE_ROWS_PER_COMPONENT * n_components)
    rows = dataset.X
    if dataset.n_samples > most:
        rows = rows[rng.choice(dataset.n_samples, size=most, replace=False, shuffle=False)]
    return as_input(((rows - _center(scale)) / scale.deviation).T)


def _center(scale: Scale) -> Array:
    return 0.5 * (scale.minimum + scale.maximum)


def _draw_centers(
    columns: Array, n_components: int, rng: np.random.Generator, cancel: CancelFlag
) -> Array:
    """(K, D) rows drawn with probability proportional to the squared distance from those before."""
    n_rows = columns.shape[1]
    centers = np.empty((n_components, columns.shape[0]))
    distances = np.full(n_rows, np.inf)
    for k in range(n_components):
        cancel.check()
        if k == 0:
            row = int(rng.integers(n_rows))
        else:
            cumulative = np.cumsum(distances)
            row = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
        centers[k] = columns[:, min(row, n_rows - 1)]
        nearer_distances(columns, as_input(centers[k]), distances)
    return centers


def _random_rows(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> _Start:
    """K different rows as means, the columns' own variances, equal weights."""
    cancel.check()
    rows = rng.choice(dataset.n_samples, size=n_components, replace=False, shuffle=False)
    return _Start(dataset.X[rows], _equal_weights(n_components), scale.deviation**2)


def _uniform(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> _Start:
    """Means uniform over each column's range, the columns' own variances, equal weights."""
    cancel.check()
    shares = rng.random((n_components, dataset.n_features))
    means = scale.minimum + shares * (scale.maximum - scale.minimum)
    return _Start(means, _equal_weights(n_components), scale.deviation**2)


def _equal_weights(n_components: int) -> Array:
    return np.full(n_components, 1.0 / n_components)


_INITIALIZERS: dict[
    str, Callable[[Dataset, int, Scale, np.random.Generator, CancelFlag], _Start]
] = {
    "kmeans++": _kmeans_plus_plus,
    "random_rows": _random_rows,
    "uniform": _uniform,
}
