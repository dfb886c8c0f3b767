"""Shows a fit while it runs: pulls the newest snapshot at screen rate, never faster."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gmm_app.fitting.forecast import forecast
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController, FitState
from gmm_app.ui.number_text import count, duration, memory, number, on_sample, scientific
from gmm_app.ui.views import Views

if TYPE_CHECKING:
    from gmm_app.fitting.options import FitOptions
    from gmm_app.fitting.progress import FitProgress

_INTERVAL_MS = 40
# After a picture that took long to draw the window belongs to the person for so many times as long.
_REST = 3.0
# Seconds between two ticks from which on the window's thread has been kept.
_LATE = 1.5 * _INTERVAL_MS / 2 / 1e3
# Below this a pace says nothing yet.
_FEWEST_SECONDS = 0.2


class LiveView(QObject):
    """One timer that runs only while a fit does.

    Mixture and course of the fit are drawn in turns, each 25 times a second, so that no single
    frame keeps the window's thread for long; less often where a picture takes longer to draw.
    """

    def __init__(self, document: Document, controller: FitController, views: Views) -> None:
        super().__init__(views)
        self._document = document
        self._controller = controller
        self._views = views
        self._drawn: FitProgress | None = None
        self._mixture_is_next = True
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS // 2)
        self._timer.timeout.connect(self._on_tick)
        self._ticked = 0.0
        self._rests_until = 0.0

    @Slot()
    def follow(self) -> None:
        """Begin or end with the fit; called whenever the controller's state has changed."""
        if not self._controller.is_busy:
            self.stop()
            return
        if not self._timer.isActive():
            self._drawn, self._mixture_is_next = None, True
            self._ticked, self._rests_until = time.perf_counter(), 0.0
            self._timer.start()
        self._show_course(self._controller.latest)

    def stop(self) -> None:
        """Pull nothing any more."""
        self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        if self._must_rest():
            return
        latest = self._controller.latest
        if not self._mixture_is_next:
            self._show_course(latest)
        elif latest is not None and latest is not self._drawn:
            self._drawn = latest
            self._views.show_running_mixture(latest)
        self._mixture_is_next = not self._mixture_is_next

    def _must_rest(self) -> bool:
        """Whether a picture kept this timer waiting, which is to be made up for."""
        now = time.perf_counter()
        since, self._ticked = now - self._ticked, now
        if since > _LATE:
            self._rests_until = now + _REST * since
        return now < self._rests_until

    def _show_course(self, latest: FitProgress | None) -> None:
        state = self._controller.state
        status = self._views.status
        if state is FitState.PREPARING:
            share = self._controller.preparing
            status.show_work("preparing the kernels (first start only)", share)
        elif state is FitState.STOPPING:
            status.show_work("stopping, keeping the best so far", None)
        elif latest is None:
            paused = state is FitState.PAUSED
            status.show_work("paused before the first iteration" if paused else "starting", 0)
        else:
            self._show_progress(latest, paused=state is FitState.PAUSED)

    def _show_progress(self, latest: FitProgress, *, paused: bool) -> None:
        seconds = self._controller.elapsed
        histories = self._controller.histories()
        guess = forecast(histories, latest.total_weight, self._document.options, seconds)
        left = None if paused else guess.seconds_left
        pace = pace_text(latest.n_passes + latest.sample_passes, seconds, left)
        text = progress_text(latest, paused=paused)
        self._views.status.show_work(text, guess.fraction, pace)
        self._views.show_course(latest, histories, paused=paused)


def progress_text(progress: FitProgress, *, paused: bool) -> str:
    """Where the fit is: start, sample or iteration, and how much the last iteration gained."""
    doing = "paused in" if paused else "fitting"
    text = f"{doing} start {progress.start + 1:,} of {progress.n_starts:,}"
    if progress.on_sample:
        return f"{text}, {on_sample(progress.n_rows)}"
    if progress.iteration:
        gain = scientific(progress.gain, sign=True)
        text += f", iteration {progress.iteration:,}, {gain} per row"
    return text


def pace_text(n_passes: float, seconds: float, seconds_left: float | None) -> str:
    """Passes over the rows per second, and the time left if it can be told."""
    if seconds < _FEWEST_SECONDS:
        return ""
    rate = n_passes / seconds
    text = f"{number(rate, 0 if rate >= 10 else 1)} passes a second"
    return text if seconds_left is None else f"{text} · about {duration(seconds_left)} left"


def means_text(options: FitOptions, n_bytes: int) -> str:
    """Threads that compute, and the memory that the data take."""
    available = max(1, _all_threads() - options.polite)
    threads = count(min(options.n_threads or available, available), "thread")
    return f"{threads} · {memory(n_bytes)}" if n_bytes else threads


def _all_threads() -> int:
    """CPU cores that this process may use, where the system says."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
