"""Diagonal covariances, of any number of features."""

from __future__ import annotations

from kernels.jit import inlined_part, specialisation
from kernels.posterior import to_responsibilities
from kernels.rows import GROUP, prefetch_share
from kernels.several import (
    LIKE_FOUR,
    LIKE_ONE,
    LIKE_TWO,
    add_lane_sums,
    broadcast_along,
    load_along,
    load_lines,
    minus,
    minus_product,
    plus,
    plus_product,
    repeated,
    store_along,
    times,
    zeros,
)
from kernels.simd import LANES, load
from kernels.structures import Diagonal, add_moments, is_structure, log_probabilities
from kernels.tiles import CANCELLED

# Features whose sums, two of each, and centres fit the processor's registers: 32 or 16 of them.
_LIKE_MANY = zeros(8 if LANES == 8 else 4)
_MANY = len(_LIKE_MANY)


@specialisation(log_probabilities)
def _log_probabilities(structure, tile, n, ahead, control, log_prob):
    if not is_structure(structure, Diagonal):
        return None

    def diagonal(structure, tile, n, ahead, control, log_prob):
        factors, means = structure.factors, structure.means
        share = -(-GROUP // log_prob.shape[0])  # rounded up
        # Components within groups of rows: so few rows stay in the nearest cache for all of them.
        for b in range(0, n, GROUP):
            for k in range(log_prob.shape[0]):
                if control[CANCELLED]:
                    return
                prefetch_share(ahead, b, k * share, (k + 1) * share)
                result = repeated(structure.log_normalizers[k], LIKE_FOUR)
                for d in range(means.shape[1]):
                    u = minus(load_along(tile, d, b, LIKE_FOUR), means[k, d])
                    y = times(u, factors[k, d])
                    result = minus_product(result, y, y)
                store_along(log_prob, k, b, result)

    return diagonal


@inlined_part
def _some_features(tile, centers, d, like, n, resp, control, sums):
    """Moments of len(like) features from d, for all components."""
    for k in range(centers.shape[0]):
        if control[CANCELLED]:
            return
        about = broadcast_along(centers, k, d, like)
        first = repeated(0.0, like)
        second = repeated(0.0, like)
        for b in range(0, n, LANES):
            u = minus(load_lines(tile, d, b, like), about)
            weighted = times(u, load(resp, k, b))
            first = plus(first, weighted)
            second = plus_product(second, weighted, u)
        add_lane_sums(sums, k, 1 + d, first)
        add_lane_sums(sums, k, 1 + centers.shape[1] + d, second)


@specialisation(add_moments)
def _add_moments(structure, centers, tile, n, shares, inverse, control, scratch, sums):
    if not is_structure(structure, Diagonal):
        return None

    def diagonal(structure, centers, tile, n, shares, inverse, control, scratch, sums):
        n_features = centers.shape[1]
        for k in range(centers.shape[0]):
            sums[k, 0] += to_responsibilities(shares, k, n, inverse)
        d = 0
        while d + _MANY <= n_features:
            _some_features(tile, centers, d, _LIKE_MANY, n, shares, control, sums)
            d += _MANY
        if d + 4 <= n_features:
            _some_features(tile, centers, d, LIKE_FOUR, n, shares, control, sums)
            d += 4
        if d + 2 <= n_features:
            _some_features(tile, centers, d, LIKE_TWO, n, shares, control, sums)
            d += 2
        if d < n_features:
            _some_features(tile, centers, d, LIKE_ONE, n, shares, control, sums)

    return diagonal
