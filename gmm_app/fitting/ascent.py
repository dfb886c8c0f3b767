"""How one start rises: by the textbook or accelerated, over samples of the rows, then over all."""

from __future__ import annotations

from collections.abc import Generator

from gmm_app.engines.local import LocalEngine
from gmm_app.fitting.accelerated_em import run_accelerated
from gmm_app.fitting.acceleration import Accelerator
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.em import EmStep, run_em
from gmm_app.fitting.m_step import Constraints
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.mixture import Mixture


class Ascent:
    """One start's way up, as the options ask for it.

    Parameters
    ----------
    options : of the fit.
    limits : of variances.
    """

    def __init__(self, options: FitOptions, limits: Constraints) -> None:
        self._options = options
        self._limits = limits
        self._accelerator = Accelerator()

    def over(
        self, engine: LocalEngine, mixture: Mixture, monitor: ConvergenceMonitor
    ) -> Generator[EmStep, None, StopReason]:
        """Iterate over an engine's rows from `mixture`, as `run_em` does."""
        most, limits = self._options.max_iter, self._limits
        # A longer step would move what is held, if only by rounding; and knows no noise.
        if not self._options.accelerate or any(limits.held) or mixture.noise is not None:
            return run_em(engine, mixture, monitor, max_iter=most, limits=limits)
        return run_accelerated(
            engine, mixture, monitor, self._accelerator, max_iter=most, limits=limits
        )

    def forget(self) -> None:
        """Drop what has been learnt of the log-likelihood's shape."""
        self._accelerator = Accelerator()
