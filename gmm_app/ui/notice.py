"""The notice bar: the one place where a person reads what went wrong, or what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gmm_app.ui.action_icons import action_icon
from gmm_app.ui.tokens import SPACING, Theme

_FEW_LINES = 3
_NO_LIMIT = (1 << 24) - 1  # QWIDGETSIZE_MAX


class Remedy(NamedTuple):
    """What a person can do about what a notice says.

    Attributes
    ----------
    text, help : on a button, and in its tooltip.
    do : does it.
    """

    text: str
    help: str
    do: Callable[[], object]


class NoticeBar(QFrame):
    """One or two sentences above the plot that block nothing; the text can be selected.

    What can be done about it at once stands on a button. Of a long text the first lines are shown,
    and the rest when it is asked for.

    It stays until it is closed or until the next thing succeeds (`dismiss`).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self._label = QLabel()
        self._label.setObjectName("noticeText")
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setObjectName("noticeClose")
        self._close.setProperty("flat", True)
        self._close.setToolTip("Close this notice.")
        self._close.setAccessibleName("Close this notice")
        self._close.clicked.connect(self.dismiss)
        self._more = QToolButton()
        self._more.setObjectName("noticeMore")
        self._more.setProperty("link", True)
        self._more.setCheckable(True)
        self._more.setText("more")
        self._more.setToolTip("Show the whole notice, or only its beginning.")
        self._more.toggled.connect(self._fit)
        self._remedy: Remedy | None = None
        self._do = QToolButton()
        self._do.setObjectName("noticeRemedy")
        self._do.setToolTip("Do what can be done about it.")
        self._do.setAccessibleName("Remedy")
        self._do.setProperty("link", True)
        self._do.setCursor(Qt.CursorShape.PointingHandCursor)
        self._do.clicked.connect(self._on_remedy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING + 4, SPACING, SPACING, SPACING)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self._do, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def text(self) -> str:
        """What is said; empty when nothing is."""
        return self._label.text() if not self.isHidden() else ""

    def show_error(self, sentence: str, remedy: Remedy | None = None) -> None:
        """Say what is wrong and what to do about it; a button does it, if it can be done here."""
        self._say("error", sentence, remedy)

    def show_info(self, sentence: str) -> None:
        """Say what was done."""
        self._say("info", sentence)

    def dismiss(self) -> None:
        """Leave; the plot gets the space back."""
        self.hide()
        self._label.clear()

    def set_theme(self, theme: Theme) -> None:
        """Draw the closing cross in the theme's colour."""
        self._close.setIcon(action_icon("close", theme.dim, theme.faint))

    def _say(self, kind: str, sentence: str, remedy: Remedy | None = None) -> None:
        self._remedy = remedy
        self._do.setVisible(remedy is not None)
        if remedy is not None:
            self._do.setText(remedy.text)
            self._do.setToolTip(remedy.help)
            self._do.setAccessibleName(remedy.text)
        self.setProperty("notice", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._label.setText(sentence)
        self._more.setChecked(False)
        self._fit()
        self.setAccessibleName("Error" if kind == "error" else "Notice")
        self.setAccessibleDescription(sentence)
        self.show()

    @Slot()
    def _on_remedy(self) -> None:
        if self._remedy is not None:
            self._remedy.do()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A few lines are enough, or all of them."""
        few = _FEW_LINES * self._label.fontMetrics().lineSpacing() + 2
        whole = self._label.heightForWidth(max(self._label.width(), 1))
        self._more.setVisible(whole > few)
        self._more.setText("less" if self._more.isChecked() else "more")
        self._label.setMaximumHeight(_NO_LIMIT if self._more.isChecked() else few)
