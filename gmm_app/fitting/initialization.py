"""Where a start begins: rows given to components by a stream of random numbers.

An initialiser is an entry in `_INITIALIZERS`; its name and words stand in `options.INITIALIZERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.kmeans import KMeans
from gmm_app.fitting.options import FitOptions
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise

Array = NDArray[np.float64]

# Means found on so many rows are as good a start as means found on all of them.
_SAMPLE_ROWS = 20_000
_SAMPLE_ROWS_PER_COMPONENT = 200
_LLOYD_STEPS = 10
_BLOCK_ROWS = 1 << 16
_CORE = 6.0
_MAD_TO_DEVIATION = 1.4826
# A start narrower than this share of a column's standard deviation would lose its rows at once.
_NARROWEST = 1e-3


class Scale(NamedTuple):
    """Each column's range, mean and standard deviation, (D,) each."""

    minimum: Array
    maximum: Array
    mean: Array
    deviation: Array

    @property
    def resolution(self) -> Array:
        """(D,) a few times the distance of neighbouring numbers at the columns' largest values."""
        largest = np.maximum(np.abs(self.minimum), np.abs(self.maximum))
        resolution: Array = 4.0 * np.spacing(largest)
        return resolution


class Partition(NamedTuple):
    """Rows given to components, as far as a start needs to know it.

    Attributes
    ----------
    means : (K, D).
    weights : (K,).
    scatter : (K, D, D) of each component, or (D,) variances that all share.
    noise : of a mixture that has some.
    """

    means: Array
    weights: Array
    scatter: Array
    noise: Noise | None = None

    @classmethod
    def of(cls, mixture: Mixture) -> Partition:
        """As the components of a mixture have them."""
        weights = mixture.weights
        if mixture.noise is not None:
            weights = weights / weights.sum()
        return cls(mixture.means, weights, mixture.covariances, mixture.noise)

    def named_by(self, known: Mapping[int, Array]) -> Partition:
        """With the components that have known rows under their numbers, at those rows' means.

        Parameters
        ----------
        known : (D,) mean of the known rows, by component.
        """
        from scipy.optimize import linear_sum_assignment

        k = self.weights.size
        spread = self.scatter if self.scatter.ndim == 1 else np.einsum("kdd->d", self.scatter) / k
        wanted = np.array(list(known.values()))
        apart = (np.square(wanted[:, np.newaxis] - self.means) / spread).sum(axis=2)
        taken = linear_sum_assignment(apart)[1]
        order = np.full(k, -1)
        order[list(known)] = taken
        order[order < 0] = np.setdiff1d(np.arange(k), taken)
        means = self.means[order]
        means[list(known)] = wanted
        scatter = self.scatter if self.scatter.ndim == 1 else self.scatter[order]
        return Partition(means, self.weights[order], scatter)

    def mixture(self, name: str, columns: tuple[str, ...]) -> Mixture:
        """What an M-step of that family makes of it.

        A start outside the family could lie above all that EM can reach within it, and the
        log-likelihood would fall in the first iteration.
        """
        family = family_named(name)
        k, d = self.means.shape
        matrices = np.diag(self.scatter) if self.scatter.ndim == 1 else self.scatter
        own = family.compact(np.broadcast_to(matrices, (k, d, d)).copy())
        covariances = family.matrices(family.estimate(self.weights, own, own))
        return Mixture(self.weights, self.means, covariances, name, columns)


def column_scale(dataset: Dataset, cancel: CancelFlag) -> Scale:
    """Range, mean and standard deviation (divisor N) of each column, over what is not missing.

    Raises
    ------
    Cancelled
        The cancel flag was set.
    """
    scale = Scale(*np.empty((4, dataset.n_features)))
    with np.errstate(over="ignore", invalid="ignore"):  # too large to square: check_spread says so
        for d, column in enumerate(dataset.X.T):
            moments = np.zeros(3)
            scale.minimum[d], scale.maximum[d] = np.inf, -np.inf
            for begin in range(0, column.size, _BLOCK_ROWS):
                cancel.check()
                block, weights = _present(dataset, column, begin)
                if block.size:
                    scale.minimum[d] = min(scale.minimum[d], block.min())
                    scale.maximum[d] = max(scale.maximum[d], block.max())
                    moments = _joined(moments, block, weights)
            n_values, scale.mean[d], squares = moments
            scale.deviation[d] = np.sqrt(squares / n_values) if n_values else np.nan
    return scale


