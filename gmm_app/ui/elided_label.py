"""A line of text that gives way where there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

_NARROWEST = 40
_BETWEEN = " · "


class ElidedLabel(QLabel):
    """One line of plain text, drawn shortened where it does not fit; `text()` is always whole.

    A text of several remarks with " · " between them first loses its last ones.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(_NARROWEST, hint.width()), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        text = self.text()
        while self.fontMetrics().horizontalAdvance(text) > room.width() and _BETWEEN in text:
            text = text.rpartition(_BETWEEN)[0]
        text = self.fontMetrics().elidedText(text, self._mode, room.width())
        painter = QPainter(self)
        alignment = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        role = QPalette.ColorRole.WindowText
        self.style().drawItemText(
            painter, room, alignment, self.palette(), self.isEnabled(), text, role
        )
        painter.end()
