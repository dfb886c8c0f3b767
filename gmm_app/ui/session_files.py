"""Session files as a person meets them: saving, and what to do where a session's data are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gmm_app.data.several_files import BETWEEN_PATHS
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController
from gmm_app.session.reopening import DataQuestion
from gmm_app.session.session_file import SUFFIX, save_session
from gmm_app.session.work import Work
from gmm_app.ui import file_dialogs
from gmm_app.ui.data_question import DataQuestionDialog
from gmm_app.ui.opening import Opener


class SessionFiles(QObject):
    """Saves the work in the background, also while a fit runs; asks for data that have moved.

    Attributes
    ----------
    view : gives what the window shows, as plain JSON values.

    Signals
    -------
    saved(str) : the work is in that file.
    failed(str) : it could not be saved, and why.
    given_up(str) : the person does not want to go on; what that means.
    """

    saved = Signal(str)
    failed = Signal(str)
    given_up = Signal(str)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        controller: FitController,
        writer: Background,
        opener: Opener,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._controller = controller
        self._writer = writer
        self._opener = opener
        self.view: Callable[[], dict[str, Any]] = dict
        opener.questioned.connect(self._on_questioned)
        document.historyChanged.connect(self._show_title)
        self._show_title()

    def save(self) -> None:
        """Save to the file that the work is in, or ask for one."""
        if self._document.path:
            self._save_to(self._document.path, embedded=self._document.embedded)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask for a file, and save to it."""
        work = self._work()
        if work is None:
            return
        has_file = work.origin is not None
        suggested = work.path or _suggested(work)
        path, embedded = file_dialogs.ask_session_to_write(
            self._window, suggested, has_file=has_file, embedded=work.embedded
        )
        if path:
            self._save_to(path, embedded=embedded)

    def _work(self) -> Work | None:
        return self._document.work(self._controller.so_far, self.view())

    def _save_to(self, path: str, *, embedded: bool) -> None:
        work = self._work()
        if work is not None:
            work = replace(work, path=str(Path(path).absolute()), embedded=embedded)
            job = partial(_saved, work)
            self._writer.submit(job, on_done=self._on_saved, on_failed=self._on_failed)

    @Slot(object)
    def _on_saved(self, work: Work) -> None:
        self._document.set_saved(work)
        self.saved.emit(work.path)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.failed.emit(f"The session was not saved. {sentence}")

    @Slot()
    def _show_title(self) -> None:
        """The file's name, and a mark while there is something that is not in it."""
        self._window.setWindowTitle(_title(self._document))
        self._window.setWindowModified(not self._document.is_saved)

    # --- data that are gone --------------------------------------------------------------------

    @Slot(object)
    def _on_questioned(self, question: DataQuestion) -> None:
        dialog = DataQuestionDialog(question, self._window)
        dialog.located.connect(partial(self._on_locate, question))
        dialog.accepted_others.connect(partial(self._opener.open_without_results, question))
        dialog.rejected.connect(self._on_given_up)
        dialog.open()

    def _on_locate(self, question: DataQuestion) -> None:
        origin = question.session.origin
        folder = str(Path(origin.path).parent) if origin else ""
        path = file_dialogs.ask_file_to_open(self._window, folder)
        if path:
            self._opener.locate(question.session, path)
        else:
            self._on_questioned(question)

    @Slot()
    def _on_given_up(self) -> None:
        self.given_up.emit("the session was not opened; what was open is still here")


def _saved(work: Work) -> Work:
    """Runs in the writer's thread."""
    save_session(work, work.path)
    return work


def _suggested(work: Work) -> str:
    """A session beside the data, of the first file where they are several."""
    if work.origin is None:
        return f"session{SUFFIX}"
    first = Path(work.origin.path.split(BETWEEN_PATHS)[0])
    name = first.name.split(".")[0].strip("*?[]") or "session"
    return str(first.with_name(f"{name}{SUFFIX}"))


def _title(document: Document) -> str:
    if document.table is None:
        return "GMM Studio"
    return f"{Path(document.path or document.table.source).name}[*] – GMM Studio"
