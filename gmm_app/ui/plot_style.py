"""The look that all plots share: axes, grid, colours of data, and how the view is moved."""

from __future__ import annotations

import html
import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from gmm_app.ui.number_text import number, scientific
from gmm_app.ui.plot_lines import renew_clip, solid
from gmm_app.ui.tokens import Theme

_TICK_PIXELS = {"bottom": 90, "left": 38}
# Widths in such steps, so that the plot does not twitch with every digit.
_WIDTH_STEP = 8
_OVERHANG = 30
_MOST_TICKS = 9.5
_NICE = (1.0, 2.0, 5.0, 10.0)
_LARGEST_PLAIN = 1e9
_SMALLEST_PLAIN = 1e-5
_FAINTEST = 0.24
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def blended(front: str, back: str, share: float) -> QColor:
    """`share` (0..1) of the front colour over the back colour."""
    a, b = QColor(front), QColor(back)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(share * u + (1.0 - share) * v) for u, v in pairs))


def with_alpha(colour: str, share: float) -> QColor:
    """The colour, `share` (0..1) opaque."""
    translucent = QColor(colour)
    translucent.setAlphaF(share)
    return translucent


def thin_pen(colour: str | QColor, width: float = 1.0) -> QPen:
    """A pen whose width is in pixels, whatever the zoom."""
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    return pen


def density_colours(theme: Theme) -> NDArray[np.uint8]:
    """(256, 4) colours of the levels of a density image: quiet greys, the empty level clear."""
    share = np.linspace(_FAINTEST, 1.0, 256)
    fullest = blended(theme.text, theme.quiet, 0.25)
    colours = np.full((256, 4), 255.0)
    for channel, shade in enumerate((QColor.red, QColor.green, QColor.blue)):
        card = shade(QColor(theme.card))
        colours[:, channel] = card + share * (shade(fullest) - card)
    colours[0, 3] = 0.0
    return np.ascontiguousarray(np.rint(colours), dtype=np.uint8)