def _present(dataset: Dataset, column: Array, begin: int) -> tuple[Array, Array | None]:
    """A block of a column without what is missing, and how often each value counts."""
    block = column[begin : begin + _BLOCK_ROWS]
    weights = dataset.weights
    if weights is not None:
        weights = weights[begin : begin + _BLOCK_ROWS]
    if not dataset.n_incomplete:
        return block, weights
    present = ~np.isnan(block)
    return block[present], None if weights is None else weights[present]


def _joined(moments: Array, block: Array, weights: Array | None) -> Array:
    """Number, mean and squared deviations of rows so far and a block more (Chan et al. 1983)."""
    before, mean_before, squares_before = moments
    if weights is None:
        size, mean = float(block.size), block.mean(dtype=np.float64)
        squares = np.square(block - mean).sum(dtype=np.float64)
    else:
        size = weights.sum()
        mean = weights @ block / size
        squares = weights @ np.square(block - mean)
    both = before + size
    shift = mean - mean_before
    return np.array(
        [
            both,
            mean_before + shift * size / both,
            squares_before + squares + shift**2 * before * size / both,
        ]
    )


def core_rows(dataset: Dataset, cancel: CancelFlag) -> Dataset:
    """The rows without those that lie far out in some column; all rows if they would be most.

    Far out: more than six robust standard deviations from the median, by the median absolute
    deviation. Raises Cancelled if the cancel flag was set.
    """
    near = np.ones(dataset.n_samples, dtype=np.bool_)
    every = max(1, dataset.n_samples // _SAMPLE_ROWS)
    for column in dataset.X.T:
        cancel.check()
        some = column[::every]
        middle = np.nanmedian(some)
        reach = _CORE * _MAD_TO_DEVIATION * np.nanmedian(np.abs(some - middle))
        if reach > 0.0:
            near &= ~(np.abs(column - middle) > reach)
    if near.all() or near.sum() < dataset.n_samples // 2:
        return dataset
    return dataset.take(np.flatnonzero(near))


def draw_rows(
    dataset: Dataset, n_rows: int, scale: Scale, rng: np.random.Generator, *, least: int = 1
) -> Array:
    """(n_rows, D) rows for a start to be made of, or fewer where there are fewer.

    Rows that count often are drawn often. Of rows with missing values none is drawn if half of all
    are complete, and `least` of them; else what is missing is taken for the column's mean, which is
    good enough for a start, from where EM goes on without such a guess.

    Parameters
    ----------
    dataset, scale : the rows, and the columns' means.
    n_rows : how many; all rows where there are no more.
    rng : what is drawn is drawn from here.
    """
    whole = dataset.complete
    if whole.n_samples < max(least, dataset.n_samples // 2):
        whole = dataset
    n, weights = whole.n_samples, whole.weights
    if weights is not None:
        chosen = rng.choice(n, size=min(n, n_rows), p=weights / weights.sum())
    elif n > n_rows:
        chosen = rng.choice(n, size=n_rows, replace=False, shuffle=False)
    else:
        return filled(whole.X, scale.mean)
    return filled(whole.X[chosen], scale.mean)


def filled(rows: Array, values: Array) -> Array:
    """Rows (n, D) with each missing value taken for its column's of `values` (D,)."""
    missing = np.isnan(rows)
    return np.where(missing, values, rows) if missing.any() else rows


def draw_partition(
    dataset: Dataset,
    options: FitOptions,
    scale: Scale,
    generator: np.random.Generator,
    cancel: CancelFlag,
) -> Partition:
    """A start, drawn with `generator` as `options.init` says; not a hierarchical one.

    Raises
    ------
    Cancelled
        The cancel flag was set.
    """
    draw = _INITIALIZERS[options.init]
    return draw(dataset, options.n_components, scale, generator, cancel)


def _kmeans_plus_plus(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> Partition:
    """k-means++ and a few Lloyd steps on a sample of rows, in units of standard deviations."""
    rows = _sample(dataset, n_components, scale, rng)
    sample = KMeans(rows, 1.0 / scale.deviation, cancel)
    centers = sample.draw_centers(n_components, rng)
    for _ in range(_LLOYD_STEPS):
        moved = sample.assign(centers).centers
        if np.array_equal(moved, centers):
            break
        centers = moved
    found = sample.assign(centers)
    within = max(found.inertia / sample.n_numbers, _NARROWEST**2)
    # One row more for each, so that no component starts with weight zero.
    weights = (found.counts + 1.0) / (found.counts + 1.0).sum()
    return Partition(centers, weights, within * scale.deviation**2)


def _sample(dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator) -> Array:
    """A random sample of rows, all rows where they are few."""
    most = max(_SAMPLE_ROWS, _SAMPLE_ROWS_PER_COMPONENT * n_components)
    return draw_rows(dataset, most, scale, rng, least=n_components)


def _random_rows(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> Partition:
    """K different rows as means, the columns' own variances, equal weights."""
    cancel.check()
    weights = None if dataset.weights is None else dataset.weights / dataset.weights.sum()
    rows = rng.choice(dataset.n_samples, size=n_components, replace=False, shuffle=False, p=weights)
    means = filled(dataset.X[rows], scale.mean)
    return Partition(means, _equal_weights(n_components), scale.deviation**2)


def _uniform(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> Partition:
    """Means uniform over each column's range, the columns' own variances, equal weights."""
    cancel.check()
    shares = rng.random((n_components, dataset.n_features))
    means = scale.minimum + shares * (scale.maximum - scale.minimum)
    return Partition(means, _equal_weights(n_components), scale.deviation**2)


def _random_partition(
    dataset: Dataset, n_components: int, scale: Scale, rng: np.random.Generator, cancel: CancelFlag
) -> Partition:
    """Each row of a sample given to a component by chance."""
    cancel.check()
    rows = _sample(dataset, n_components, scale, rng)
    labels = rng.permutation(np.arange(rows.shape[0]) % n_components)
    return of_labels(rows, labels, n_components)


def of_labels(
    rows: Array,
    labels: NDArray[np.intp],
    n_components: int,
    row_weights: Array | None = None,
) -> Partition:
    """Means, weights and scatters of labelled rows, each counted by its weight.

    Each scatter counts as a few rows more of the scatter within all components together, so that
    none is singular for want of rows.
    """
    d = rows.shape[1]
    times = np.ones(len(rows)) if row_weights is None else row_weights
    counts = np.bincount(labels, times, minlength=n_components)
    means = np.zeros((n_components, d))
    np.add.at(means, labels, times[:, np.newaxis] * rows)
    means /= counts[:, np.newaxis]
    centered = rows - means[labels]
    scatters = np.zeros((n_components, d, d))
    for k in range(n_components):
        own = centered[labels == k]
        scatters[k] = (times[labels == k, np.newaxis] * own).T @ own
    pooled = scatters.sum(axis=0) / counts.sum()
    lent = d + 1.0
    scatters = (scatters + lent * pooled) / (counts + lent)[:, np.newaxis, np.newaxis]
    return Partition(means, counts / counts.sum(), scatters)


def _equal_weights(n_components: int) -> Array:
    return np.full(n_components, 1.0 / n_components)


_INITIALIZERS: dict[
    str, Callable[[Dataset, int, Scale, np.random.Generator, CancelFlag], Partition]
] = {
    "kmeans++": _kmeans_plus_plus,
    "random_rows": _random_rows,
    "random_partition": _random_partition,
    "uniform": _uniform,
}
