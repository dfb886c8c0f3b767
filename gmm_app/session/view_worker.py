"""One thread that computes what views show, so that drawing never waits for counting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, Slot

from gmm_app.errors import GmmError

Job = Callable[[], object]

_log = logging.getLogger(__name__)


class ViewChannel(QObject):
    """One view's line to the worker: of its requests only the latest is answered.

    Signals
    -------
    ready(object) : the result of the latest request, in the thread of this object.
    failed(str) : the latest request could not be answered, and why.
    """

    ready = Signal(object)
    failed = Signal(str)
    _answered = Signal(int, object, str)

    def __init__(self, worker: ViewWorker) -> None:
        super().__init__(worker)
        self._worker = worker
        self._latest = 0
        self._answered.connect(self._on_answered)

    def request(self, job: Job) -> None:
        """Run `job` in the worker thread; earlier requests that wait are dropped."""
        self._latest += 1
        self._worker.enqueue(self, self._latest, job)

    def cancel(self) -> None:
        """Drop whatever was requested; nothing will be answered."""
        self._latest += 1
        self._worker.forget(self)

    def answer(self, request: int, result: object, failure: str) -> None:
        """Called by the worker thread: hand a result over to this object's own thread."""
        self._answered.emit(request, result, failure)

    @Slot(int, object, str)
    def _on_answered(self, request: int, result: object, failure: str) -> None:
        if request != self._latest:
            return
        if failure:
            self.failed.emit(failure)
        else:
            self.ready.emit(result)


class ViewWorker(QObject):
    """The thread named "view" and its channels. It starts with the first request.

    Call `shutdown` before the application ends.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = _Queue()
        self._thread: _Thread | None = None

    def channel(self) -> ViewChannel:
        """A new line to the worker, for one view's one kind of picture."""
        return ViewChannel(self)

    def enqueue(self, channel: ViewChannel, request: int, job: Job) -> None:
        """Called by a channel: let its job replace the one that waits, if any."""
        if self._queue.closed:
            return
        if self._thread is None:
            self._thread = _Thread(self._queue, self)
            self._thread.start(QThread.Priority.LowPriority)
        self._queue.put(channel, request, job)

    def forget(self, channel: ViewChannel) -> None:
        """Called by a channel: drop its job if it waits."""
        self._queue.drop(channel)

    def shutdown(self, timeout_ms: int = 5000) -> bool:
        """Take no more requests, and wait for the running one; whether it ended in that time."""
        self._queue.close()
        if self._thread is None:
            return True
        ended = self._thread.wait(timeout_ms)
        if ended:
            self._thread = None
        return ended


class _Queue:
    """At most one waiting job per channel, the longest waiting first."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: dict[ViewChannel, tuple[int, Job]] = {}
        self.closed = False

    def put(self, channel: ViewChannel, request: int, job: Job) -> None:
        with self._condition:
            self._waiting[channel] = (request, job)
            self._condition.notify()

    def drop(self, channel: ViewChannel) -> None:
        with self._condition:
            self._waiting.pop(channel, None)

    def close(self) -> None:
        with self._condition:
            self.closed = True
            self._waiting.clear()
            self._condition.notify()

    def take(self) -> tuple[ViewChannel, int, Job] | None:
        """Wait for a job; None once the queue is closed."""
        with self._condition:
            while not self._waiting and not self.closed:
                self._condition.wait()
            if self.closed:
                return None
            channel = next(iter(self._waiting))
            return channel, *self._waiting.pop(channel)


class _Thread(QThread):
    def __init__(self, queue: _Queue, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("view")
        self._queue = queue

    def run(self) -> None:
        while (taken := self._queue.take()) is not None:
            channel, request, job = taken
            try:
                result, failure = job(), ""
            except GmmError as error:
                result, failure = None, str(error)
            except Exception as error:  # a failed picture must not end the thread
                _log.exception("a view could not be computed")
                result, failure = None, f"This could not be drawn ({error})."
            channel.answer(request, result, failure)
