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
from gmm_app.ui.import_presets import ImportMemory


class Opener(QObject):
    """Reads one file, or draws one synthetic table, at a time in the worker thread.

    Attributes
    ----------
    work : what is being done, for people; "" when nothing is.
    path : the file that is being read or was read last; "" for synthetic data.

    Signals
    -------
    changed() : `work` changed.
    opened(OpenedSource) : it is there.
    failed(str) : it could not be had, and why; "" when it was cancelled.
    """

    changed = Signal()
    opened = Signal(object)
    failed = Signal(str)

    def __init__(
        self, background: Background, settings: QSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._memory = ImportMemory(settings)
        self._cancelled = threading.Event()
        self.work = ""
        self.path = ""

    def open_path(self, path: str | Path, options: ImportOptions | None = None) -> None:
        """Begin to read a file by these options; None: as it was read last."""
        self.path = str(expanded(path).absolute())
        self._cancelled = threading.Event()
        options = self._memory.of_file(self.path) if options is None else options
        job = partial(open_file, self.path, options, self._cancelled.is_set)
        self._begin(f"reading {Path(self.path).name}", job)

    def draw(self, options: SyntheticOptions) -> None:
        """Begin to draw synthetic rows."""
        self.path = ""
        self._cancelled = threading.Event()
        self._begin(
            f"drawing {options.n_samples:,} rows", partial(_draw, options, self._cancelled.is_set)
        )

    def cancel(self) -> None:
        """Give up what is being opened, as soon as whoever reads or draws notices."""
        self._cancelled.set()

    def _begin(self, work: str, job: Callable[[], OpenedSource]) -> None:
        self._background.submit(job, on_done=self._on_done, on_failed=self._on_failed)
        self._set_work(work)

    @Slot(object)
    def _on_done(self, source: OpenedSource) -> None:
        self._set_work("")
        if self._cancelled.is_set():
            self.failed.emit("")
        else:
            if self.path:
                self._memory.remember(self.path, source.options)
            self.opened.emit(source)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_work("")
        self.failed.emit("" if self._cancelled.is_set() else sentence)

    def _set_work(self, work: str) -> None:
        self.work = work
        self.changed.emit()


def _draw(options: SyntheticOptions, cancelled: Callable[[], bool]) -> OpenedSource:
    return open_table(generate(options, cancelled))
