"""The panels as docks that look like cards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gmm_app.ui.tokens import SPACING

_INSET = SPACING + 4
_DRAG_HELP = "Drag to move this panel; View > Reset layout puts it back."


class Dock(QDockWidget):
    """A panel that can be moved.

    Signals
    -------
    changedByHand() : the person has moved, resized, shown or hidden it.
    """

    changedByHand = Signal()

    def __init__(self, name: str, title: str) -> None:
        super().__init__(title)
        self.setObjectName(f"{name}Dock")
        self.topLevelChanged.connect(self.changedByHand)
        self.toggleViewAction().triggered.connect(self.changedByHand)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Docks change size with a button held down only while someone drags the gap between them.
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.changedByHand.emit()


class CardDock(Dock):
    """A panel under a title, drawn as one card that is no taller than the panel needs.

    Signals
    -------
    needChanged() : the panel needs another height than before.
    """

    needChanged = Signal()

    def __init__(self, name: str, title: str, panel: QWidget) -> None:
        super().__init__(name, title)
        self._heading = QLabel(title)
        self._heading.setProperty("strong", True)
        self._note = QLabel()
        self._note.setProperty("dim", True)
        self._title = _title_bar(self._heading, self._note)
        self.setTitleBarWidget(self._title)
        self._scroll = _PanelScroll(panel)
        self._scroll.needChanged.connect(self.needChanged)
        self.setWidget(_card_bottom(self._scroll))

    def set_heading(self, heading: str, note: str = "") -> None:
        """Say what the panel shows now; the name in the View menu stays."""
        self._heading.setText(heading)
        self._note.setText(note)

    def natural_height(self) -> int:
        """Pixels at which the whole panel can be seen."""
        title = self._title.sizeHint().height()
        return title + self._scroll.sizeHint().height() + SPACING + 1


class PlainDock(Dock):
    """A panel that brings its own header, drawn as one card of any height."""

    def __init__(self, name: str, title: str, panel: QWidget) -> None:
        super().__init__(name, title)
        self.setTitleBarWidget(_handle())
        card = QFrame()
        card.setProperty("card", "bottom")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.addWidget(panel)
        self.setWidget(card)


class _PanelScroll(QScrollArea):
    """A scroll area that asks for its panel's whole height, and shrinks when there is less.

    Signals
    -------
    needChanged() : that height is another one than before.
    """

    needChanged = Signal()

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        self._needed = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidget(panel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            needed, self._needed = self._needed, self.sizeHint().height()
            if needed != self._needed:
                self.needChanged.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width() and self._panel.hasHeightForWidth():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        hint = self._panel.sizeHint()
        if self._panel.hasHeightForWidth():
            hint.setHeight(self._panel.heightForWidth(max(self.width(), hint.width() // 2)))
        return hint

    def minimumSizeHint(self) -> QSize:
        # The scroll bar must not cover the ends of numbers.
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._panel.minimumSizeHint().width() + bar, 3 * SPACING)


def _title_bar(heading: QLabel, note: QLabel) -> QWidget:
    bar = QFrame()
    bar.setProperty("card", "top")
    bar.setToolTip(_DRAG_HELP)
    layout = QHBoxLayout(bar)
    layout.setContentsMargins(_INSET, SPACING, _INSET, SPACING // 2)
    layout.addWidget(heading)
    layout.addStretch(1)
    layout.addWidget(note)
    return bar


def _handle() -> QWidget:
    bar = QFrame()
    bar.setProperty("card", "top")
    bar.setToolTip(_DRAG_HELP)
    # A title bar gets the height of its layout; one without is given none.
    layout = QVBoxLayout(bar)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addSpacing(SPACING)
    return bar


def _card_bottom(scroll: QScrollArea) -> QWidget:
    card = QFrame()
    card.setProperty("card", "bottom")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(_INSET, 0, _INSET, SPACING)
    inside.addWidget(scroll)
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(card)
    layout.addStretch(1)
    return whole
