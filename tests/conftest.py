"""What every test gets: no screen, settings of its own, a check that it leaves nothing running."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QObject,
    QSettings,
    Qt,
    QThread,
    QTimer,
    Slot,
)
from shiboken6 import getAllValidWrappers

GRACE_SECONDS = 1.0


@pytest.fixture(autouse=True)
def fresh_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and state in a new folder; the compiled kernels' cache stays shared."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.split("_")[1].lower()))
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        # Qt reads XDG_CONFIG_HOME once per process, so it is told again for each test.
        QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
    return home


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest, fresh_home: Path) -> Iterator[None]:
    """Fail a test that leaves a thread or an active timer behind."""
    before = _python_threads()
    yield
    left: list[object] = []
    for thread in set(_python_threads()) - set(before):
        thread.join(GRACE_SECONDS)
        if thread.is_alive():
            left.append(thread)
    if "qapp" in request.fixturenames:
        # Without a running event loop Qt deletes nothing by itself.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left += [thing for thing in _qt_running() if not any(thing is old for old in _told)]
        _told.extend(left)
    assert not left, f"the test left running: {[_described(thing) for thing in left]}"


_told: list[object] = []  # what an earlier test left is held against that test alone


def _python_threads() -> list[threading.Thread]:
    # A thread that Qt started gets a placeholder that outlives it; _qt_running sees those.
    return [
        thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)
    ]


def _qt_running() -> list[QThread | QTimer]:
    return [
        thing
        for thing in getAllValidWrappers()
        if isinstance(thing, (QThread, QTimer)) and _runs(thing)
    ]


def _runs(thing: QThread | QTimer) -> bool:
    if isinstance(thing, QTimer):
        return thing.isActive()
    application = QCoreApplication.instance()
    return thing.isRunning() and (application is None or thing is not application.thread())


def _described(thing: object) -> str:
    if isinstance(thing, QObject):
        parent = thing.parent()
        return f"{type(thing).__name__} {thing.objectName()!r} of {type(parent).__name__}"
    return repr(thing)


class Watchdog(QObject):
    """A 10 ms timer in the GUI thread that records by how many milliseconds it comes too late.

    Attributes
    ----------
    lateness : one value per tick, in ms; 0 when it came in time.
    """

    PERIOD_MS = 10

    def __init__(self) -> None:
        super().__init__()
        self.lateness: list[float] = []
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Forget what was measured and begin."""
        self.lateness.clear()
        self._since.start()
        self._timer.start(self.PERIOD_MS)

    def stop(self) -> None:
        """End, counting a stall that lasts until now."""
        if self._timer.isActive():
            self._timer.stop()
            self._on_tick()

    @Slot()
    def _on_tick(self) -> None:
        elapsed = self._since.nsecsElapsed() / 1e6
        self._since.start()
        self.lateness.append(max(0.0, elapsed - self.PERIOD_MS))

    @property
    def worst(self) -> float:
        """The longest lateness, in ms."""
        return max(self.lateness, default=0.0)

    def percentile(self, share: float) -> float:
        """The lateness that a share (0..1) of the ticks does not exceed, in ms."""
        ordered = sorted(self.lateness)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@pytest.fixture
def watchdog(qapp: QCoreApplication) -> Iterator[Watchdog]:
    """A Watchdog that already runs; call `start` again to measure from a later moment."""
    dog = Watchdog()
    dog.start()
    yield dog
    dog.stop()
