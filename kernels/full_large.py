"""Full covariances of many features: products of small matrix blocks that stay in registers.

Four rows of a factor times four registers of data rows are sixteen sums in registers, fed by four
loads of data and four of the factor: what the multipliers can do is then the limit, as in a matrix
product. What does not fill a block of four features is done one feature at a time.
"""

from __future__ import annotations

from kernels.jit import inlined_part, specialisation
from kernels.posterior import to_responsibilities
from kernels.rows import GROUP, prefetch_share
from kernels.several import (
    LIKE_FOUR,
    LIKE_ONE,
    add_lane_sums,
    broadcast_along,
    load_along,
    load_lines,
    minus,
    minus_product,
    plus,
    plus_outer_rows,
    plus_product,
    repeated,
    store_along,
    store_lines,
    times,
    zeros,
)
from kernels.simd import LANES, load
from kernels.structures import FullLarge, add_moments, is_structure, log_probabilities
from kernels.tiles import CANCELLED, packed_size

_TRIANGLE_OF_FOUR = zeros(packed_size(4))


@inlined_part
def _packed(j):
    """Position of row j in a packed lower triangle."""
    return j * (j + 1) // 2


@inlined_part
def _four_rows(factors, means, k, j, tile, b, log_prob):
    """log_prob less the squares of rows j to j + 3 of the factor times (x - mean)."""
    at0, at1, at2, at3 = _packed(j), _packed(j + 1), _packed(j + 2), _packed(j + 3)
    y0 = y1 = y2 = y3 = repeated(0.0, LIKE_FOUR)
    for i in range(j):
        u = minus(load_along(tile, i, b, LIKE_FOUR), means[k, i])
        y0 = plus_product(y0, u, factors[k, at0 + i])
        y1 = plus_product(y1, u, factors[k, at1 + i])
        y2 = plus_product(y2, u, factors[k, at2 + i])
        y3 = plus_product(y3, u, factors[k, at3 + i])
    u = minus(load_along(tile, j, b, LIKE_FOUR), means[k, j])
    y0 = plus_product(y0, u, factors[k, at0 + j])
    y1 = plus_product(y1, u, factors[k, at1 + j])
    y2 = plus_product(y2, u, factors[k, at2 + j])
    y3 = plus_product(y3, u, factors[k, at3 + j])
    log_prob = minus_product(log_prob, y0, y0)
    u = minus(load_along(tile, j + 1, b, LIKE_FOUR), means[k, j + 1])
    y1 = plus_product(y1, u, factors[k, at1 + j + 1])
    y2 = plus_product(y2, u, factors[k, at2 + j + 1])
    y3 = plus_product(y3, u, factors[k, at3 + j + 1])
    log_prob = minus_product(log_prob, y1, y1)
    u = minus(load_along(tile, j + 2, b, LIKE_FOUR), means[k, j + 2])
    y2 = plus_product(y2, u, factors[k, at2 + j + 2])
    y3 = plus_product(y3, u, factors[k, at3 + j + 2])
    log_prob = minus_product(log_prob, y2, y2)
    u = minus(load_along(tile, j + 3, b, LIKE_FOUR), means[k, j + 3])
    y3 = plus_product(y3, u, factors[k, at3 + j + 3])
    return minus_product(log_prob, y3, y3)


@inlined_part
def _one_row(factors, means, k, j, tile, b, log_prob):
    """As `_four_rows`, for row j alone."""
    at = _packed(j)
    y = repeated(0.0, LIKE_FOUR)
    for i in range(j + 1):
        u = minus(load_along(tile, i, b, LIKE_FOUR), means[k, i])
        y = plus_product(y, u, factors[k, at + i])
    return minus_product(log_prob, y, y)


