"""Ranges of axes and the cells they are divided into."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_PADDING = 0.05
# Values further out than this many times the width of the middle 98% are outliers.
_REACH = 1.5
_MIDDLE = (1.0, 99.0)
_TOLERANCE = 1e-6
# Axes end here: a plot multiplies lengths, which must not overflow.
_FURTHEST = 1e150


class Lattice(NamedTuple):
    """Values that are whole steps apart, such as integers; step 0 where they are not."""

    origin: float
    step: float


CONTINUOUS = Lattice(0.0, 0.0)


class Cells(NamedTuple):
    """`n_cells` equal cells along one axis, the first of which begins at `low`."""

    low: float
    step: float
    n_cells: int

    @property
    def high(self) -> float:
        return self.low + self.step * self.n_cells

    @property
    def edges(self) -> Array:
        """(n_cells + 1,) edges of the cells."""
        return self.low + self.step * np.arange(self.n_cells + 1, dtype=np.float64)


def axis_range(values: Array) -> tuple[float, float]:
    """The part of an axis that shows `values` (n,), with some room at both ends.

    Everything is shown, unless a few values lie so far out that they would press the others
    together: those are left outside. NaN is ignored; no values at all give (0, 1).
    """
    finite = within_reach(values[np.isfinite(values)])
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    inner_low, inner_high = (float(v) for v in np.percentile(finite, _MIDDLE))
    reach = _REACH * (inner_high - inner_low)
    if reach > 0.0:
        low, high = max(low, inner_low - reach), min(high, inner_high + reach)
    return padded(low, high)


def within_reach(values: Array) -> Array:
    """Values (n,) with those that no axis reaches moved to its end."""
    return np.clip(values, -_FURTHEST, _FURTHEST)


def padded(low: float, high: float, share: float = _PADDING) -> tuple[float, float]:
    """The range widened by `share` of its width at both ends, and never empty."""
    room = share * (high - low)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = share * abs(low) or 0.5
    return low - room, high + room


def lattice_of(values: Array) -> Lattice:
    """The lattice that all of `values` (n,) lie on, or `CONTINUOUS` if there is none.

    Cells that are whole steps wide all hold the same number of possible values. Others would
    show stripes that are not in the data.
    """
    distinct = np.unique(values[np.isfinite(values)])
    if distinct.size < 3:
        return CONTINUOUS
    with np.errstate(over="ignore"):  # between the largest numbers there are
        step = float(np.diff(distinct).min())
        steps = (distinct - distinct[0]) / step
    if not np.isfinite(steps).all() or np.abs(steps - np.rint(steps)).max() > _TOLERANCE:
        return CONTINUOUS
    return Lattice(float(distinct[0]) - 0.5 * step, step)


def cells_between(low: float, high: float, n_wanted: int, lattice: Lattice = CONTINUOUS) -> Cells:
    """Cells that cover low to high, about `n_wanted` of them, and whole steps of the lattice.

    Cells of one width lie at the same places wherever the range begins, so that an image of
    counts does not flicker while it is moved.
    """
    step = (high - low) / n_wanted
    if lattice.step > 0.0:
        step = max(1, round(step / lattice.step)) * lattice.step
    first = math.floor((low - lattice.origin) / step)
    last = max(first + 1, math.ceil((high - lattice.origin) / step))
    return Cells(lattice.origin + first * step, step, last - first)
