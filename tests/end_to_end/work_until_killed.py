"""A window that works until it is killed, and says on standard output what it has done.

    python work_until_killed.py save|fit DATA SESSION

`save`: changes an option and saves the session, again and again; a line is the number of the save
that is over. `fit`: fits, and saves the session now and then; a line is how many iterations there
have been. Autosaves go where XDG_STATE_HOME says. Each line begins with the time.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gmm_app.app import build_window
from gmm_app.fitting.options import FitOptions
from gmm_app.session.fit_controller import FitController
from gmm_app.ui import file_dialogs
from gmm_app.ui.main_window import MainWindow

LONG = FitOptions(n_components=6, n_init=10_000, tol=0, max_iter=100_000, accelerate=False)
_LOOK_MS, _SAVE_MS = 50, 700


class Worker(QObject):
    """Drives the window as a person would who never rests."""

    def __init__(self, window: MainWindow, path: str) -> None:
        super().__init__(window)
        self._window = window
        self._n_saves = 0
        self._timers = [QTimer(self), QTimer(self)]
        file_dialogs.ask_session_to_write = lambda *_, **__: (path, True)

    @Slot()
    def save_for_ever(self) -> None:
        """Begin the first save; each is followed by another change and another save."""
        self._window._sessions.saved.connect(self._on_saved)
        self._window._sessions.save()

    @Slot()
    def _on_saved(self) -> None:
        _say(self._n_saves)
        self._n_saves += 1
        options = self._window._document.options
        self._window.set_options(replace(options, seed=self._n_saves))
        self._window._sessions.save()

    @Slot()
    def fit_for_ever(self) -> None:
        """Begin a fit that never ends."""
        self._window.set_options(LONG)
        self._window.start_fit()
        for timer, act in zip(self._timers, (self._look, self._window._sessions.save), strict=True):
            timer.timeout.connect(act)
        self._timers[0].start(_LOOK_MS)
        self._timers[1].start(_SAVE_MS)

    @Slot()
    def _look(self) -> None:
        controller = self._window.findChild(FitController)
        assert controller is not None
        n_iterations = sum(history.size for history in controller.histories())
        if n_iterations:
            _say(n_iterations)


def _say(number: int) -> None:
    print(time.time(), number, flush=True)


def main() -> int:
    """Open the data, and work."""
    what, data, session = sys.argv[1:]
    window = build_window([])
    worker = Worker(window, session)
    window.dataOpened.connect({"save": worker.save_for_ever, "fit": worker.fit_for_ever}[what])
    window.show()
    window.open_path(data)
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main())
