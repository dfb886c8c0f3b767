"""Scenes that benchmarks/window.py plays, each in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

_FEWEST_TICKS = 1000


def start(process_began: float) -> dict[str, float]:
    """Seconds from the start of the process until the window has been painted."""
    import gmm_app.app as composition
    from gmm_app.cli import main

    painted: list[float] = []

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and watched.objectName() == "mainWindow":
                painted.append(time.time() - process_began)
                QTimer.singleShot(0, QApplication.closeAllWindows)
                watched.removeEventFilter(self)
            return False

    watch = FirstPaint()
    make = composition._window

    def make_watched(launch: composition.Launch) -> composition.MainWindow:
        window = make(launch)
        window.installEventFilter(watch)
        return window

    composition._window = make_watched
    main([])
    return {"seconds": painted[0]}


def smoothness(_: float) -> dict[str, float]:
    """Lateness in ms of a 10 ms timer while fits follow each other, click by click.

    One fit is over in less than a second: too few ticks to speak of 99 in 100.
    """
    window = opened(2_000_000)
    lateness: list[float] = []
    since = QElapsedTimer()
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=10)

    def tick() -> None:
        lateness.append(since.nsecsElapsed() / 1e6 - 10)
        since.start()

    timer.timeout.connect(tick)
    fit_action = window.findChild(QObject, "fitAction")
    since.start()
    timer.start()
    while len(lateness) < _FEWEST_TICKS:
        wait(window.fitFinished, fit_action.trigger)
    timer.stop()
    window.close()
    lateness.sort()
    return {
        "p99": lateness[int(0.99 * len(lateness))],
        "worst": lateness[-1],
        "ticks": len(lateness),
    }


def stop(_: float) -> dict[str, float]:
    """Seconds from the call of stop_fit in the midst of a fit until its result is there."""
    window = opened(5_000_000)
    window.start_fit()
    run_until(lambda: window._controller.latest is not None)
    began = time.perf_counter()
    wait(window.fitFinished, window.stop_fit)
    seconds = time.perf_counter() - began
    assert window.current_result is not None
    window.close()
    return {"seconds": seconds}


def opened(n_rows: int):
    """A window that shows that many rows of a mixture of five overlapping components."""
    import numpy as np

    from gmm_app.app import build_window

    rng = np.random.default_rng(0)
    centers = rng.uniform(0.0, 10.0, (5, 2))
    rows = centers[rng.integers(0, 5, n_rows)] + rng.standard_normal((n_rows, 2))
    window = build_window([])
    window.resize(1440, 900)
    window.show()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        np.save(path, rows)
        wait(window.dataOpened, lambda: window.open_path(path))
    return window


def wait(signal, action: Callable[[], object]) -> None:
    """Do something and run the event loop until the signal it leads to."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    action()
    loop.exec()


def run_until(condition: Callable[[], bool]) -> None:
    """Run the event loop until a condition holds."""
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


if __name__ == "__main__":
    scenes = {scene.__name__: scene for scene in (start, smoothness, stop)}
    print(json.dumps(scenes[sys.argv[1]](float(sys.argv[2]))))
