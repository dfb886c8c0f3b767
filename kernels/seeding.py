"""k-means++ draws and Lloyd steps, to place the first components of a fit."""

from __future__ import annotations

import numpy as np

from kernels.jit import kernel


@kernel
def nearer_distances(columns, center, distances) -> None:
    """Lower each row's squared distance to the nearest centre, given one more centre.

    Parameters
    ----------
    columns : (D, N) float64, C order, in units in which distances mean something.
    center : (D,) float64.
    distances : (N,) float64. In and out: squared distance to the nearest centre so far.

    Arthur & Vassilvitskii (2007), k-means++. Serial: it runs on a sample of rows.
    """
    n_features, n_samples = columns.shape
    squared = np.zeros(n_samples)
    for d in range(n_features):
        c = center[d]
        for i in range(n_samples):
            u = columns[d, i] - c
            squared[i] += u * u
    for i in range(n_samples):
        distances[i] = min(distances[i], squared[i])


@kernel
def lloyd_step(columns, centers, counts, sums) -> float:
    """Give each row to its nearest centre, and sum up what the next centres need.

    Parameters
    ----------
    columns : (D, N) float64, C order.
    centers : (K, D) float64, C order.
    counts : (K,) float64. Out: rows nearest to each centre.
    sums : (K, D) float64, C order. Out: sums of those rows.

    Returns the sum of squared distances to the nearest centre. Lloyd (1982).
    """
    n_features, n_samples = columns.shape
    counts[:] = 0.0
    sums[:] = 0.0
    inertia = 0.0
    for i in range(n_samples):
        nearest = 0
        least = np.inf
        for k in range(centers.shape[0]):
            squared = 0.0
            for d in range(n_features):
                u = columns[d, i] - centers[k, d]
                squared += u * u
            if squared < least:
                least = squared
                nearest = k
        inertia += least
        counts[nearest] += 1.0
        for d in range(n_features):
            sums[nearest, d] += columns[d, i]
    return inertia
