"""What the last steps have shown of the log-likelihood's curvature."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MOST_PAIRS = 10
# How many EM steps a step may reach in directions of which nothing has been seen yet.
_MOST_STRETCH = 2.0
# A change that is nearly at right angles to its step says nothing but rounding.
_LEAST_COSINE = 1e-10
_UPPER = np.triu(np.ones((_MOST_PAIRS, _MOST_PAIRS)))


class SecantMemory:
    """The last steps and how the EM step changed along each: L-BFGS with EM as preconditioner.

    In coordinates in which the EM step r is the gradient to first order (`Surroundings`), a step s
    after which r has become r' shows the curvature along s by its change y = r - r'. The matrix H
    that maps the changes of all remembered steps to the steps themselves, and is otherwise a
    multiple of the identity, gives the quasi-Newton step H r; with an empty memory it is the EM
    step.

    Jamshidian & Jennrich (1997), Acceleration of the EM algorithm by using quasi-Newton methods,
    J. R. Statist. Soc. B 59; Liu & Nocedal (1989), Math. Programming 45; in the compact form of
    Byrd, Nocedal & Schnabel (1994), Math. Programming 63, theorem 2.2.
    """

    def __init__(self) -> None:
        self._n_pairs = 0
        self._steps = self._changes = np.empty((0, 0))
        # Inner products of each change with the steps up to its own, and with all changes.
        self._products = np.zeros((_MOST_PAIRS, _MOST_PAIRS))
        self._squares = np.zeros((_MOST_PAIRS, _MOST_PAIRS))

    def __len__(self) -> int:
        return self._n_pairs

    def forget(self) -> None:
        """Begin anew."""
        self._n_pairs = 0

    def learn(self, step: Array, change: Array) -> bool:
        """Remember a step, for the oldest if need be; False if it curves upwards: it is not kept.

        Parameters
        ----------
        step : (P,).
        change : (P,) the EM step before it less the one after it.
        """
        length = math.sqrt(step @ step)
        if not step @ change > _LEAST_COSINE * length * math.sqrt(change @ change):
            return False
        if self._steps.shape[1] != step.size:
            self._steps, self._changes = np.zeros((2, _MOST_PAIRS, step.size))
        if self._n_pairs == _MOST_PAIRS:
            self._drop_oldest()
        n = self._n_pairs
        # Of one length, so that the products of all pairs are of one size.
        self._steps[n], self._changes[n] = step / length, change / length
        self._n_pairs = n = n + 1
        steps, changes = self._steps[:n], self._changes[:n]
        self._products[:n, n - 1] = steps @ changes[-1]
        self._squares[:n, n - 1] = self._squares[n - 1, :n] = changes @ changes[-1]
        return True

    def _drop_oldest(self) -> None:
        for pairs in (self._steps, self._changes):
            pairs[:-1] = pairs[1:]
        for products in (self._products, self._squares):
            products[:-1, :-1] = products[1:, 1:]
        self._n_pairs -= 1

    def direction(self, residual: Array) -> Array:
        """The quasi-Newton step (P,) from where the EM step is `residual` (P,)."""
        n = self._n_pairs
        if n == 0:
            return residual
        steps, changes = self._steps[:n], self._changes[:n]
        products, squares = self._products[:n, :n] * _UPPER[:n, :n], self._squares[:n, :n]
        curvatures = products.diagonal()
        stretch = min(max(1.0, curvatures[-1] / squares[-1, -1]), _MOST_STRETCH)
        inverse = np.linalg.inv(products)
        along = inverse @ (steps @ residual)
        across = curvatures * along + stretch * (squares @ along - changes @ residual)
        direction: Array = stretch * residual
        direction += (across @ inverse) @ steps - (stretch * along) @ changes
        return direction
