"""Keeps the work in the background, so that whatever ends the program costs a few seconds of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gmm_app.errors import ExportError
from gmm_app.session import slots
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController
from gmm_app.session.work import Work

_INTERVAL_MS = 2000


class Autosaver(QObject):
    """Writes what is open into a folder of this program's own, some seconds after each change.

    While a fit runs it writes what that has found so far. The folder goes when what is open is
    closed, or other data take its place; only results that were not saved are left for later.

    Attributes
    ----------
    writer : the thread that writes.
    view : gives what the window shows, as plain JSON values.

    Signals
    -------
    failed(str) : it cannot be written, and why; said once.
    found(list) : work that earlier runs have left, after `look`; nothing is emitted if there is
        none.
    """

    failed = Signal(str)
    found = Signal(object)

    def __init__(
        self,
        root: Path,
        document: Document,
        controller: FitController,
        writer: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self.writer = writer
        self._keeper = _Keeper(root)
        self._is_writing = False
        self._has_failed = False
        self._is_stopped = False
        self._written: tuple[object, ...] = ()
        self.view: Callable[[], dict[str, Any]] = dict
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._on_due)
        document.historyChanged.connect(self.note_change)
        controller.stateChanged.connect(self.note_change)

    def look(self) -> None:
        """Look for work that earlier runs have left behind."""
        job = partial(slots.left_behind, self._keeper.root)
        self.writer.submit(job, on_done=self._on_looked, on_failed=self._on_failed)

    @Slot(object)
    def _on_looked(self, left: list[slots.Left]) -> None:
        if left:
            self.found.emit(left)

    @Slot()
    def note_change(self) -> None:
        """Something is to be written soon."""
        if not self._timer.isActive() and not self._is_stopped:
            self._timer.start()

    def leave(self, adopted: slots.Slot | None = None) -> None:
        """What is open is about to be closed: keep it if it was not saved, and begin afresh.

        Parameters
        ----------
        adopted : the slot of what is opened in its place, if that comes from there.
        """
        self._timer.stop()
        self._written = ()
        self._submit(partial(self._keeper.leave, self._work(), adopted))

    def stop(self) -> None:
        """Write nothing any more."""
        self._is_stopped = True
        self._timer.stop()

    def _work(self) -> Work | None:
        return self._document.work(self._controller.so_far, self.view())

    @Slot()
    def _on_due(self) -> None:
        if self._controller.is_busy or self._is_writing:
            self._timer.start()
        work = self._work()
        if work is None or self._is_writing:
            return
        told = (work.state, work.running, work.path, work.unsaved)
        if told != self._written:
            self._written = told
            self._is_writing = True
            self._submit(partial(self._keeper.write, work))

    def _submit(self, job: Callable[[], object]) -> None:
        self.writer.submit(job, on_done=self._on_done, on_failed=self._on_failed)

    @Slot(object)
    def _on_done(self, _: object) -> None:
        self._is_writing = False

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._is_writing, self._written = False, ()
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(f"Your work is not kept against a crash. {sentence}")


class _Keeper:
    """The slot that this program writes to. It is used by the writer's thread alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._slot: slots.Slot | None = None

    def write(self, work: Work) -> None:
        if self._slot is None:
            try:
                self._slot = slots.Slot.new(self.root)
            except OSError as error:
                reason = error.strerror or str(error)
                raise ExportError(f"{self.root} cannot be written to ({reason}).") from error
        self._slot.write(work)

    def leave(self, work: Work | None, adopted: slots.Slot | None) -> None:
        worth_it = work is not None and work.is_worth_keeping
        if work is not None and worth_it:
            self.write(work)
        slot, self._slot = self._slot, adopted
        if slot is not None and worth_it:
            slot.keep()
            slots.forget_oldest_closed(self.root)
        elif slot is not None:
            slot.remove()