def nice_step(span: float, n_wanted: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides `span` into at most `n_wanted`."""
    least = span / max(n_wanted, 1.0)
    power = 10.0 ** math.floor(math.log10(least))
    return next((power * nice for nice in _NICE if power * nice >= least * (1.0 - 1e-9)), least)


def tick_text(value: float, step: float) -> str:
    """A tick's value with as many decimals as its step has."""
    if max(abs(value), step) >= _LARGEST_PLAIN or step < _SMALLEST_PLAIN:
        digits = math.floor(math.log10(max(abs(value), step))) - math.floor(math.log10(step))
        return scientific(value, max(0, digits)) if value else "0"
    return number(value, max(0, -math.floor(math.log10(step) + 1e-9)))


class QuietAxis(pg.AxisItem):
    """An axis with few ticks, thousands marks and a faint grid.

    Attributes
    ----------
    whole : only whole numbers get a tick.
    powers : values are powers of ten, and ticks are written so.
    """

    # Of the class, since pyqtgraph asks for ticks before its own constructor is done.
    whole = False
    powers = False

    def __init__(self, orientation: str, *, whole: bool = False) -> None:
        super().__init__(orientation, maxTickLength=0)
        self.whole = whole
        self.enableAutoSIPrefix(False)
        self.setStyle(tickTextOffset=6, tickAlpha=255, autoExpandTextSpace=False)
        self._make_room()
        self.setGrid(255)

    def set_font(self, font: QFont) -> None:
        """Write ticks and name in another font."""
        self.setStyle(tickFont=font)
        self.label.setFont(font)
        self._make_room()
        self.fit_width()

    @property
    def _text_font(self) -> QFont:
        return self.style["tickFont"] or QGuiApplication.font()

    def _make_room(self) -> None:
        self.setStyle(tickTextHeight=math.ceil(QFontMetricsF(self._text_font).height()))

    def paint(self, p: QPainter, opt: object, widget: QWidget | None) -> None:
        if widget is not None:
            super().paint(p, opt, widget)
            return
        # Into a file, without the stored picture, which only comes out right at a screen's dpi.
        p.save()
        p.setFont(self._text_font)
        renew_clip(p)
        if (specs := self.generateDrawSpecs(p)) is not None:
            (pen, *ends), ticks, texts = specs
            thicker = [(solid(tick_pen), *tick) for tick_pen, *tick in ticks]
            self.drawPicture(p, (solid(pen), *ends), thicker, texts)
        p.restore()

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        span = abs(maxVal - minVal)
        if not math.isfinite(span) or span <= 0.0:
            return [(1.0, 0.0)]
        step = nice_step(span, min(size / _TICK_PIXELS[self.orientation], _MOST_TICKS))
        return [(max(step, 1.0) if self.whole or self.powers else step, 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.powers:
            return [_power(value) for value in values]
        return [tick_text(value, spacing) for value in values]

    def boundingRect(self) -> QRectF:
        """With room for the half of a label that stands beyond the end of the axis."""
        along = self.orientation == "bottom"
        sideways, upwards = (_OVERHANG, 0) if along else (0, _OVERHANG)
        return super().boundingRect().adjusted(-sideways, -upwards, sideways, upwards)

    def setRange(self, mn: float, mx: float) -> None:
        super().setRange(mn, mx)
        self.fit_width()

    def resizeEvent(self, ev: object = None) -> None:
        super().resizeEvent(ev)
        self.fit_width()

    def fit_width(self) -> None:
        """Keep as much room beside a vertical axis as its labels need, before they are drawn."""
        if self.orientation != "left" or self.label is None:
            return
        low, high = self.range
        step = self.tickSpacing(low, high, max(self.size().height(), 1.0))[0][0]
        ends = [step * math.ceil(low / step), step * math.floor(high / step)]
        metrics = QFontMetricsF(self._text_font)
        needed = max(metrics.horizontalAdvance(s) for s in self.tickStrings(ends, 1.0, step))
        width = _WIDTH_STEP * math.ceil(needed / _WIDTH_STEP)
        if not 0 <= self.style["tickTextWidth"] - width <= _WIDTH_STEP:
            self.setStyle(tickTextWidth=width)
            self._updateWidth()

    def shortened(self, name: str) -> str:
        """A name of the axis with its middle left out, if it is longer than the axis."""
        size = self.size()
        length = size.width() if self.orientation == "bottom" else size.height()
        middle = Qt.TextElideMode.ElideMiddle
        return QFontMetricsF(self._text_font).elidedText(name, middle, length)

    def set_theme(self, theme: Theme) -> None:
        """Draw the axis, its grid and its labels in the theme's colours."""
        self.setPen(thin_pen(theme.dim))
        self.setTickPen(thin_pen(blended(theme.line, theme.card, 0.6)))
        self.setTextPen(thin_pen(theme.dim))


def _power(exponent: float) -> str:
    return "10" + str(round(exponent)).translate(_SUPERSCRIPTS)


class PlotArea(pg.PlotWidget):
    """A plot that stays as the person set it.

    It never changes its range by itself. Double click, Home and the context menu ask for the
    whole view again.

    Signals
    -------
    resetWanted() : show everything again.
    copyWanted() : put the plot into the clipboard.
    clicked(QPointF) : a left click on the plot, in scene coordinates.

    Attributes
    ----------
    x_axis, y_axis : the two axes.
    view : pyqtgraph's ViewBox.
    labels : names of the axes.
    """

    resetWanted = Signal()
    copyWanted = Signal()
    clicked = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None, *, whole_x: bool = False) -> None:
        self.x_axis = QuietAxis("bottom", whole=whole_x)
        self.y_axis = QuietAxis("left")
        super().__init__(parent, axisItems={"bottom": self.x_axis, "left": self.y_axis})
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._label_colour = ""
        self._measured = True
        self.labels = ("", "")
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.disableAutoRange()
        plot.layout.setContentsMargins(0, 4, 16, 4)
        for axis in (self.x_axis, self.y_axis):
            # Beneath the data: the grid must not cross what it measures.
            axis.setZValue(-10)
        self.view = plot.getViewBox()
        self.view.setDefaultPadding(0.0)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        home = QShortcut(QKeySequence(Qt.Key.Key_Home), self)
        home.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        home.activated.connect(self.resetWanted)

    def set_theme(self, theme: Theme) -> None:
        """Draw axes, grid and labels in the theme's colours."""
        self.setBackground(theme.card)
        for axis in (self.x_axis, self.y_axis):
            axis.set_theme(theme)
        self._label_colour = theme.dim
        self.set_labels(*self.labels)

    def set_font(self, font: QFont) -> None:
        """Write all text of the axes in another font."""
        for axis in (self.x_axis, self.y_axis):
            axis.set_font(font)

    def set_labels(self, x: str, y: str) -> None:
        """Name the axes; the names are taken as they are."""
        self.labels = (x, y)
        for axis, text in ((self.x_axis, x), (self.y_axis, y)):
            self._name(axis, text)

    def _name(self, axis: QuietAxis, text: str) -> None:
        axis.setLabel(html.escape(text), color=self._label_colour)
        axis.showLabel(bool(text))

    def show_ticks(self, shown: bool) -> None:
        """Whether there is anything to measure: axes, ticks and grid."""
        if shown == self._measured:
            return  # a change of style makes pyqtgraph lay out the axis anew
        self._measured = shown
        for axis in (self.x_axis, self.y_axis):
            axis.setStyle(showValues=shown, tickAlpha=255 if shown else 0)
            axis.setOpacity(1.0 if shown else 0.0)

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly this part of the plane."""
        self.view.setRange(xRange=x, yRange=y, padding=0.0, disableAutoRange=True)

    def settle(self) -> None:
        """Do at once the layout that otherwise waits for the event loop."""
        self.getPlotItem().layout.activate()
        self.view.updateViewRange()

    def lay_out(self, width: int, height: int) -> None:
        """Be of that size at once, without ever being shown."""
        self.setFixedSize(width, height)
        self.grab()
        for axis, text in zip((self.x_axis, self.y_axis), self.labels, strict=True):
            self._name(axis, axis.shortened(text))
            axis.resizeEvent()  # puts the name back into the middle
        self.settle()

    @Slot(object)
    def _on_mouse_clicked(self, event: object) -> None:
        button = event.button()  # type: ignore[attr-defined]
        if button == Qt.MouseButton.RightButton:
            self._open_menu(event.screenPos().toPoint())  # type: ignore[attr-defined]
        elif event.double():  # type: ignore[attr-defined]
            self.resetWanted.emit()
        elif button == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.scenePos())  # type: ignore[attr-defined]

    def _open_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reset = QAction("reset view", menu)
        reset.setShortcut(QKeySequence(Qt.Key.Key_Home))
        reset.triggered.connect(self.resetWanted)
        copy = QAction("copy plot", menu)
        copy.triggered.connect(self.copyWanted)
        menu.addActions([reset, copy])
        menu.popup(position)
