"""From the sums of a pass to what an M-step starts from: nk, means, scatter about them."""

from __future__ import annotations

from kernels.jit import ordered_kernel


@ordered_kernel
def full_moments(sums, centers, nk, means, scatter):
    """Moments about the new means, from full second moments about centres.

    Parameters
    ----------
    sums : (K, 1 + D + D * (D + 1) / 2) float64, C order, as kernels/tiles.py lays them out.
    centers : (K, D) float64, C order: what the moments were taken about.
    nk : (K,) float64. Out: sums of responsibilities.
    means : (K, D) float64, C order. Out.
    scatter : (K, D, D) float64, C order, symmetric. Out: sums of resp * (x - mean)(x - mean)'.

    Where nk is not positive, means and scatter are not numbers. Bishop, PRML (2006), 9.24-9.25.
    """
    n_components, n_features = centers.shape
    for k in range(n_components):
        weight = sums[k, 0]
        nk[k] = weight
        at = 1 + n_features
        for j in range(n_features):
            shift = sums[k, 1 + j] / weight
            means[k, j] = centers[k, j] + shift
            for i in range(j + 1):
                value = sums[k, at] - sums[k, 1 + i] * shift
                scatter[k, j, i] = value
                scatter[k, i, j] = value
                at += 1


@ordered_kernel
def diagonal_moments(sums, centers, nk, means, scatter):
    """As `full_moments`, of each feature alone.

    Parameters
    ----------
    sums : (K, 1 + D + D) float64, C order.
    centers : (K, D) float64, C order.
    nk : (K,) float64. Out.
    means : (K, D) float64, C order. Out.
    scatter : (K, D) float64, C order. Out: sums of resp * (x - mean)**2.
    """
    n_components, n_features = centers.shape
    for k in range(n_components):
        weight = sums[k, 0]
        nk[k] = weight
        for d in range(n_features):
            first = sums[k, 1 + d]
            shift = first / weight
            means[k, d] = centers[k, d] + shift
            scatter[k, d] = sums[k, 1 + n_features + d] - first * shift


@ordered_kernel
def add_to_variances(covariances, added, smallest):
    """Add to the variances of all components, and look for one that is too small.

    Parameters
    ----------
    covariances : (K, D, D) float64, C order. In and out.
    added : (D,) float64: added to each component's variances.
    smallest : (D,) float64: a variance below this is rounding error.

    Returns -1, or k * D + d of the first variance that is too small, or not a number.
    """
    n_components, n_features = covariances.shape[:2]
    for k in range(n_components):
        for d in range(n_features):
            covariances[k, d, d] += added[d]
            if not covariances[k, d, d] >= smallest[d]:
                return k * n_features + d
    return -1


@ordered_kernel
def largest_move(before, means, covariances):
    """The largest squared move of a mean in any feature, in units of the variance.

    Parameters
    ----------
    before, means : (K, D) float64, C order.
    covariances : (K, D, D) float64, C order.
    """
    largest = 0.0
    for k in range(means.shape[0]):
        for d in range(means.shape[1]):
            move = means[k, d] - before[k, d]
            largest = max(largest, move * move / covariances[k, d, d])
    return largest
