"""Opening data without keeping the window waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from gmm_app.data.import_options import ImportOptions
from gmm_app.data.synthetic import SyntheticOptions, generate
from gmm_app.files import expanded
from gmm_app.session.background import Background
from gmm_app.session.opening import OpenedSource, open_file, open_table
from gmm_app.session.reopening import (
    Asked,
    DataQuestion,
    locate,
    open_session,
    without_results,
)
from gmm_app.session.session_file import is_session
from gmm_app.session.slots import Slot as AutosaveSlot
from gmm_app.session.stored_session import StoredSession
from gmm_app.ui.import_presets import ImportMemory

Outcome = OpenedSource | DataQuestion


class Opener(QObject):
    """Reads one file, or draws one synthetic table, at a time in the worker thread.

    Attributes
    ----------
    work : what is being done, for people; "" when nothing is.
    share : of it that is done, 0 to 1; None where that cannot be told.
    path : the file that is being read or was read last; "" for synthetic data.
    slot : where the work lies that is being brought back or was last, None for all else.

    Signals
    -------
    changed() : `work` changed.
    progressed() : `share` changed.
    opened(OpenedSource) : it is there.
    questioned(DataQuestion) : a session's data are not what they were.
    failed(str) : it could not be had, and why; "" when it was cancelled.
    """

    changed = Signal()
    progressed = Signal()
    opened = Signal(object)
    questioned = Signal(object)
    failed = Signal(str)
    _reached = Signal(float)

    def __init__(
        self, background: Background, settings: QSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._memory = ImportMemory(settings)
        self._cancelled = threading.Event()
        self.work = ""
        self.share: float | None = None
        self.path = ""
        self.slot: AutosaveSlot | None = None
        self._reached.connect(self._on_reached)

    def open_path(self, path: str | Path, options: ImportOptions | None = None) -> None:
        """Begin to read a session, or data by these options; None: as they were read last."""
        self.path, self.slot = str(expanded(path).absolute()), None
        job: Callable[[Asked], Outcome]
        if is_session(self.path):
            job = partial(open_session, self.path)
        else:
            options = self._memory.of_file(self.path) if options is None else options
            job = partial(open_file, self.path, options, on_share=self._reached.emit)
        self._begin(f"reading {Path(self.path).name}", job)

    def draw(self, options: SyntheticOptions) -> None:
        """Begin to draw synthetic rows."""
        self.path, self.slot = "", None
        self._begin(f"drawing {options.n_samples:,} rows", partial(_draw, options))

    def bring_back(self, slot: AutosaveSlot) -> None:
        """Begin to open work that an earlier run has left behind."""
        self.path, self.slot = "", slot
        self._begin("bringing back what was left", partial(open_session, slot.work_file))

    def locate(self, session: StoredSession, path: str) -> None:
        """Go on with the session, whose data lie at `path`."""
        self._begin(f"reading {Path(path).name}", partial(locate, session, path))

    def open_without_results(self, question: DataQuestion) -> None:
        """Go on with the session's options and other data; its results stay where they are."""
        self.slot = None
        self._begin("choosing columns", lambda cancelled: without_results(question))

    def cancel(self) -> None:
        """Give up what is being opened, as soon as whoever reads or draws notices."""
        self._cancelled.set()

    def _begin(self, work: str, job: Callable[[Asked], Outcome]) -> None:
        """Run a job, which is given what it may ask whether to stop."""
        self._cancelled = threading.Event()
        self.share = None
        self._background.submit(
            partial(job, self._cancelled.is_set), on_done=self._on_done, on_failed=self._on_failed
        )
        self._set_work(work)

    @Slot(object)
    def _on_done(self, source: Outcome) -> None:
        self._set_work("")
        if self._cancelled.is_set():
            self.failed.emit("")
        elif isinstance(source, DataQuestion):
            self.questioned.emit(source)
        else:
            if source.origin is not None:
                self._memory.remember(source.origin.path, source.origin.options)
            self.opened.emit(source)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_work("")
        self.failed.emit("" if self._cancelled.is_set() else sentence)

    @Slot(float)
    def _on_reached(self, share: float) -> None:
        self.share = share
        self.progressed.emit()

    def _set_work(self, work: str) -> None:
        self.work = work
        self.changed.emit()


def _draw(options: SyntheticOptions, cancelled: Asked) -> OpenedSource:
    return open_table(generate(options, cancelled))
