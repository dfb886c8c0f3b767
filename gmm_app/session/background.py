"""The one thread in which a window computes, reads and writes, one job after another."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gmm_app.errors import GmmError

_log = logging.getLogger(__name__)

# The window goes first where it shares a core with a computation.
_NICENESS = 5


class _Done(QObject):
    """Carries the end of one job to the thread of whoever asked for it.

    Signals
    -------
    succeeded(object) : what the job returned.
    failed(str) : one plain sentence.
    ended(object) : this object, after either of the others.
    """

    succeeded = Signal(object)
    failed = Signal(str)
    ended = Signal(object)


class _Worker(QThread):
    """Takes jobs from a queue until it is given None."""

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.jobs: queue.SimpleQueue[tuple[Callable[[], object], _Done] | None] = (
            queue.SimpleQueue()
        )

    def run(self) -> None:
        """The thread's main function."""
        _step_back()
        while (item := self.jobs.get()) is not None:
            job, done = item
            _run_job(job, done)
            del item, job, done


def _step_back() -> None:
    """Lower this thread's priority; the kernels' threads, which it starts, inherit it."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _run_job(job: Callable[[], object], done: _Done) -> None:
    try:
        outcome = job()
    except GmmError as error:
        done.failed.emit(str(error))
    except MemoryError:
        done.failed.emit(
            "There is not enough memory for this. Close other programs, or use fewer rows."
        )
    except Exception as error:
        _log.exception("a job failed unexpectedly")
        done.failed.emit(
            f"Something went wrong that should not have ({error!r}). The log has more."
        )
    else:
        done.succeeded.emit(outcome)
    finally:
        done.ended.emit(done)


class Background(QObject):
    """Runs jobs one after another in one worker thread.

    The one named "compute" alone enters parallel kernels for a window's fits, so that they cannot
    run into one another; another one, "write", keeps what there is while that one is busy.

    Attributes
    ----------
    n_jobs : jobs submitted and not yet ended.
    closing : set once the thread is to end; long jobs look at it.

    Signals
    -------
    busyChanged() : `n_jobs` changed.
    """

    busyChanged = Signal()

    def __init__(self, name: str = "compute", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.n_jobs = 0
        self.closing = threading.Event()
        self._pending: set[_Done] = set()
        self._worker = _Worker(name, self)
        self._worker.start()

    def submit(
        self,
        job: Callable[[], object],
        *,
        on_done: Callable[[Any], object],
        on_failed: Callable[[str], object],
    ) -> None:
        """Run `job` in the worker thread; its outcome comes back as a queued signal.

        Parameters
        ----------
        job : called without arguments. It must not touch widgets.
        on_done : a @Slot(object) of a QObject that lives in the calling thread.
        on_failed : a @Slot(str) of such a QObject, called with one plain sentence.
        """
        done = _Done(self)
        done.succeeded.connect(on_done)
        done.failed.connect(on_failed)
        done.ended.connect(self._on_ended)
        self._pending.add(done)
        self.n_jobs += 1
        self.busyChanged.emit()
        self._worker.jobs.put((job, done))

    @Slot(object)
    def _on_ended(self, done: _Done) -> None:
        self._pending.discard(done)
        done.deleteLater()
        self.n_jobs -= 1
        self.busyChanged.emit()

    def shutdown(self, timeout_ms: int = 5000, *, finish: bool = False) -> bool:
        """End the thread after the job that it is at; whether it ended in time.

        Jobs that wait are dropped, unless they are to be finished, and the ends of those that ran
        are not reported any more.
        """
        self.closing.set()
        if not finish:
            with suppress(queue.Empty):
                while True:
                    self._worker.jobs.get_nowait()
        for done in self._pending:
            done.blockSignals(True)
        self._worker.jobs.put(None)
        return bool(self._worker.wait(timeout_ms))
