"""The files opened last, newest first, remembered between runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from gmm_app.files import expanded
from gmm_app.ui.saved import saved_texts

_SETTING = "files/recent"
_MOST = 8


class RecentFiles(QObject):
    """The list of recent files.

    Signals
    -------
    changed() : a file was added, or the list was cleared.
    """

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def paths(self) -> list[str]:
        """Absolute paths, newest first."""
        return saved_texts(self._settings, _SETTING)

    def add(self, path: str | Path) -> None:
        """Put a file at the top."""
        newest = str(expanded(path).absolute())
        others = [other for other in self.paths() if other != newest]
        self._save([newest, *others][:_MOST])

    def remove(self, path: str) -> None:
        """Forget one file, such as one that cannot be opened any more."""
        self._save([other for other in self.paths() if other != path])

    def clear(self) -> None:
        """Forget all of them."""
        self._save([])

    def _save(self, paths: list[str]) -> None:
        self._settings.setValue(_SETTING, paths)
        self.changed.emit()
