"""Copying what the window shows to the clipboard: tables as cells, plots as pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTableView, QWidget

from gmm_app.ui.actions import WindowActions
from gmm_app.ui.component_table import ComponentTable
from gmm_app.ui.grid import Grid, grid_of
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_style import PlotArea
from gmm_app.ui.summary_panel import SummaryPanel

Widget = TypeVar("Widget", bound=QWidget)

_PIXEL_RATIO = 2


class Copying(QObject):
    """Gives tables and plots of a window a way to the clipboard, by key, menu and right click.

    Signals
    -------
    copied(str) : what has been copied, or why nothing has.
    """

    copied = Signal(str)

    def __init__(self, window: QMainWindow, actions: WindowActions) -> None:
        super().__init__(window)
        self._tables = window.findChildren(QTableView)
        self._areas = window.findChildren(PlotArea)
        self._components = _only(window, ComponentTable)
        self._summary = _only(window, SummaryPanel)
        self._plot = _only(window, MixturePlot)
        for view in self._tables:
            _offer(view, "Copy table", partial(self.copy_table, view))
        _offer(self._summary, "Copy summary", self.copy_summary)
        for area in self._areas:
            area.copyWanted.connect(partial(self.copy_plot, area))
        actions["copyTable"].triggered.connect(self._on_copy_table)
        actions["copySummary"].triggered.connect(self.copy_summary)
        actions["copyPlot"].triggered.connect(self._on_copy_plot)

    def copy_table(self, view: QTableView) -> None:
        """Copy a table as cells."""
        self._copy(grid_of(view), view)

    @Slot()
    def copy_summary(self) -> None:
        """Copy the numbers of the fit as cells."""
        self._copy(self._summary.grid(), self._summary)

    def copy_plot(self, area: PlotArea) -> None:
        """Copy a plot as a picture."""
        QGuiApplication.clipboard().setImage(_picture(area))
        self.copied.emit("copied: the plot, as a picture")

    @Slot()
    def _on_copy_table(self) -> None:
        # A label leaves the key to the window, even where words in it are selected.
        label = QApplication.focusWidget()
        if isinstance(label, QLabel) and label.hasSelectedText():
            QGuiApplication.clipboard().setText(label.selectedText())
            return
        focused = next((view for view in self._tables if view.hasFocus()), self._components)
        self.copy_table(focused)

    @Slot()
    def _on_copy_plot(self) -> None:
        focused = next((area for area in self._areas if area.hasFocus()), self._plot.area)
        self.copy_plot(focused)

    def _copy(self, grid: Grid, source: QWidget) -> None:
        name = source.accessibleName()
        if not grid.rows:
            self.copied.emit(f"nothing to copy yet: {name} is empty")
            return
        # As text alone: what Python makes for the clipboard crashes Qt when the program ends.
        QGuiApplication.clipboard().setText(grid.text())
        self.copied.emit(f"copied, with all digits: {name}")


def _only(window: QMainWindow, kind: type[Widget]) -> Widget:
    (found,) = window.findChildren(kind)
    return found


def _offer(widget: QWidget, text: str, do: Callable[[], None]) -> None:
    """Put an entry into a widget's context menu."""
    action = QAction(text, widget)
    action.triggered.connect(lambda _=False: do())
    widget.addAction(action)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


def _picture(area: PlotArea) -> QImage:
    """The plot as it is seen, with two pixels for each of the screen's."""
    image = QImage(area.size() * _PIXEL_RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PIXEL_RATIO)
    image.fill(QColor(area.backgroundBrush().color()))
    painter = QPainter(image)
    area.render(painter, QRectF(area.rect()), area.viewport().rect())
    painter.end()
    return image
