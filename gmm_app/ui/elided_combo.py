"""A choice among names of any length and number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gmm_app.ui.number_text import NONE

_NARROWEST, _WIDEST = 88, 180
_BESIDE_TEXT = 36
# Measuring thousands of names would keep the window waiting.
_MOST_MEASURED = 50
_WIDEST_LIST = 420


class ElidedCombo(QComboBox):
    """Names of columns; a long one loses its middle, and the tooltip has the whole of it."""

    def __init__(self, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._description = description
        self._names_width = 0
        self.setAccessibleName(description)
        self.setPlaceholderText(NONE)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_NARROWEST)
        # The other policies measure every name, several times.
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        names = self.view()
        assert isinstance(names, QListView)
        names.setUniformItemSizes(True)
        names.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEnabled(False)
        self.currentTextChanged.connect(self._show_tip)
        self._show_tip("")

    def set_names(self, names: Sequence[str]) -> None:
        """Offer these, none of them chosen yet."""
        self.clear()
        self.addItems(list(names))
        advance = self.fontMetrics().horizontalAdvance
        self._names_width = max(map(advance, names[:_MOST_MEASURED]), default=0) + _BESIDE_TEXT
        self.view().setMinimumWidth(min(self._names_width, _WIDEST_LIST))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = max(_NARROWEST, min(self._names_width, _WIDEST))
        return QSize(width, super().minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        middle = Qt.TextElideMode.ElideMiddle
        text = self.currentText() or self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(text, middle, room.width() - 2)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _show_tip(self, name: str) -> None:
        self.setToolTip(f"{self._description}: {name}" if name else self._description)
