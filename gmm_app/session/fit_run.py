"""One fit as the worker thread runs it: stepped, paused and stopped from another thread."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.ending import StoppedEmpty, so_far
from gmm_app.fitting.fit import prepared, steps_of
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult
from gmm_app.fitting.run import Run
from gmm_app.session.fit_trace import FitTrace

_SECONDS_BETWEEN_LOOKS = 2.0
# Looking may take a pass over the rows; the fit then goes on for so many times as long.
_REST = 10.0


class FitRun:
    """Drives the fit's generator; calling it runs the fit to its end.

    Attributes
    ----------
    latest : the newest snapshot, None before the first.
    trace : every iteration.
    so_far : the result as it would be if the fit were stopped, a few seconds old at most; None
        before anything was measured.
    """

    def __init__(self, dataset: Dataset, options: FitOptions, *, paused: bool) -> None:
        self.latest: FitProgress | None = None
        self.trace = FitTrace()
        self.so_far: FitResult | None = None
        self._look_again = time.perf_counter() + _SECONDS_BETWEEN_LOOKS
        self._dataset = dataset
        self._options = options
        self._cancel = CancelFlag()
        self._paused = paused
        self._steps_granted = 0
        self._changed = threading.Condition()
        self._running_since: float | None = None
        self._seconds = 0.0

    def __call__(self) -> FitResult | None:
        """Run in the worker thread; None if it was stopped before anything was measured."""
        try:
            run = prepared(self._dataset, cancel=self._cancel, **asdict(self._options))
            steps = steps_of(run)
            while True:
                self._take_stock(run)
                self._wait_for_leave()
                self._running_since = time.perf_counter()
                try:
                    progress = next(steps)
                finally:
                    self._seconds = self.seconds
                    self._running_since = None
                self.trace.add(progress)
                self.latest = progress
        except StopIteration as end:
            result: FitResult = end.value
            return result
        except StoppedEmpty:
            return None

    def _take_stock(self, run: Run) -> None:
        """Keep what there is, now and then, and before a pause that may last."""
        now = time.perf_counter()
        if self.latest is None or (now < self._look_again and not self._paused):
            return
        self.so_far = so_far(run)
        ended = time.perf_counter()
        self._look_again = ended + max(_SECONDS_BETWEEN_LOOKS, _REST * (ended - now))

    @property
    def seconds(self) -> float:
        """Time spent computing, pauses left out."""
        since = self._running_since
        return self._seconds + (0.0 if since is None else time.perf_counter() - since)

    def pause(self) -> None:
        """Hold before the next iteration."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on."""
        self._set_paused(False)

    def step(self) -> None:
        """Let one more iteration pass while paused."""
        with self._changed:
            self._steps_granted += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """End at once, in the midst of a pass, and keep the best so far."""
        self._cancel.set()
        with self._changed:
            self._changed.notify_all()

    def _set_paused(self, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._steps_granted = 0
            self._changed.notify_all()

    def _wait_for_leave(self) -> None:
        with self._changed:
            while self._paused and not self._steps_granted and not self._cancel.is_set:
                self._changed.wait()
            if self._paused and self._steps_granted:
                self._steps_granted -= 1
