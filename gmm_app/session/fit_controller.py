"""Drives a fit in the worker thread, for a window that pulls what it shows."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from gmm_app.data.dataset import Dataset
from gmm_app.fitting.options import FitOptions
from gmm_app.session.background import Background
from gmm_app.session.preparation import Preparation

if TYPE_CHECKING:
    from gmm_app.fitting.progress import FitProgress
    from gmm_app.fitting.result import FitResult
    from gmm_app.session.fit_run import FitRun


class FitState(Enum):
    """What the controller is doing."""

    IDLE = auto()
    PREPARING = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()


class _Wish(NamedTuple):
    """A fit that waits for the kernels."""

    dataset: Dataset
    options: FitOptions
    paused: bool


class FitController(QObject):
    """One fit at a time, started, paused, stepped and stopped from the window's thread.

    The worker leaves its latest snapshot here; views pull it on a timer of their own, so that a
    fit with thousands of iterations a second does not drown them in signals.

    Attributes
    ----------
    state : what it is doing.

    Signals
    -------
    stateChanged() : `state` changed.
    finished(object) : the FitResult of a fit that ended or was stopped.
    failed(str) : one plain sentence.
    stopped_empty() : stopped before anything was measured; there is no result.
    """

    stateChanged = Signal()
    finished = Signal(object)
    failed = Signal(str)
    stopped_empty = Signal()

    def __init__(
        self, background: Background, preparation: Preparation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.state = FitState.IDLE
        self._background = background
        self._preparation = preparation
        self._wish: _Wish | None = None
        self._run: FitRun | None = None
        preparation.ready.connect(self._on_ready)

    @property
    def is_busy(self) -> bool:
        return self.state is not FitState.IDLE

    @property
    def latest(self) -> FitProgress | None:
        """The newest snapshot of the running or the last fit."""
        return self._run.latest if self._run else None

    @property
    def so_far(self) -> FitResult | None:
        """What the running fit would end with if it were stopped, a few seconds old at most."""
        return self._run.so_far if self._run and self.is_busy else None

    @property
    def preparing(self) -> float | None:
        """Share of the kernels' compilation that is done, while a fit waits for it."""
        return self._preparation.fraction if self.state is FitState.PREPARING else None

    @property
    def elapsed(self) -> float:
        """Seconds that the running or the last fit has computed, pauses left out."""
        return self._run.seconds if self._run else 0.0

    def histories(self) -> list[NDArray[np.float64]]:
        """Log-likelihood per iteration of each start of the running or the last fit."""
        return self._run.trace.histories() if self._run else []

    def start(self, dataset: Dataset, options: FitOptions, *, paused: bool = False) -> None:
        """Begin a fit; does nothing while one runs. `paused`: wait for `step` or `resume`."""
        if self.is_busy:
            return
        self._run = None
        self._wish = _Wish(dataset, options, paused)
        if self._preparation.is_ready:
            self._launch()
        else:
            self._set_state(FitState.PREPARING)
            self._preparation.begin()

    def pause(self) -> None:
        """Hold after the iteration at hand."""
        if self.state is FitState.RUNNING and self._run:
            self._run.pause()
            self._set_state(FitState.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self.state is FitState.PAUSED and self._run:
            self._run.resume()
            self._set_state(FitState.RUNNING)

    def step(self) -> None:
        """One iteration, then hold."""
        self.pause()
        if self.state is FitState.PAUSED and self._run:
            self._run.step()

    def stop(self) -> None:
        """End the fit at once; the best so far becomes its result."""
        if self.state is FitState.PREPARING:
            self._wish = None
            self._set_state(FitState.IDLE)
            self.stopped_empty.emit()
        elif self._run and self.is_busy:
            self._run.stop()
            self._set_state(FitState.STOPPING)

    def _launch(self) -> None:
        # Imported here because it brings Numba along, which the start of the window must not.
        from gmm_app.session.fit_run import FitRun

        assert self._wish is not None
        wish, self._wish = self._wish, None
        self._run = FitRun(wish.dataset, wish.options, paused=wish.paused)
        self._set_state(FitState.PAUSED if wish.paused else FitState.RUNNING)
        self._background.submit(self._run, on_done=self._on_done, on_failed=self._on_failed)

    @Slot()
    def _on_ready(self) -> None:
        if self._wish is not None:
            self._launch()

    @Slot(object)
    def _on_done(self, result: object) -> None:
        self._set_state(FitState.IDLE)
        if result is None:
            self.stopped_empty.emit()
        else:
            self.finished.emit(result)

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        self._set_state(FitState.IDLE)
        self.failed.emit(message)

    def _set_state(self, state: FitState) -> None:
        if state is not self.state:
            self.state = state
            self.stateChanged.emit()
