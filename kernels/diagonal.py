"""Diagonal covariances, of any number of features."""

from __future__ import annotations

from kernels.jit import inlined_part, specialisation
from kernels.rows import GROUP
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
)
from kernels.simd import LANES, broadcast, load, load_1d, store, sum_lanes
from kernels.structures import (
    NEGLIGIBLE,
    Diagonal,
    add_moments,
    is_structure,
    log_probability,
)


@specialisation(log_probability)
def _log_probability(structure, k, tile, n, log_prob):
    if not is_structure(structure, Diagonal):
        return None

    def diagonal(structure, k, tile, n, log_prob):
        factors, means = structure.factors, structure.means
        for b in range(0, n, GROUP):
            result = repeated(structure.log_normalizers[k], LIKE_FOUR)
            for d in range(means.shape[1]):
                u = minus(load_along(tile, d, b, LIKE_FOUR), means[k, d])
                y = times(u, factors[k, d])
                result = minus_product(result, y, y)
            store_along(log_prob, k, b, result)

    return diagonal


@inlined_part
def _some_features(k, tile, center, d, like, n, resp, sums):
    """Moments of len(like) features from d, for one component."""
    about = broadcast_along(center, k, d, like)
    first = repeated(0.0, like)
    second = repeated(0.0, like)
    for b in range(0, n, LANES):
        u = minus(load_lines(tile, d, b, like), about)
        weighted = times(u, load(resp, k, b))
        first = plus(first, weighted)
        second = plus_product(second, weighted, u)
    add_lane_sums(sums, k, 1 + d, first)
    add_lane_sums(sums, k, 1 + center.shape[1] + d, second)


@specialisation(add_moments)
def _add_moments(structure, k, center, tile, n, shares, inverse, scratch, sums):
    if not is_structure(structure, Diagonal):
        return None

    def diagonal(structure, k, center, tile, n, shares, inverse, scratch, sums):
        n_features = center.shape[1]
        nk = broadcast(0.0)
        for b in range(0, n, LANES):
            resp = load(shares, k, b) * load_1d(inverse, b)
            store(shares, k, b, resp)
            nk = nk + resp
        weight = sum_lanes(nk)
        if weight < NEGLIGIBLE:
            return
        sums[k, 0] += weight
        d = 0
        while d + 4 <= n_features:
            _some_features(k, tile, center, d, LIKE_FOUR, n, shares, sums)
            d += 4
        if d + 2 <= n_features:
            _some_features(k, tile, center, d, LIKE_TWO, n, shares, sums)
            d += 2
        if d < n_features:
            _some_features(k, tile, center, d, LIKE_ONE, n, shares, sums)

    return diagonal
