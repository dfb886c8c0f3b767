"""From the sums of a pass to what an M-step starts from: nk, means, and own covariances."""

from __future__ import annotations

import numpy as np

from kernels.jit import inlined_part, ordered_kernel


@inlined_part
def _weigh(sums, nk, weights):
    """nk and its shares; the first component with the least, or with what is no number."""
    total = 0.0
    least = 0
    for k in range(nk.size):
        nk[k] = sums[k, 0]
        total += nk[k]
        if not nk[k] >= nk[least]:
            least = k
    for k in range(nk.size):
        weights[k] = nk[k] / total
    return least


@ordered_kernel
def full_moments(sums, centers, added, nk, weights, means, covariances):
    """Moments about the new means, from full second moments about centres.

    Parameters
    ----------
    sums : (K, 1 + D + D * (D + 1) / 2) float64, C order, as kernels/tiles.py lays them out.
    centers : (K, D) float64, C order: what the moments were taken about.
    added : (D,) float64: what each component's variances are raised by.
    nk : (K,) float64. Out: sums of responsibilities.
    weights : (K,) float64. Out: their shares in the sum of all.
    means : (K, D) float64, C order. Out.
    covariances : (K, D, D) float64, C order, symmetric. Out: sums of resp * (x - mean)(x - mean)',
        over nk.

    Returns the first component with the least nk. Where that is not positive, means and covariances
    are not numbers. Bishop, PRML (2006), 9.24-9.25.
    """
    n_components, n_features = centers.shape
    least = _weigh(sums, nk, weights)
    for k in range(n_components):
        weight = nk[k]
        at = 1 + n_features
        for j in range(n_features):
            shift = sums[k, 1 + j] / weight
            means[k, j] = centers[k, j] + shift
            for i in range(j + 1):
                value = (sums[k, at] - sums[k, 1 + i] * shift) / weight
                covariances[k, j, i] = value
                covariances[k, i, j] = value
                at += 1
            covariances[k, j, j] += added[j]
    return least


@ordered_kernel
def diagonal_moments(sums, centers, added, nk, weights, means, covariances):
    """As `full_moments`, of each feature alone.

    Parameters
    ----------
    sums : (K, 1 + D + D) float64, C order.
    centers : (K, D) float64, C order.
    added : (D,) float64.
    nk, weights : (K,) float64. Out.
    means : (K, D) float64, C order. Out.
    covariances : (K, D) float64, C order. Out: sums of resp * (x - mean)**2, over nk.
    """
    n_components, n_features = centers.shape
    least = _weigh(sums, nk, weights)
    for k in range(n_components):
        weight = nk[k]
        for d in range(n_features):
            first = sums[k, 1 + d]
            shift = first / weight
            means[k, d] = centers[k, d] + shift
            scatter = sums[k, 1 + n_features + d] - first * shift
            covariances[k, d] = scatter / weight + added[d]
    return least


@ordered_kernel
def look_over(covariances, smallest, before, means):
    """Look for variances that must not be, and for how far means have moved.

    Parameters
    ----------
    covariances : float64, in one piece: those of all components, (D, D), or their diagonals, (D,).
    smallest : (D,) float64: a variance below this is rounding error.
    before, means : (K, D) float64, C order: means before and after the M-step.

    Returns k * D + d of the first variance that is too small, or not a number, or -1; and the
    largest squared move of a mean in any feature, in units of the variance.
    """
    n_components, n_features = means.shape
    per_component = covariances.size // n_components
    per_variance = 1 if per_component == n_features else n_features + 1
    largest_move = 0.0
    for k in range(n_components):
        for d in range(n_features):
            variance = covariances[k * per_component + d * per_variance]
            if not smallest[d] <= variance < np.inf:
                return k * n_features + d, largest_move
            move = means[k, d] - before[k, d]
            largest_move = max(largest_move, move * move / variance)
    return -1, largest_move
