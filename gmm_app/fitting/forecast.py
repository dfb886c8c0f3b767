"""How far a running fit is, and how long it will still take: an honest guess, for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.fitting.convergence import tolerance_per_row
from gmm_app.fitting.options import FitOptions

# Iterations over which the fall of the gain is measured.
_WINDOW = 10


class Forecast(NamedTuple):
    """Share of the work done, 0 to 1, and seconds left, None while nothing can be said."""

    fraction: float
    seconds_left: float | None


def forecast(
    histories: Sequence[NDArray[np.float64]],
    total_weight: float,
    options: FitOptions,
    seconds: float,
) -> Forecast:
    """Guess from the log-likelihood histories of the starts so far.

    Gains shrink by about the same factor in each iteration, so the iterations that the running
    start still needs follow from its last gains, or while they say nothing from the starts before;
    the starts to come are taken to need as many as those so far.

    Parameters
    ----------
    histories : per start so far, log-likelihood (sum over rows) per iteration; the last one runs,
        and is empty while that is on samples of the rows.
    total_weight : rows, each as often as it counts.
    options : of the fit.
    seconds : spent so far, without pauses.
    """
    passes = sum(len(history) for history in histories)
    if passes == 0:
        return Forecast(0.0, None)
    remaining = _iterations_left(histories[-1], total_weight, options)
    if remaining is None and len(histories) > 1:
        usual = (passes - len(histories[-1])) / (len(histories) - 1)
        remaining = max(0.0, usual - len(histories[-1]))
    if remaining is None:
        return Forecast(0.0, None)
    per_start = (passes + remaining) / len(histories)
    total = per_start * options.n_init
    fraction = min(passes / total, 1.0)
    return Forecast(fraction, seconds * (total - passes) / passes if total > passes else 0.0)


def _iterations_left(
    history: NDArray[np.float64], total_weight: float, options: FitOptions
) -> float | None:
    """How many iterations the running start still needs; None while nothing can be said."""
    most = float(options.max_iter + 1 - len(history))
    gains = np.diff(history[-_WINDOW - 1 :]) / total_weight
    if gains.size < 3:
        return None
    tol = tolerance_per_row(options.tol, options.stop_rule, [history[-1]], total_weight)
    if gains[-1] <= tol:
        return 0.0
    if tol == 0:
        return most
    if gains[0] <= gains[-1]:
        return None
    shrinks_by = math.log(gains[0] / gains[-1]) / (gains.size - 1)
    return max(0.0, min(most, math.log(gains[-1] / tol) / shrinks_by))
