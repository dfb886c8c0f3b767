"""Where the panels stand: at first, in a window of another size, and after a person's own taste."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from gmm_app.ui.docks import CardDock, Dock, PlainDock
from gmm_app.ui.tokens import SPACING

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

_NARROW = 1200
_WIDTHS = (264, 328)
_NARROW_WIDTHS = (234, 300)
_BOTTOM_SHARE, _LEAST_BOTTOM = 0.26, 170


class DockLayout(QObject):
    """Gives each panel the place and size it needs, until the person has arranged them by hand.

    Attributes
    ----------
    left, right : docks of the two columns, from top to bottom.
    bottom : the dock under the plot.
    by_hand : the person has moved, resized or hidden a panel; then only `reset` moves them.
    """

    def __init__(
        self,
        window: QMainWindow,
        centre: QWidget,
        left: list[CardDock],
        right: list[CardDock],
        bottom: PlainDock,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._centre = centre
        self.left = left
        self.right = right
        self.bottom = bottom
        self.by_hand = False
        self._bottom_is_away = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.arrange)
        self._then = QTimer(self)
        self._then.setSingleShot(True)
        self._then.setInterval(0)
        self._then.timeout.connect(self._arrange_heights)
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        self._put_in_place()
        for dock in self.all_docks():
            dock.changedByHand.connect(self._on_changed_by_hand)
        for dock in (*left, *right):
            dock.needChanged.connect(self.arrange_soon)

    def all_docks(self) -> list[Dock]:
        """From left to right, from top to bottom."""
        return [*self.left, *self.right, self.bottom]

    @Slot()
    def reset(self) -> None:
        """Every panel visible, in its first place, at the size it needs."""
        self._put_in_place()
        self.by_hand = False
        self.arrange()

    def put_bottom_away(self) -> None:
        """Leave the room of the dock under the plot to the centre while there is nothing in it."""
        if not self.by_hand:
            self._bottom_is_away = True
            self.bottom.hide()

    def bring_bottom_back(self) -> None:
        """Show the dock under the plot, unless it was the person who hid it."""
        if self._bottom_is_away:
            self._bottom_is_away = False
            self.bottom.show()

    @Slot()
    def arrange_soon(self) -> None:
        """Arrange once the window has taken its new size, or the panels have their new contents."""
        if not self.by_hand:
            self._soon.start()

    @Slot()
    def arrange(self) -> None:
        """Give columns their widths, and panels the heights that they then need."""
        if self.by_hand:
            return
        widths = _NARROW_WIDTHS if self._window.width() < _NARROW else _WIDTHS
        columns = [self.left[0], self.right[0]]
        self._window.resizeDocks(columns, list(widths), Qt.Orientation.Horizontal)
        height = max(_LEAST_BOTTOM, round(_BOTTOM_SHARE * self._window.height()))
        self._window.resizeDocks([self.bottom], [height], Qt.Orientation.Vertical)
        self._then.start()

    @Slot()
    def _arrange_heights(self) -> None:
        """The last panel of a column gets what the others leave."""
        room = self._centre.height()
        if self.bottom.isVisible() and not self.bottom.isFloating():
            room += SPACING + self.bottom.height()
        for docks in (self.left, self.right):
            heights = [dock.natural_height() for dock in docks]
            used = sum(heights[:-1]) + SPACING * (len(heights) - 1)
            heights[-1] = max(heights[-1], room - used)
            self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def stop(self) -> None:
        """Arrange nothing any more."""
        self._soon.stop()
        self._then.stop()

    def _put_in_place(self) -> None:
        for area, docks in ((_LEFT, self.left), (_RIGHT, self.right), (_BOTTOM, [self.bottom])):
            for dock in docks:
                dock.setFloating(False)
                self._window.addDockWidget(area, dock)
                dock.show()

    @Slot()
    def _on_changed_by_hand(self) -> None:
        self.by_hand = True
