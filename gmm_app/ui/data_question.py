"""Asks how to go on where the data of a session are not what they were."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gmm_app.session.reopening import DataQuestion
from gmm_app.ui.tokens import SPACING

_WIDTH = 460
_WHY = (
    "The results of this session belong to the data that it was saved with, and are shown with no "
    "others."
)


class DataQuestionDialog(QDialog):
    """Locate the file, use what is there without the results, or leave it.

    Signals
    -------
    located() : the person wants to say where the data are.
    accepted_others() : the person wants the other data, without results.
    """

    located = Signal()
    accepted_others = Signal()

    def __init__(self, question: DataQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataQuestion")
        self.setWindowTitle("Where are the data?" if question.table is None else "Other data")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        problem = _text(question.problem)
        problem.setObjectName("dataProblem")
        why = _text(_WHY)
        why.setProperty("dim", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(problem)
        layout.addWidget(why)
        layout.addSpacing(SPACING)
        layout.addWidget(self._buttons(question))

    def _buttons(self, question: DataQuestion) -> QDialogButtonBox:
        roles = QDialogButtonBox.ButtonRole
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setToolTip("Do not open the session.")
        locate = QPushButton("Locate\N{HORIZONTAL ELLIPSIS}")
        locate.setObjectName("locateData")
        locate.setProperty("primary", True)
        locate.setDefault(True)
        locate.setToolTip("Choose the file with the data of this session.")
        locate.clicked.connect(lambda: self._answer(self.located.emit))
        buttons.addButton(locate, roles.ActionRole)
        if question.table is not None:
            others = QPushButton("Use it without the results")
            others.setObjectName("useOtherData")
            others.setToolTip("Open the file as it is now, with the options of this session.")
            others.clicked.connect(lambda: self._answer(self.accepted_others.emit))
            buttons.addButton(others, roles.ActionRole)
        buttons.rejected.connect(self.reject)
        return buttons

    def _answer(self, say: Callable[[], object]) -> None:
        self.accept()
        say()


def _text(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
