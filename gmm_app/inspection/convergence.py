"""Histories of fits, thinned and measured for a plot of a few hundred pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FIRST = 24
_EARLY_SHARE = 0.05
# Rises below the rounding of a log-likelihood per row say nothing.
_SMALLEST_GAIN = 1e-14


class Curve(NamedTuple):
    """Heights at some iterations of one start; (n,) each."""

    iterations: Array
    heights: Array


def log_likelihood_curve(history: Array, n_points: int) -> Curve:
    """About `n_points` of a history (n,) of log-likelihoods, both ends included."""
    chosen = _thinned(history.size, n_points)
    return Curve(chosen.astype(float), history[chosen])


def gain_curve(history: Array, total_weight: float, n_points: int) -> Curve:
    """log10 of the rise per row and iteration, NaN where it does not rise, for some iterations."""
    chosen = _thinned(history.size, n_points)
    before = np.maximum(chosen - 1, 0)
    with np.errstate(invalid="ignore"):  # a start may begin at minus infinity
        rise = (history[chosen] - history[before]) / total_weight
    heights = np.log10(
        rise, out=np.full(rise.shape, np.nan), where=(rise > _SMALLEST_GAIN) & np.isfinite(rise)
    )
    return Curve(chosen.astype(float), heights)


def _thinned(n: int, n_points: int) -> NDArray[np.intp]:
    """Positions among n: the first ones all, for there the curve bends, then evenly to the last."""
    if n <= n_points:
        return np.arange(n)
    first = min(_FIRST, n_points // 2)
    rest = np.rint(np.linspace(first, n - 1, n_points - first)).astype(np.intp)
    return np.concatenate([np.arange(first), rest])


def joined(curves: Sequence[Curve]) -> Curve:
    """All curves as one, with NaN between them where the line breaks."""
    gap = np.array([np.nan])
    x = [part for curve in curves for part in (curve.iterations, gap)]
    y = [part for curve in curves for part in (curve.heights, gap)]
    return Curve(np.concatenate(x or [gap]), np.concatenate(y or [gap]))


def late_range(curves: Sequence[Curve]) -> tuple[float, float] | None:
    """The heights that matter in log-likelihoods: a start may begin far below them.

    Each curve counts from its third iteration and 5% of its length on, and where it ends.
    None where there is nothing finite.
    """
    tails = []
    for iterations, heights in curves:
        early = min(iterations[-1:].sum() / 3.0, 2.0 + _EARLY_SHARE * iterations[-1:].sum())
        tails.append(heights[(iterations >= early) & np.isfinite(heights)])
    return _range_of(tails)


def full_range(curves: Sequence[Curve]) -> tuple[float, float] | None:
    """All heights, or None where there is nothing finite."""
    return _range_of([curve.heights[np.isfinite(curve.heights)] for curve in curves])


def _range_of(parts: list[Array]) -> tuple[float, float] | None:
    values = np.concatenate(parts) if parts else np.empty(0)
    if values.size == 0:
        return None
    return float(values.min()), float(values.max())
