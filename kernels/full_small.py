"""Full covariances of few features: all of a component's factors, or sums, in registers."""

from __future__ import annotations

from kernels.jit import inlined_part, specialisation
from kernels.rows import GROUP, prefetch_share
from kernels.several import (
    add_lane_sums,
    broadcast_along,
    load_lines,
    minus,
    minus_squared_norm,
    plus,
    plus_outer_rows,
    repeated,
    times,
    zeros,
)
from kernels.simd import LANES, broadcast, load, load_1d, store
from kernels.structures import add_moments, log_probabilities, unrolled_features
from kernels.tiles import CANCELLED, packed_size

# All sums of a component fit the registers up to so many features. Of more: _SPLIT, then the rest.
_MOST_AT_ONCE = 5
_SPLIT = 4
_SPLIT_ENTRIES = packed_size(_SPLIT)


@specialisation(log_probabilities)
def _log_probabilities(structure, tile, n, ahead, control, log_prob):
    n_features = unrolled_features(structure)
    if not n_features:
        return None
    like, entries = zeros(n_features), zeros(packed_size(n_features))

    def full_small(structure, tile, n, ahead, control, log_prob):
        for k in range(log_prob.shape[0]):
            if control[CANCELLED]:
                return
            log_normalizer = broadcast(structure.log_normalizers[k])
            mean = broadcast_along(structure.means, k, 0, like)
            factor = broadcast_along(structure.factors, k, 0, entries)
            for b in range(0, n, LANES):
                if k == 0:
                    at = b % GROUP
                    prefetch_share(ahead, b - at, at, at + LANES)
                u = minus(load_lines(tile, 0, b, like), mean)
                store(log_prob, k, b, minus_squared_norm(log_normalizer, factor, u))

    return full_small


@inlined_part
def _first_rows(k, centers, tile, n, shares, inverse, like, entries, sums):
    """nk and the moments of features 0 to len(like)."""
    about = broadcast_along(centers, k, 0, like)
    nk = broadcast(0.0)
    first = repeated(0.0, like)
    second = repeated(0.0, entries)
    for b in range(0, n, LANES):
        resp = load(shares, k, b) * load_1d(inverse, b)
        u = minus(load_lines(tile, 0, b, like), about)
        weighted = times(u, resp)
        nk = nk + resp
        first = plus(first, weighted)
        second = plus_outer_rows(second, weighted, u)
    add_lane_sums(sums, k, 0, (nk,) + first)
    add_lane_sums(sums, k, 1 + centers.shape[1], second)


@inlined_part
def _last_rows(k, centers, tile, n, shares, inverse, like, rest, entries, sums):
    """Moments of features _SPLIT to len(like), which are len(rest)."""
    about = broadcast_along(centers, k, 0, like)
    first = repeated(0.0, rest)
    second = repeated(0.0, entries)
    for b in range(0, n, LANES):
        resp = load(shares, k, b) * load_1d(inverse, b)
        u = minus(load_lines(tile, 0, b, like), about)
        weighted = times(u[_SPLIT:], resp)
        first = plus(first, weighted)
        second = plus_outer_rows(second, weighted, u)
    add_lane_sums(sums, k, 1 + _SPLIT, first)
    add_lane_sums(sums, k, 1 + centers.shape[1] + _SPLIT_ENTRIES, second)


@specialisation(add_moments)
def _add_moments(structure, centers, tile, n, shares, inverse, control, scratch, sums):
    n_features = unrolled_features(structure)
    if not n_features:
        return None
    like, entries = zeros(n_features), zeros(packed_size(n_features))
    head, head_entries = zeros(_SPLIT), zeros(_SPLIT_ENTRIES)
    rest, rest_entries = like[_SPLIT:], entries[_SPLIT_ENTRIES:]

    def at_once(structure, centers, tile, n, shares, inverse, control, scratch, sums):
        for k in range(centers.shape[0]):
            if control[CANCELLED]:
                return
            _first_rows(k, centers, tile, n, shares, inverse, like, entries, sums)

    def in_two_parts(structure, centers, tile, n, shares, inverse, control, scratch, sums):
        for k in range(centers.shape[0]):
            if control[CANCELLED]:
                return
            _first_rows(k, centers, tile, n, shares, inverse, head, head_entries, sums)
            _last_rows(k, centers, tile, n, shares, inverse, like, rest, rest_entries, sums)

    return at_once if n_features <= _MOST_AT_ONCE else in_two_parts
