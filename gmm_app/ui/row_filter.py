"""The condition that rows must fulfil: typed, checked as it is typed, taken when it is left."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gmm_app.data.condition.evaluation import rows_where
from gmm_app.data.condition.tokens import LONGEST, quoted_name
from gmm_app.data.table import Table
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.name_completer import NameCompleter
from gmm_app.ui.number_text import count

_PAUSE_MS = 200
"""After the last key, before a condition is checked."""

_HELP = (
    "Take only the rows that fulfil a condition, such as {example}. It may name any column (in "
    "double quotes where the name is more than letters, digits and dots), compare it (= != < <= > "
    ">=, between, in, is missing), reckon with it (+ - * /, log, log10, exp, sqrt, abs, min, max), "
    "and join conditions by and, or, not. Words stand in single quotes. Enter takes it."
)
_OF_LISTS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab)


class Checked(NamedTuple):
    """How many rows of a table fulfil a condition."""

    text: str
    n_rows: int


class RowFilter(QWidget):
    """A line for the condition, and under it how many rows fulfil it, or what is wrong with it.

    Signals
    -------
    chosen(str) : the person wants the rows that fulfil this condition; "" for all.
    """

    chosen = Signal(str)

    def __init__(self, worker: ViewWorker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowFilter")
        self._table: Table | None = None
        self._applied = self._wanted = ""
        self._applying = False
        self._help = self._reason = ""
        self._channel = worker.channel()
        self._channel.ready.connect(self._on_checked)
        self._channel.failed.connect(self._on_refused)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._check)
        self._edit = _ConditionEdit()
        self._completer = NameCompleter(self._edit)
        self._edit.set_popup(self._completer.popup)
        self._edit.textEdited.connect(self._on_text_edited)
        self._edit.editingFinished.connect(self._apply)
        self._edit.givenUp.connect(self._revert)
        self._said = QLabel()
        self._said.setObjectName("rowFilterMessage")
        self._said.setProperty("dim", True)
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.set_example("x > 0")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._edit)
        layout.addWidget(self._said)

    def show_rows(self, table: Table, where: str, n_rows: int) -> None:
        """Show the condition that counts now, unless the person is about to change it.

        Parameters
        ----------
        table : whose columns can be named.
        where : the condition; "" for none.
        n_rows : how many rows of the table fulfil it.
        """
        other = table is not self._table
        if other:
            self._table = table
            self._completer.set_names([*table.columns, *(label.name for label in table.labels)])
            self.set_example(f"{quoted_name(table.columns[0])} > 0")
        # What is being typed stays, unless the condition itself was changed elsewhere.
        if other or where != self._applied:
            self._edit.setText(where)
        self._applied = self._wanted = where
        if self._text() == where:
            self._forget()
            self._say(_share(n_rows, table) if where else "")

    def set_example(self, condition: str) -> None:
        """Show a condition that makes sense for the table."""
        self._help = _HELP.format(example=condition)
        self._edit.setPlaceholderText(f"rows where {condition}")
        self._edit.setToolTip(self._reason or self._help)

    def set_disabled_reason(self, reason: str) -> None:
        """Keep the condition as it is and say why; an empty reason frees it."""
        self._reason = reason
        self._edit.setEnabled(not reason)
        self._edit.setToolTip(reason or self._help)

    def _text(self) -> str:
        return self._edit.text().strip()

    def _forget(self) -> None:
        """No check is on its way any more."""
        self._soon.stop()
        self._channel.cancel()
        self._applying = False

    @Slot()
    def _on_text_edited(self) -> None:
        self._forget()
        self._soon.start()

    @Slot()
    def _check(self) -> None:
        if self._text() and self._table is not None:
            self._channel.request(partial(_checked, self._table, self._text()))
        else:
            self._say("Enter takes all rows" if self._wanted else "")

    @Slot()
    def _apply(self) -> None:
        """Take the condition, as soon as it has been checked."""
        if self._text() == self._wanted or self._table is None:
            return
        self._forget()
        if self._text():
            self._applying = True
            self._check()
        else:
            self._take("")

    @Slot()
    def _revert(self) -> None:
        """Back to the condition that counts."""
        self._forget()
        self._edit.setText(self._applied)
        self._check()

    @Slot(object)
    def _on_checked(self, checked: Checked) -> None:
        if self._table is None or checked.text != self._text():
            return
        if checked.n_rows == 0:
            self._on_refused("No row fulfils that.")
            return
        takes = self._applying and self._edit.isEnabled()
        waits = not takes and checked.text != self._wanted
        self._say(_share(checked.n_rows, self._table) + ("; Enter takes them" if waits else ""))
        if takes:
            self._take(checked.text)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        still = f" Until then, rows where {self._applied} count." if self._applied else ""
        self._say(sentence + still, wrong=True)

    def _take(self, where: str) -> None:
        self._applying = False
        self._wanted = where
        self.chosen.emit(where)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self._edit.setAccessibleDescription(text)
        if bool(self._edit.property("wrong")) != wrong:
            self._edit.setProperty("wrong", wrong)
            self._edit.style().polish(self._edit)


class _ConditionEdit(QLineEdit):
    """A line in which Escape gives up what was typed, and keys for the list of names go there.

    Signals
    -------
    givenUp() : the person wants what stood here before.
    """

    givenUp = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rowFilterEdit")
        self.setAccessibleName("Condition on rows")
        self.setMaxLength(LONGEST)
        self._popup: QWidget | None = None

    def set_popup(self, popup: QWidget) -> None:
        """Leave keys that choose in a list to this one while it is shown."""
        self._popup = popup

    def keyPressEvent(self, event: QKeyEvent) -> None:
        listed = self._popup is not None and self._popup.isVisible()
        if listed and event.key() in _OF_LISTS:
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.givenUp.emit()
        else:
            super().keyPressEvent(event)


def _checked(table: Table, text: str) -> Checked:
    """Runs in the view thread."""
    return Checked(text, int(np.count_nonzero(rows_where(text, table))))


def _share(n_rows: int, table: Table) -> str:
    return f"{n_rows:,} of {count(table.n_rows, 'row')}"
