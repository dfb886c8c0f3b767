"""The panels as docks that look like cards: where they stand, and how they go back there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gmm_app.ui.tokens import SPACING

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

_INSET = SPACING + 4


class CardDock(QDockWidget):
    """A panel under a title, drawn as one card that is no taller than the panel needs.

    Attributes
    ----------
    heading, note : the labels at the left and right of the title.
    """

    def __init__(self, name: str, title: str, panel: QWidget, *, fills: bool = False) -> None:
        super().__init__(title)
        self.setObjectName(f"{name}Dock")
        self.heading = QLabel(title)
        self.heading.setProperty("strong", True)
        self.note = QLabel()
        self.note.setProperty("dim", True)
        self._title = _title_bar(self.heading, self.note)
        self.setTitleBarWidget(self._title)
        self._scroll = _PanelScroll(panel, fills=fills)
        self.setWidget(_card_bottom(self._scroll, fills=fills))

    def set_heading(self, heading: str, note: str = "") -> None:
        """Say what the panel shows now; the name in the View menu stays."""
        self.heading.setText(heading)
        self.note.setText(note)

    def natural_height(self) -> int:
        """Pixels at which the whole panel can be seen."""
        title = self._title.sizeHint().height()
        return title + self._scroll.sizeHint().height() + SPACING + 1


class PlainDock(QDockWidget):
    """A panel that brings its own header, drawn as one card of any height."""

    def __init__(self, name: str, title: str, panel: QWidget) -> None:
        super().__init__(title)
        self.setObjectName(f"{name}Dock")
        self.setTitleBarWidget(_handle())
        card = QFrame()
        card.setProperty("card", "bottom")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 0, 1, 1)
        layout.addWidget(panel)
        self.setWidget(card)


class DockLayout:
    """Where the docks stand at first, and the way back.

    Attributes
    ----------
    left, right : docks of the two columns, from top to bottom.
    bottom : the dock under the plot.
    """

    def __init__(
        self,
        window: QMainWindow,
        centre: QWidget,
        left: list[CardDock],
        right: list[CardDock],
        bottom: QDockWidget,
    ) -> None:
        self._window = window
        self._centre = centre
        self._settled: dict[CardDock, int] = {}
        self.left = left
        self.right = right
        self.bottom = bottom
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.TopLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        window.setCorner(Qt.Corner.TopRightCorner, RIGHT)
        self.reset()

    def all_docks(self) -> list[QDockWidget]:
        return [*self.left, *self.right, self.bottom]

    def reset(self) -> None:
        """Every panel visible, in its first place, at its first size."""
        for area, docks in ((LEFT, self.left), (RIGHT, self.right), (BOTTOM, [self.bottom])):
            for dock in docks:
                dock.setFloating(False)
                self._window.addDockWidget(area, dock)
                dock.show()
        narrow = self._window.width() < 1200
        widths = [244, 256] if narrow else [264, 328]
        horizontal = Qt.Orientation.Horizontal
        self._window.resizeDocks([self.left[0], self.right[0]], widths, horizontal)
        share = max(170, round(0.26 * self._window.height()))
        self._window.resizeDocks([self.bottom], [share], Qt.Orientation.Vertical)
        self.settle()

    def settle_again(self) -> None:
        """Settle in a window of another size, unless the person has given panels other heights."""
        if all(abs(dock.height() - height) <= 1 for dock, height in self._settled.items()):
            self.settle()

    def settle(self) -> None:
        """Give each panel of a column the height it needs; the last one gets what is left."""
        for area, docks in ((LEFT, self.left), (RIGHT, self.right)):
            if any(self._window.dockWidgetArea(dock) is not area for dock in docks):
                continue
            standing = [d for d in docks if not d.isHidden() and not d.isFloating()]
            heights = [dock.natural_height() for dock in standing]
            if not heights:
                continue
            room = self._column_height() - SPACING * (len(heights) - 1)
            heights[-1] = max(heights[-1], room - sum(heights[:-1]))
            self._window.resizeDocks(standing, heights, Qt.Orientation.Vertical)

    def _column_height(self) -> int:
        """Pixels between toolbar and status line."""
        centre = self._centre.height()
        if self.bottom.isHidden() or self.bottom.isFloating():
            return centre
        return centre + SPACING + self.bottom.height()


class _PanelScroll(QScrollArea):
    """A scroll area that asks for its panel's whole height, and shrinks when there is less."""

    def __init__(self, panel: QWidget, *, fills: bool) -> None:
        super().__init__()
        self._panel = panel
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        vertical = QSizePolicy.Policy.Expanding if fills else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        self.setWidget(panel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        hint = self._panel.sizeHint()
        if self._panel.hasHeightForWidth():
            hint.setHeight(self._panel.heightForWidth(max(self.width(), hint.width() // 2)))
        return hint

    def minimumSizeHint(self) -> QSize:
        return QSize(self._panel.minimumSizeHint().width(), 3 * SPACING)


def _title_bar(heading: QLabel, note: QLabel) -> QWidget:
    bar = QFrame()
    bar.setProperty("card", "top")
    layout = QHBoxLayout(bar)
    layout.setContentsMargins(_INSET, SPACING, _INSET, SPACING // 2)
    layout.addWidget(heading)
    layout.addStretch(1)
    layout.addWidget(note)
    bar.setToolTip("Drag to move this panel; View > Reset layout puts it back.")
    return bar


def _handle() -> QWidget:
    bar = QFrame()
    bar.setProperty("card", "top")
    # A title bar gets the height of its layout; one without is given none.
    layout = QVBoxLayout(bar)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addSpacing(SPACING)
    bar.setToolTip("Drag to move this panel; View > Reset layout puts it back.")
    return bar


def _card_bottom(scroll: QScrollArea, *, fills: bool) -> QWidget:
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
    if not fills:
        layout.addStretch(1)
    return whole
