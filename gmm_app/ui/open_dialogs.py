"""The ways in which a person is asked what to open."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.session.session_file import is_session
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui import file_dialogs
from gmm_app.ui.import_dialog import ImportDialog
from gmm_app.ui.import_presets import ImportMemory, ImportPresets
from gmm_app.ui.notice import Remedy
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.synthetic_dialog import SyntheticDialog
from gmm_app.ui.theme import ThemeKeeper

_LARGE = 1 << 28


class OpenDialogs(QObject):
    """Asks for a file, for how it is read, or for what rows to draw.

    Signals
    -------
    fileChosen(str, object) : the person wants this file open, read by these ImportOptions or, where
        they are None, as it was read last.
    rowsChosen(SyntheticOptions) : the person wants rows drawn.
    """

    fileChosen = Signal(str, object)
    rowsChosen = Signal(object)

    def __init__(
        self,
        window: QWidget,
        settings: QSettings,
        recent: RecentFiles,
        worker: ViewWorker,
        themes: ThemeKeeper,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._memory = ImportMemory(settings)
        self._recent = recent
        self._worker = worker
        self._themes = themes

    def ask_file(self) -> None:
        """Ask which file; a large one that was never read shows its first rows before it is."""
        path = self._path()
        if not path:
            return
        if not is_session(path) and _is_large(path) and self._memory.of_file(path) == AS_FOUND:
            self.ask_options(path)
        else:
            self.fileChosen.emit(path, None)

    def ask_file_and_options(self) -> None:
        """Ask which file, and show its first rows before it is read."""
        path = self._path()
        if is_session(path):
            self.fileChosen.emit(path, None)
        elif path:
            self.ask_options(path)

    def ask_options(self, path: str, options: ImportOptions | None = None) -> None:
        """Show the first rows of a file, and ask how it is read."""
        options = self._memory.of_file(path) if options is None else options
        presets = ImportPresets(self._memory)
        dialog = ImportDialog(
            path, options, presets, self._worker, self._themes.theme, self._window
        )
        dialog.chosen.connect(self.fileChosen)
        dialog.open()

    def remedy(self, path: str) -> Remedy | None:
        """What can be done where a file could not be read: to say how it is to be."""
        if is_session(path) or not os.path.isfile(path):
            return None
        return Remedy(
            "Look at it…",
            f"Show the first rows of {Path(path).name}, and say how they are to be read.",
            partial(self.ask_options, path),
        )

    def ask_rows(self) -> None:
        """Ask what synthetic rows to draw."""
        dialog = SyntheticDialog(self._window)
        dialog.chosen.connect(self.rowsChosen)
        dialog.open()

    def _path(self) -> str:
        newest = next(iter(self._recent.paths()), "")
        return file_dialogs.ask_file_to_open(
            self._window, str(Path(newest).parent) if newest else ""
        )


def _is_large(path: str) -> bool:
    try:
        return os.path.getsize(path) > _LARGE
    except (OSError, ValueError):
        return False
