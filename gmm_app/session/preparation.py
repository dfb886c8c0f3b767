"""Getting the kernels ready: compiled once in a process of their own, then loaded."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from gmm_app.session.background import Background
from kernels.garbage import nothing_searched

_log = logging.getLogger(__name__)

_PROJECT_ROOT = str(Path(__file__).resolve().parents[2])


class _Found(NamedTuple):
    """What the cache has: the kernels of a first fit, and those of all fits."""

    first: bool
    every: bool


def _find_cached_kernels() -> _Found:
    """Import Numba, and load the kernels of a first fit if the cache has them."""
    with _never_searched():
        # What starts a fit is imported here too, rather than by the window when it is to start.
        import gmm_app.session.fit_run  # noqa: F401
        from kernels.warmup import is_complete, is_ready

        found = _Found(is_ready(), is_complete())
    if found.first:
        _load_kernels()
    return found


def _load_kernels() -> None:
    """Load what a first fit needs from the cache, or compile it where there is no cache."""
    from kernels.warmup import make_ready

    with _never_searched():
        make_ready()


@contextmanager
def _never_searched() -> Iterator[None]:
    """As `nothing_searched`, and never later either: the window would stand still."""
    with nothing_searched():
        try:
            yield
        finally:
            gc.freeze()


class Preparation(QObject):
    """Makes the kernels ready to run in this process, without a stutter of the window.

    Importing Numba and loading kernels happens in the worker thread. Compiling there would hold
    the interpreter's and the compiler's locks for seconds, so on the first start of all a process
    at low priority fills the cache: first with what a fit of two columns needs, whereupon kernels
    are ready, then with the kernels of all other numbers of columns. Where no cache can be written,
    the kernels are compiled in the worker thread after all.

    Attributes
    ----------
    fraction : share of the compilation that is done, 0 to 1.
    is_ready : whether kernels can run at once.

    Signals
    -------
    progressed() : `fraction` changed.
    ready() : kernels can run; emitted once.
    """

    progressed = Signal()
    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.fraction = 0.0
        self.is_ready = False
        self._begun = False
        self._loading = False
        self._background = background
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_compiled)
        self._process.errorOccurred.connect(self._on_process_error)

    @Slot()
    def begin(self) -> None:
        """Start preparing; further calls do nothing."""
        if not self._begun:
            self._begun = True
            self._submit(_find_cached_kernels, self._on_looked)

    def shutdown(self) -> None:
        """End the compiling process, if there is one."""
        gc.unfreeze()
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _submit(self, job: object, on_done: object) -> None:
        self._background.submit(job, on_done=on_done, on_failed=self._on_failed)  # type: ignore[arg-type]

    @Slot(object)
    def _on_looked(self, found: _Found) -> None:
        if found.first:
            self._on_loaded(None)
        if not found.every:
            self._fill_cache()

    def _fill_cache(self) -> None:
        environment = QProcessEnvironment.systemEnvironment()
        paths = [_PROJECT_ROOT, environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        self._process.setProcessEnvironment(environment)
        self._process.start(sys.executable, ["-m", "kernels.warmup"])

    @Slot()
    def _on_output(self) -> None:
        lines = bytes(self._process.readAllStandardOutput().data()).split()
        if not lines or self._loading:
            return
        self.fraction = float(lines[-1])
        self.progressed.emit()
        if self.fraction == 1.0:
            self._load()

    @Slot(int)
    def _on_compiled(self, exit_code: int) -> None:
        if exit_code:
            complaint = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            _log.warning("the kernels could not be compiled in advance: %s", complaint)
        self._load()

    def _load(self) -> None:
        if not self._loading:
            self._loading = True
            self._submit(_load_kernels, self._on_loaded)

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            _log.warning("no process for compiling kernels: %s", self._process.errorString())
            self._load()

    @Slot(object)
    def _on_loaded(self, _: object) -> None:
        self._loading = True
        self.fraction = 1.0
        self.is_ready = True
        self.progressed.emit()
        self.ready.emit()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        # The fit will meet the same error, and say it where a person sees it.
        _log.error("the kernels could not be prepared: %s", message)
        self._on_loaded(None)
