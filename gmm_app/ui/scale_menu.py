"""The choice of a column's transform: a menu, and a question where one needs numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu

from gmm_app.mixture.transform_words import KINDS

NO_SCALE = "none"

# Words that ask for a transform, and what the menu calls it.
_SCALES = {
    NO_SCALE: "As it is",
    "standardise": "Standardise",
    "log": "Logarithm",
    "boxcox": "Box-Cox power",
    "arcsinh:150": "Arcsinh, cofactor 150",
    "arcsinh:5": "Arcsinh, cofactor 5",
    "arcsinh?": "Arcsinh, other cofactor…",
    "logit": "Logit, of 0 to 1",
    "logit:0:100": "Logit, of 0 to 100",
    "logit?": "Logit, other ends…",
}
# What is asked for a kind whose numbers may be others, and how the answer begins.
_QUESTIONS = {
    "arcsinh": ("Cofactor, where linear becomes logarithmic:", "150"),
    "logit": ("Lower and upper end, with a blank between:", "0 100"),
}


class ScaleMenu(QMenu):
    """What a column can be fitted under, as a part of the column's menu.

    Signals
    -------
    chosen(str, str) : a column, and the words for its transform.
    """

    chosen = Signal(str, str)

    def __init__(self, column: str, words: str, parent: QMenu) -> None:
        super().__init__("Transform", parent)
        self.setObjectName("scaleMenu")
        self.setAccessibleName(f"Transform of {column}")
        self.setToolTipsVisible(True)
        self.menuAction().setToolTip(f"What {column} is fitted under.")
        self._column = column
        self._words = words
        # A dialog must not have a menu for parent, which goes when it is closed.
        self._asker = parent.parentWidget()
        self._group = QActionGroup(self)
        for offered, title in _SCALES.items():
            self._add(offered, title)
        self.triggered.connect(self._on_triggered)

    def _add(self, offered: str, title: str) -> None:
        action = self.addAction(title)
        action.setObjectName(f"scale {offered}")
        action.setData(offered)
        kind = offered.rstrip("?").split(":")[0]
        other = self._words not in _SCALES and self._words.split(":")[0] == kind
        action.setCheckable(True)
        action.setChecked(offered == self._words or (other and offered.endswith("?")))
        action.setToolTip(KINDS[kind].help)
        self._group.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        words = str(action.data())
        if words.endswith("?"):
            words = self._asked(words.rstrip("?"))
        if words:
            self.chosen.emit(self._column, words)

    def _asked(self, kind: str) -> str:
        """The kind with the numbers that the person gives; "" if none are."""
        question, usual = _QUESTIONS[kind]
        now, *numbers = self._words.split(":")
        suggested = " ".join(numbers) if now == kind and numbers else usual
        title = f"{kind.capitalize()} of {self._column}"
        answer, given = QInputDialog.getText(self._asker, title, question, text=suggested)
        return ":".join([kind, *answer.split()]) if given and answer.strip() else ""
