"""Completes the names of columns within a condition, as it is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, QStringListModel, Qt, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit

from gmm_app.data.condition.tokens import quoted_name

_BEGUN = re.compile(r"""(?: ["`\[] [^"`\[\]]* | [^\W\d] [\w.]* ) $""", re.VERBOSE)
_LEAST_WIDTH = 160


class NameCompleter(QObject):
    """Offers the columns whose names begin like the word at the cursor of a line edit.

    Attributes
    ----------
    popup : the list of names, while there is something to offer.
    """

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setWidget(edit)
        self._completer.activated.connect(self._on_activated)
        popup = self._completer.popup()
        assert popup is not None
        self.popup = popup
        self.popup.setObjectName("columnNames")
        # A popup of nobody would not be dressed like the window.
        self.popup.setParent(edit, self.popup.windowFlags())
        self.popup.setMinimumWidth(_LEAST_WIDTH)
        edit.textEdited.connect(self._on_text_edited)

    def set_names(self, names: Sequence[str]) -> None:
        """Offer these."""
        self._names.setStringList(list(names))

    @Slot()
    def _on_text_edited(self) -> None:
        begun = self._begun().lstrip('"`[')
        self._completer.setCompletionPrefix(begun)
        offered = self._completer.completionCount()
        whole = offered == 1 and self._completer.currentCompletion() == begun
        if begun and offered and not whole:
            self._completer.complete()
        else:
            self.popup.hide()

    @Slot(str)
    def _on_activated(self, name: str) -> None:
        text, cursor = self._edit.text(), self._edit.cursorPosition()
        before = text[: cursor - len(self._begun())] + quoted_name(name)
        self._edit.setText(before + text[cursor:])
        self._edit.setCursorPosition(len(before))
        self._edit.textEdited.emit(self._edit.text())

    def _begun(self) -> str:
        """The name that ends at the cursor, with the quote before it; "" in the midst of words."""
        before = self._edit.text()[: self._edit.cursorPosition()]
        found = _BEGUN.search(before)
        in_word = before.count("'") % 2 == 1
        return "" if found is None or in_word else found[0]
