"""Safeguarded acceleration of EM: longer steps, taken only if the log-likelihood does not fall."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gmm_app.fitting.coordinates import Surroundings
from gmm_app.fitting.secant_memory import SecantMemory

Array = NDArray[np.float64]

# Plain EM until its gain per row is below this and has fallen so many times on end: it is EM that
# chooses the optimum, and while gains are large or rise it has not chosen yet.
_CALM_GAIN = 2e-4
_CALM_STEPS = 3
# What steps say of the curvature while gains are larger than this is outdated when it is needed.
_TELLING_GAIN = 20 * _CALM_GAIN
# A step may be so many times as long as EM's at first; twice as long after each that was held
# back and was right, and a quarter after each that was refused.
_FIRST_REACH = 3.0
_GROWTH = 2.0
_SHRINKAGE = 0.25
# No component's deviations or weight may change by more than this factor (its log) in a step.
_MOST_CHANGE = 2.0
# So many steps refused on end, and EM's own small gain is believed.
_MOST_REFUSALS = 3


class Accelerator:
    """Proposes steps longer than EM's, and learns from what became of each.

    It knows one start of EM, through its passes over samples and over all rows: the curvature that
    samples have shown holds for all rows too.
    """

    def __init__(self) -> None:
        self._memory = SecantMemory()
        self._calm_steps = 0
        self._active = False
        self._rough = False
        self._reach = 0.0
        self._held_back = False
        self._leapt = False
        self._refusals = 0

    @property
    def doubts_small_gains(self) -> bool:
        """Whether EM's gain may be small for another reason than that the maximum is near.

        On a plateau it is small before it rises again; and where a longer step has just been
        refused, a shorter one may still do.
        """
        return self._rough or 0 < self._refusals < _MOST_REFUSALS

    def may_step(self, gain: float, tol: float) -> bool:
        """Whether a longer step may be tried now.

        Parameters
        ----------
        gain : of the log-likelihood per row in the step before; NaN before there is any.
        tol : a gain per row that counts as none.
        """
        if not self._active and self._calm_steps >= _CALM_STEPS and gain < _CALM_GAIN:
            self._active = True
            self._reach = 0.0
        # A longer step that gained next to nothing is for EM to confirm.
        return self._active and not (gain >= _CALM_GAIN or (self._leapt and gain <= tol))

    def is_telling(self, gain: float) -> bool:
        """Whether a step of such a gain is worth learning from."""
        return gain < _TELLING_GAIN

    def step(self, around: Surroundings, residual: Array, tol: float) -> Array | None:
        """The step to try from where the EM step is `residual`; None: take the EM step.

        Parameters
        ----------
        around : the mixture to go on from.
        residual : (P,) the EM step in its coordinates.
        tol : a gain per row that counts as none.
        """
        em_length = math.sqrt(residual @ residual)
        if self._reach == 0.0:
            self._reach = _FIRST_REACH * em_length
        step = self._memory.direction(residual)
        # What a quadratic model promises: of this step, and at most of EM's.
        if max(0.5 * float(step @ residual), em_length**2) <= tol:
            self._refusals = 0
            return None
        self._reach = max(self._reach, em_length)
        # Where nothing is known of the curvature, as far along EM's own step as has been right.
        reach = self._reach / math.sqrt(step @ step)
        share = min(reach, _MOST_CHANGE / around.largest_change(step))
        self._held_back = share < 1.0 or len(self._memory) == 0
        return step * share if self._held_back else step

    def learn(self, step: Array, change: Array) -> None:
        """Take note of how the EM step changed along a step, taken or refused."""
        if not self._memory.learn(step, change):
            # The log-likelihood curves upwards, as beside a saddle: EM knows the way out.
            self._memory.forget()
            self._active = False
            self._rough = True

    def accepted(self) -> None:
        """The step proposed last was taken."""
        self._refusals = 0
        self._leapt = True
        if self._held_back:
            self._reach *= _GROWTH

    def refused(self, step: Array) -> None:
        """The step proposed last would have lowered the log-likelihood, or collapsed."""
        self._refusals += 1
        self._reach = _SHRINKAGE * math.sqrt(step @ step)

    def took_em_step(self, gain: float, gain_before: float) -> None:
        """Take note of EM's own gains; the one before is NaN where there was none."""
        self._leapt = False
        self._calm_steps = self._calm_steps + 1 if gain < gain_before else 0
        if self._calm_steps >= _CALM_STEPS:
            self._rough = False
