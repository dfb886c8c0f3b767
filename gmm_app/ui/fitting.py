"""Starting a fit, holding it, and saying how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController, FitState
from gmm_app.ui.summary_panel import outcome
from gmm_app.ui.views import Views

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult


class Fitting(QObject):
    """What the window's actions do to the fit, and what becomes of its result.

    Signals
    -------
    finished() : a fit has ended with a result, also when it was stopped.
    failed(str) : a fit has ended without a result, and why.
    """

    finished = Signal()
    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: FitController,
        views: Views,
        reason_not_to: Callable[[str], str],
    ) -> None:
        super().__init__(views)
        self._document = document
        self._controller = controller
        self._views = views
        self._reason_not_to = reason_not_to
        controller.finished.connect(self._on_finished)
        controller.failed.connect(self._on_failed)
        controller.stopped_empty.connect(self._on_stopped_empty)

    def start(self, *, paused: bool = False) -> None:
        """Begin a fit with the options that are shown; what prevents it is said in a notice."""
        reason = self._reason_not_to("fit")
        dataset = self._document.dataset
        if reason or dataset is None:
            self._views.notice.show_error(reason)
            return
        self._views.notice.dismiss()
        self._views.show_start()
        self._controller.start(dataset, self._document.options, paused=paused)

    def pause_or_resume(self) -> None:
        """Hold the fit, or let it go on."""
        if self._controller.state is FitState.PAUSED:
            self._controller.resume()
        else:
            self._controller.pause()

    def step(self) -> None:
        """One iteration; the first of a new fit where none runs."""
        if not self._controller.is_busy:
            self.start(paused=True)
        self._controller.step()

    @Slot(object)
    def _on_finished(self, result: FitResult) -> None:
        self._views.notice.dismiss()
        self._document.set_result(result)
        if result.doubts:
            self._views.notice.show_info(" ".join(result.doubts))
        self._views.status.say(outcome(result))
        self.finished.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._views.notice.show_error(sentence)
        self._end_without_result("the fit ended without a result", sentence)

    @Slot()
    def _on_stopped_empty(self) -> None:
        words = "stopped before the first iteration; there is no new result"
        self._end_without_result(words, words)

    def _end_without_result(self, words: str, sentence: str) -> None:
        self._views.show_result(self._document.result)
        self._views.status.say(words)
        self.failed.emit(sentence)
