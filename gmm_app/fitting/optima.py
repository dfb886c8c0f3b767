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


def in_order_of(mixture: Mixture, other: Mixture) -> Mixture:
    """A mixture with its components in the order in which they are most like those of another."""
    own = np.diagonal(mixture.covariances, axis1=1, axis2=2)[:, np.newaxis]
    theirs = np.diagonal(other.covariances, axis1=1, axis2=2)
    moves = mixture.means[:, np.newaxis] - other.means
    apart = ((moves**2 + own) / theirs + (moves**2 + theirs) / own - 2.0).sum(axis=2)
    numbers = np.arange(mixture.n_components)
    if np.array_equal(apart.argmin(axis=1), numbers):
        return mixture
    from scipy.optimize import linear_sum_assignment

    order = np.argsort(linear_sum_assignment(apart)[1])
    return mixture.in_order(order)


def _same(one: Mixture, other: Mixture) -> bool:
    """Whether each component of one has a partner in the other that differs by next to nothing."""
    partners = np.zeros((one.n_components, one.n_components), dtype=bool)
    for k in range(one.n_components):
        partners[k] = _alike(one, k, other)
        if not partners[k].any():
            return False
    if (partners.sum(axis=0) == 1).all() and (partners.sum(axis=1) == 1).all():
        return True
    # Components with several partners are rare, and loading this takes half a second.
    from scipy.optimize import linear_sum_assignment

    return bool(partners[linear_sum_assignment(partners, maximize=True)].all())


def _alike(one: Mixture, k: int, other: Mixture) -> NDArray[np.bool_]:
    """(K,) which components of `other` are the same as component k of `one`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratios = np.abs(np.log(one.weights[k]) - np.log(other.weights))
    moves = one.means[k] - other.means
    own = np.diagonal(one.covariances[k])
    theirs = np.diagonal(other.covariances, axis1=1, axis2=2)
    # No column alone can differ by more than all together do, and most are told by one alone.
    apart = (0.25 * moves**2 * (1.0 / own + 1.0 / theirs)).max(axis=1)
    alike: NDArray[np.bool_] = (log_ratios < _SAME_LOG_WEIGHT) & (apart < _SAME)
    for j in np.flatnonzero(alike):
        alike[j] = _divergence(moves[j], one.covariances[k], other.covariances[j]) < _SAME
    return alike


def _divergence(move: Array, one: Array, other: Array) -> float:
    """Kullback-Leibler divergence of two components, the mean of both directions."""
    to_one, to_other = (
        np.linalg.solve(of, np.column_stack([move, by])) for of, by in ((one, other), (other, one))
    )
    apart = move @ (to_one[:, 0] + to_other[:, 0])
    traces = np.trace(to_one[:, 1:]) + np.trace(to_other[:, 1:])
    return float(0.25 * (apart + traces - 2.0 * move.size))