@specialisation(log_probabilities)
def _log_probabilities(structure, tile, n, ahead, control, log_prob):
    if not is_structure(structure, FullLarge):
        return None

    def full_large(structure, tile, n, ahead, control, log_prob):
        factors, means = structure.factors, structure.means
        share = -(-GROUP // log_prob.shape[0])  # rounded up
        n_features = means.shape[1]
        whole = n_features // 4 * 4
        for k in range(log_prob.shape[0]):
            if control[CANCELLED]:
                return
            for b in range(0, n, GROUP):
                prefetch_share(ahead, b, k * share, (k + 1) * share)
                result = repeated(structure.log_normalizers[k], LIKE_FOUR)
                for j in range(0, whole, 4):
                    result = _four_rows(factors, means, k, j, tile, b, result)
                for j in range(whole, n_features):
                    result = _one_row(factors, means, k, j, tile, b, result)
                store_along(log_prob, k, b, result)

    return full_large


@inlined_part
def _square_block(k, tile, centers, j, i, n, weighted, at, sums):
    """Second moments of features j to j + 3, weighted, with i to i + 3, where i + 3 < j."""
    about = broadcast_along(centers, k, i, LIKE_FOUR)
    s0 = s1 = s2 = s3 = repeated(0.0, LIKE_FOUR)
    for b in range(0, n, LANES):
        u = minus(load_lines(tile, i, b, LIKE_FOUR), about)
        s0 = plus_product(s0, u, load(weighted, 0, b))
        s1 = plus_product(s1, u, load(weighted, 1, b))
        s2 = plus_product(s2, u, load(weighted, 2, b))
        s3 = plus_product(s3, u, load(weighted, 3, b))
    add_lane_sums(sums, k, at + _packed(j) + i, s0)
    add_lane_sums(sums, k, at + _packed(j + 1) + i, s1)
    add_lane_sums(sums, k, at + _packed(j + 2) + i, s2)
    add_lane_sums(sums, k, at + _packed(j + 3) + i, s3)


@inlined_part
def _four_features(k, tile, centers, j, n, resp, weighted, at, sums):
    """Moments of features j to j + 3 among themselves; weighted[:4] = resp * (x - center)."""
    about = broadcast_along(centers, k, j, LIKE_FOUR)
    first, second = repeated(0.0, LIKE_FOUR), repeated(0.0, _TRIANGLE_OF_FOUR)
    for b in range(0, n, LANES):
        u = minus(load_lines(tile, j, b, LIKE_FOUR), about)
        product = times(u, load(resp, k, b))
        store_lines(weighted, 0, b, product)
        first = plus(first, product)
        second = plus_outer_rows(second, product, u)
    add_lane_sums(sums, k, 1 + j, first)
    add_lane_sums(sums, k, at + _packed(j) + j, second[:1])
    add_lane_sums(sums, k, at + _packed(j + 1) + j, second[1:3])
    add_lane_sums(sums, k, at + _packed(j + 2) + j, second[3:6])
    add_lane_sums(sums, k, at + _packed(j + 3) + j, second[6:])


@inlined_part
def _one_feature(k, tile, centers, j, n, resp, weighted, at, sums):
    """As `_four_features`, for feature j alone; in weighted[0]."""
    about = broadcast_along(centers, k, j, LIKE_ONE)
    first = second = repeated(0.0, LIKE_ONE)
    for b in range(0, n, LANES):
        u = minus(load_lines(tile, j, b, LIKE_ONE), about)
        product = times(u, load(resp, k, b))
        store_lines(weighted, 0, b, product)
        first = plus(first, product)
        second = plus_product(second, product, u)
    add_lane_sums(sums, k, 1 + j, first)
    add_lane_sums(sums, k, at + _packed(j) + j, second)


@inlined_part
def _row_part(k, tile, centers, j, i, like, n, weighted, at, sums):
    """Second moments of feature j, weighted, with len(like) features from i."""
    about = broadcast_along(centers, k, i, like)
    s = repeated(0.0, like)
    for b in range(0, n, LANES):
        u = minus(load_lines(tile, i, b, like), about)
        s = plus_product(s, u, load(weighted, 0, b))
    add_lane_sums(sums, k, at + _packed(j) + i, s)


@inlined_part
def _add_component(k, tile, centers, n, resp, weighted, sums):
    """Moments of one component over a tile.

    Some features at a time are weighted and then meet all before them, so that what is weighted
    stays in the nearest cache.
    """
    n_features = centers.shape[1]
    whole = n_features // 4 * 4
    second_at = 1 + n_features
    for j in range(0, whole, 4):
        _four_features(k, tile, centers, j, n, resp, weighted, second_at, sums)
        for i in range(0, j, 4):
            _square_block(k, tile, centers, j, i, n, weighted, second_at, sums)
    for j in range(whole, n_features):
        _one_feature(k, tile, centers, j, n, resp, weighted, second_at, sums)
        for i in range(0, whole, 4):
            _row_part(k, tile, centers, j, i, LIKE_FOUR, n, weighted, second_at, sums)
        for i in range(whole, j):
            _row_part(k, tile, centers, j, i, LIKE_ONE, n, weighted, second_at, sums)


@specialisation(add_moments)
def _add_moments(structure, centers, tile, n, shares, inverse, control, scratch, sums):
    if not is_structure(structure, FullLarge):
        return None

    def full_large(structure, centers, tile, n, shares, inverse, control, scratch, sums):
        for k in range(centers.shape[0]):
            if control[CANCELLED]:
                return
            weight = to_responsibilities(shares, k, n, inverse)
            if weight > 0.0:
                sums[k, 0] += weight
                _add_component(k, tile, centers, n, shares, scratch, sums)

    return full_large
