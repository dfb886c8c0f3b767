"""k-means++ draws and Lloyd steps over rows, by the kernels of kernels/seeding.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled
from kernels.jit import as_input, thread_count, threads
from kernels.rows import rows_of
from kernels.seeding import assign_to_centers
from kernels.tiles import chunk_start, n_chunks, n_workers

Array = NDArray[np.float64]


class Assignment(NamedTuple):
    """Each row given to its nearest centre.

    Attributes
    ----------
    centers : (K, D) means of the rows of each centre; where there is none, the centre itself.
    counts : (K,) rows of each centre.
    inertia : sum of squared scaled distances of the rows from their centres.
    """

    centers: Array
    counts: Array
    inertia: float


class KMeans:
    """Rows, and the scales in which their distances mean something.

    Parameters
    ----------
    X : (n_samples, n_features) float64 or float32.
    scales : (n_features,) factors that make the columns' units comparable.
    cancel : looked at during each pass; every method raises Cancelled once it is set.
    """

    def __init__(self, X: Array, scales: Array, cancel: CancelFlag) -> None:
        self._X = X
        self._rows = rows_of(X)
        self._scales = as_input(scales)
        self._cancel = cancel

    @property
    def n_numbers(self) -> int:
        """Rows times columns."""
        return self._X.size

    def draw_centers(self, n_components: int, rng: np.random.Generator) -> Array:
        """(K, D) rows drawn with probability proportional to their squared distance.

        Arthur & Vassilvitskii (2007), k-means++.
        """
        n_rows, n_features = self._X.shape
        centers = np.empty((n_components, n_features))
        distances = np.full(n_rows, np.inf)
        row = int(rng.integers(n_rows))
        for k in range(n_components):
            centers[k] = self._X[row]
            row = _draw(distances, self._pass(centers[: k + 1], k, distances)[:, 0], rng)
        return centers

    def assign(self, centers: Array) -> Assignment:
        """Give each row to its nearest centre (Lloyd 1982)."""
        sums = self._pass(centers, 0, np.full(self._X.shape[0], np.inf)).sum(axis=0)
        by_component = sums[1:].reshape(centers.shape[0], -1)
        counts = by_component[:, 0]
        means = by_component[:, 1:] / np.maximum(counts, 1.0)[:, np.newaxis]
        moved = np.where(counts[:, np.newaxis] > 0, means, centers)
        return Assignment(moved, counts, float(sums[0]))

    def _pass(self, centers: Array, first: int, distances: Array) -> Array:
        n_components, n_features = centers.shape
        row_length = 1 + n_components * (1 + n_features)
        chunk_sums = np.empty((n_chunks(self._X.shape[0], n_features), row_length))
        work = self._X.size * (n_components - first)
        workers = n_workers(thread_count(None), work, chunk_sums.shape[0])
        with threads(workers):
            complete = assign_to_centers(
                self._rows,
                as_input(centers),
                first,
                self._scales,
                workers,
                self._cancel.control,
                distances,
                chunk_sums,
            )
        if not complete:
            raise Cancelled
        return chunk_sums


def _draw(distances: Array, totals: Array, rng: np.random.Generator) -> int:
    """A row with probability proportional to its distance: first its chunk, then the row in it."""
    cumulative = np.cumsum(totals)
    target = rng.random() * cumulative[-1]
    chunk = min(int(np.searchsorted(cumulative, target, side="right")), totals.size - 1)
    begin, stop = (chunk_start(c, totals.size, distances.size) for c in (chunk, chunk + 1))
    within = np.cumsum(distances[begin:stop])
    rest = target - (cumulative[chunk] - totals[chunk])
    return begin + min(int(np.searchsorted(within, rest, side="right")), stop - begin - 1)
