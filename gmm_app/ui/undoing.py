"""Undo and redo as a person meets them: what they would do, and their keys in every editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QSpinBox

from gmm_app.session.document import Document
from gmm_app.session.history import Step
from gmm_app.ui.actions import WindowActions
from gmm_app.ui.option_editors import OptionEditors

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class Undoing(QObject):
    """Keeps the words of the two actions true.

    Their keys are the window's while an option is edited, too: what is typed there counts at once,
    so that undoing the text alone would be half of it.
    """

    def __init__(self, document: Document, actions: WindowActions, editors: OptionEditors) -> None:
        super().__init__(actions)
        self._document = document
        self._actions = actions
        for editor in editors.editors.values():
            if isinstance(editor, QSpinBox):
                editor.lineEdit().installEventFilter(self)
            if isinstance(editor, QSpinBox | QLineEdit):
                editor.installEventFilter(self)
        document.historyChanged.connect(self._show_words)
        self._show_words()

    @Slot()
    def _show_words(self) -> None:
        """Say in the menu what would be undone, and done again."""
        history = self._document.history
        for name, verb, steps in (("undo", "Undo", history.done), ("redo", "Redo", history.undone)):
            self._actions.set_text(name, _named(verb, steps))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the keys of undo and redo to the window."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_ours(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _named(verb: str, steps: list[Step]) -> str:
    return f"{verb} {steps[-1].words}" if steps else verb


def _is_ours(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in _KEYS)
