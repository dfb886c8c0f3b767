"""How files are read, remembered: for each file that was opened, and as presets with names."""

from __future__ import annotations

import contextlib
import json

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QLabel, QToolButton, QWidget

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.errors import DataError
from gmm_app.ui.saved import saved_text
from gmm_app.ui.tokens import SPACING

_FILES = "import/files"
_PRESETS = "import/presets"
_MOST_FILES = 200
_AS_FOUND = "none"


class ImportMemory:
    """Import options by file and by name, kept in the settings."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def of_file(self, path: str) -> ImportOptions:
        """How a file was read last."""
        return self._loaded(_FILES).get(path, AS_FOUND)

    def remember(self, path: str, options: ImportOptions) -> None:
        """Note how a file was read, so that it is read so again."""
        files = {name: old for name, old in self._loaded(_FILES).items() if name != path}
        if options != AS_FOUND:
            files[path] = options
        self._save(_FILES, dict(list(files.items())[-_MOST_FILES:]))

    def presets(self) -> dict[str, ImportOptions]:
        """All presets by name."""
        return self._loaded(_PRESETS)

    def save_preset(self, name: str, options: ImportOptions) -> None:
        """Keep options under a name; an older preset of that name gives way."""
        self._save(_PRESETS, {**self.presets(), name: options})

    def remove_preset(self, name: str) -> None:
        """Forget a preset."""
        self._save(_PRESETS, {old: kept for old, kept in self.presets().items() if old != name})

    def _loaded(self, key: str) -> dict[str, ImportOptions]:
        """What is kept, but for what a hand or another version has changed."""
        try:
            stored = json.loads(saved_text(self._settings, key) or "{}")
        except (ValueError, RecursionError):
            return {}
        found = {}
        for name, values in stored.items() if isinstance(stored, dict) else ():
            with contextlib.suppress(DataError):
                found[name] = ImportOptions.from_json(values)
        return found

    def _save(self, key: str, options: dict[str, ImportOptions]) -> None:
        plain = {name: kept.to_json() for name, kept in options.items()}
        self._settings.setValue(key, json.dumps(plain))


class ImportPresets(QWidget):
    """A choice among the presets, and a way to keep the options that are shown as one.

    Signals
    -------
    chosen(ImportOptions) : the person wants the file read like this.
    asked(str) : the person wants the options that are shown kept under this name.
    """

    chosen = Signal(object)
    asked = Signal(str)

    def __init__(self, memory: ImportMemory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._box = QComboBox()
        self._box.setObjectName("importPreset")
        self._box.setAccessibleName("Preset")
        self._box.setToolTip("Read the file as others like it were read.")
        self._box.activated.connect(self._on_activated)
        label = QLabel("Preset")
        label.setProperty("dim", True)
        label.setBuddy(self._box)
        self._keep = self._button("keepPreset", "Keep…", "Keep these options under a name.")
        self._keep.clicked.connect(self._on_keep)
        self._forget = self._button("forgetPreset", "Forget", "Forget the preset that is chosen.")
        self._forget.clicked.connect(self._on_forget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(label)
        layout.addWidget(self._box, 1)
        layout.addWidget(self._keep)
        layout.addWidget(self._forget)
        self._fill("")

    def save(self, name: str, options: ImportOptions) -> None:
        """Keep options under a name, and show it."""
        self._memory.save_preset(name, options)
        self._fill(name)

    def _button(self, name: str, text: str, help_text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(help_text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setProperty("tight", True)
        return button

    def _fill(self, chosen: str) -> None:
        self._box.clear()
        self._box.addItem(_AS_FOUND, "")
        for name in self._memory.presets():
            self._box.addItem(name, name)
        self._box.setCurrentIndex(max(self._box.findData(chosen), 0))
        self._forget.setEnabled(bool(self._box.currentData()))

    def _on_activated(self) -> None:
        name = self._box.currentData()
        self._forget.setEnabled(bool(name))
        self.chosen.emit(self._memory.presets().get(name, AS_FOUND))

    def _on_keep(self) -> None:
        name, accepted = QInputDialog.getText(
            self, "Keep as preset", "Name of the preset:", text=self._box.currentData() or ""
        )
        if accepted and name.strip():
            self.asked.emit(name.strip())

    def _on_forget(self) -> None:
        self._memory.remove_preset(self._box.currentData())
        self._fill("")
