"""The part of an E-step that no covariance structure touches: from the joint log-probabilities of
one tile to responsibilities, log-likelihood and classification entropy."""

from __future__ import annotations

from kernels.jit import inlined_part
from kernels.simd import (
    LANES,
    broadcast,
    load,
    load_1d,
    maximum,
    store,
    store_1d,
    sum_lanes,
)
from kernels.vector_math import LN2, exp2, log


@inlined_part
def _shares(log_prob, b):
    """Turn LANES rows of joint log-probabilities into shares of each row's largest.

    Returns the largest (base 2), and the sum of the shares.
    """
    top = load(log_prob, 0, b)
    for k in range(1, log_prob.shape[0]):
        top = maximum(top, load(log_prob, k, b))
    total = broadcast(0.0)
    for k in range(log_prob.shape[0]):
        share = exp2(load(log_prob, k, b) - top)
        store(log_prob, k, b, share)
        total = total + share
    return top, total


@inlined_part
def normalise_tile(log_prob, n, inverse):
    """Turn the joint log-probabilities of a tile into shares, of which responsibilities are made.

    Parameters
    ----------
    log_prob : (K, width) float64, C order. In: base-2 log of weight times density, per component
        and row. Out: shares; share * inverse is the responsibility. Only n rows are touched.
    n : rows of the tile, a multiple of LANES.
    inverse : (width,) float64. Out: 1 / sum of shares of each row.

    Returns the log-likelihood (natural), and the classification entropy, the sum of -log of each
    row's largest responsibility. Equation: log-sum-exp with Bishop, PRML (2006), 9.23. The entropy
    is one logarithm of a product, not a sum of logarithms: at most 48 sums of shares, each from 1
    to K, stay far from overflow.
    """
    tops = broadcast(0.0)
    product = broadcast(1.0)
    for b in range(0, n, LANES):
        top, total = _shares(log_prob, b)
        store_1d(inverse, b, 1.0 / total)
        tops = tops + top
        product = product * total
    entropy = sum_lanes(log(product))
    return LN2 * sum_lanes(tops) + entropy, entropy


@inlined_part
def normalise_weighted_tile(log_prob, n, weights, inverse):
    """As `normalise_tile`, where row b counts weights[b] times, so that inverse[b] has that factor.

    Parameters
    ----------
    log_prob : (K, width) float64, C order.
    n : rows of the tile, a multiple of LANES.
    weights : (width,) float64, not negative.
    inverse : (width,) float64. Out.
    """
    log_likelihood = broadcast(0.0)
    entropies = broadcast(0.0)
    for b in range(0, n, LANES):
        top, total = _shares(log_prob, b)
        weight = load_1d(weights, b)
        store_1d(inverse, b, weight / total)
        entropy = log(total)
        entropies = entropies + weight * entropy
        log_likelihood = log_likelihood + weight * (top * LN2 + entropy)
    return sum_lanes(log_likelihood), sum_lanes(entropies)


@inlined_part
def shares_of_tile(log_prob, n, top, total):
    """As `normalise_tile`, leaving what was found for each row.

    Parameters
    ----------
    log_prob : (K, width) float64, C order. In and out.
    n : rows of the tile, a multiple of LANES.
    top : (width,) float64. Out: the largest joint log-probability, base 2.
    total : (width,) float64. Out: the sum of shares; 1 / total is the largest responsibility.
    """
    for b in range(0, n, LANES):
        largest, sum_of_shares = _shares(log_prob, b)
        store_1d(top, b, largest)
        store_1d(total, b, sum_of_shares)


@inlined_part
def to_responsibilities(shares, k, n, inverse):
    """Turn the shares of component k into responsibilities; returns their sum over the tile.

    Parameters
    ----------
    shares : (K, width) float64, C order, as `normalise_tile` leaves them. In and out.
    k : which component.
    n : rows of the tile, a multiple of LANES.
    inverse : (width,) float64, from there.
    """
    nk = broadcast(0.0)
    for b in range(0, n, LANES):
        resp = load(shares, k, b) * load_1d(inverse, b)
        store(shares, k, b, resp)
        nk = nk + resp
    return sum_lanes(nk)
