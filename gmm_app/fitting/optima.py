"""Where the starts of a fit have ended: maxima of the likelihood, told apart whatever the order of
their components."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

# Of so many different ends the best are kept, with their parameters.
_MOST_KEPT = 20
# Two components are the same if they differ by less than this, in units in which 1/2 is a mean that
# lies a standard deviation away.
_SAME = 0.01
_SAME_LOG_WEIGHT = 0.1


@dataclass(frozen=True, eq=False)
class Optimum:
    """A maximum that one start or more have found.

    Attributes
    ----------
    mixture : the highest that was found there.
    log_likelihood : its log-likelihood, the sum over rows.
    starts : numbers of the starts that ended there, from 0.
    """

    mixture: Mixture
    log_likelihood: float
    starts: tuple[int, ...]


def with_end(
    optima: tuple[Optimum, ...], mixture: Mixture, log_likelihood: float, start: int
) -> tuple[Optimum, ...]:
    """The optima, from the highest to the lowest, after another start has ended.

    Parameters
    ----------
    optima : before.
    mixture, log_likelihood, start : where it ended, and its number.
    """
    end = Optimum(mixture, log_likelihood, (start,))
    others = []
    for optimum in optima:
        if _same(optimum.mixture, end.mixture):
            higher = max(optimum, end, key=lambda o: o.log_likelihood)
            end = replace(higher, starts=(*optimum.starts, *end.starts))
        else:
            others.append(optimum)
    ranked = sorted([*others, end], key=lambda o: -o.log_likelihood)
    return tuple(ranked[:_MOST_KEPT])


def _same(one: Mixture, other: Mixture) -> bool:
    from scipy.optimize import linear_sum_assignment

    with np.errstate(divide="ignore"):
        log_weights = np.log(one.weights)[:, np.newaxis] - np.log(other.weights)
    distances = _divergences(one, other)
    distances[np.abs(log_weights) > _SAME_LOG_WEIGHT] = np.inf
    allowed = np.isfinite(distances) & (distances < _SAME)
    if not allowed.any(axis=0).all() or not allowed.any(axis=1).all():
        return False
    pairs = linear_sum_assignment(np.where(allowed, distances, 1.0))
    return bool(allowed[pairs].all())


def _divergences(one: Mixture, other: Mixture) -> Array:
    """(K, K) Kullback-Leibler divergences between components, the mean of both directions."""
    precisions = [np.linalg.inv(mixture.covariances) for mixture in (one, other)]
    moves = one.means[:, np.newaxis] - other.means
    apart = np.einsum("ijd,ide,ije->ij", moves, precisions[0], moves)
    apart += np.einsum("ijd,jde,ije->ij", moves, precisions[1], moves)
    traces = np.einsum("ide,jde->ij", precisions[0], other.covariances)
    traces += np.einsum("jde,ide->ij", precisions[1], one.covariances)
    result: Array = 0.25 * (apart + traces - 2.0 * one.n_features)
    return result
