"""One start of accelerated EM: EM steps where they are needed, longer steps between them."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, FitError
from gmm_app.fitting.acceleration import Accelerator
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.coordinates import Surroundings
from gmm_app.fitting.em import EmStep, measure, reported, run_em
from gmm_app.fitting.m_step import Constraints, next_mixture
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

# Regularisation keeps every component at least as wide as what it adds, up to rounding.
_SLACK = 1.0 - 1e-6


def run_accelerated(
    engine: LocalEngine,
    mixture: Mixture,
    monitor: ConvergenceMonitor,
    accelerator: Accelerator,
    *,
    max_iter: int,
    limits: Constraints,
) -> Generator[EmStep, None, StopReason]:
    """Iterate from `mixture` as `run_em` does, in fewer passes.

    Every mixture that it yields has at least the log-likelihood of the one before. A longer step
    that would lower it costs its pass, and the EM step from the mixture before is taken in its
    place. It has converged only when an EM step gains no more than the tolerance.

    Parameters
    ----------
    engine, mixture, monitor, max_iter, limits : as of `run_em`.
    accelerator : of this start.

    Raises
    ------
    CollapseError
        A component collapsed in an EM step.
    FitError
        Rows lie too far apart for double precision.
    """
    climb = _Climb(engine, monitor, accelerator, limits)
    try:
        place = climb.measured(mixture)
        yield climb.report(place)
        while monitor.n_iter < max_iter:
            longer = climb.longer_step(place)
            if longer is not None:
                place = longer
                yield climb.report(place)
                continue
            following = climb.measured(place.following)
            gain, gain_before = monitor.gain_to(following.log_likelihood), monitor.gain
            falls = gain < 0.0 and monitor.is_fall(gain) and bool(limits.added.any())
            if gain <= 0.0 and not falls:
                return StopReason.CONVERGED
            yield climb.report(following)
            if falls:
                # What is added to variances has its price: from here on as the textbook goes on.
                return (yield from climb.plainly(following, max_iter))
            if monitor.converged and not accelerator.doubts_small_gains:
                return StopReason.CONVERGED
            accelerator.took_em_step(gain, gain_before)
            climb.learn(place, following)
            place = following
    except Cancelled:
        return StopReason.STOPPED
    return StopReason.MAX_ITER


class _Place:
    """A mixture with what a pass has measured at it; what follows from that is found when needed.

    Attributes
    ----------
    mixture, statistics, log_likelihood : of the pass; the latter with the prior's log density.
    """

    def __init__(self, engine: LocalEngine, mixture: Mixture, limits: Constraints) -> None:
        self.mixture = mixture
        self.statistics = measure(engine, mixture, limits.prior)
        self.log_likelihood = self.statistics.objective
        self._engine = engine
        self._limits = limits

    @cached_property
    def following(self) -> Mixture:
        """Where the EM step leads."""
        return next_mixture(self._engine, self.mixture, self.statistics, self._limits)

    @cached_property
    def around(self) -> Surroundings:
        """The coordinates around it."""
        return Surroundings(self.mixture)

    @cached_property
    def residual(self) -> Array | None:
        """The EM step in these coordinates; None where a component has no extent."""
        try:
            return self.around.vector_to(Surroundings(self.following))
        except np.linalg.LinAlgError:
            return None


class _Climb:
    """The steps of one start."""

    def __init__(
        self,
        engine: LocalEngine,
        monitor: ConvergenceMonitor,
        accelerator: Accelerator,
        limits: Constraints,
    ) -> None:
        self._engine = engine
        self._monitor = monitor
        self._accelerator = accelerator
        self._limits = limits
        self._narrowest = _SLACK * np.sqrt(np.maximum(limits.added, limits.smallest))

    def measured(self, mixture: Mixture) -> _Place:
        """Make a pass."""
        return _Place(self._engine, mixture, self._limits)

    def report(self, place: _Place) -> EmStep:
        """Count a place as an iteration."""
        return reported(self._monitor, place.mixture, place.statistics)

    def plainly(self, place: _Place, max_iter: int) -> Generator[EmStep, None, StopReason]:
        """Go on without longer steps."""
        following = place.following
        steps = run_em(
            self._engine, following, self._monitor, max_iter=max_iter, limits=self._limits
        )
        return (yield from steps)

    def longer_step(self, place: _Place) -> _Place | None:
        """Where a longer step leads, if there is one and it does not lower the log-likelihood."""
        monitor, accelerator = self._monitor, self._accelerator
        if not accelerator.may_step(monitor.gain, monitor.tol) or place.residual is None:
            return None
        residual = place.residual
        step = accelerator.step(place.around, residual, monitor.tol)
        if step is None or place.around.narrows(step, self._narrowest):
            return None
        try:
            there = self.measured(place.around.mixture_at(step))
            there_residual = there.residual
        except FitError:
            there_residual = None
        if there_residual is not None:
            accelerator.learn(step, residual - there_residual)
            if there.log_likelihood >= place.log_likelihood:
                accelerator.accepted()
                return there
        accelerator.refused(step)
        return None

    def learn(self, place: _Place, following: _Place) -> None:
        """Take note of how the EM step has changed along itself, where that will be of use."""
        if not self._accelerator.is_telling(self._monitor.gain):
            return
        if place.residual is not None and following.residual is not None:
            self._accelerator.learn(place.residual, place.residual - following.residual)
