"""What is drawn over the data for a mixture, and the data's points: one reused item each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from gmm_app.ui.plot_style import with_alpha
from gmm_app.ui.tokens import Theme

Array = NDArray[np.float64]

# More translucent fills than this hide the data and each other.
MOST_FILLED = 12

# Of more components than these, lines one pixel wide are drawn five times as fast as wider ones.
_MOST_THICK = 48
# More numbers than these only hide each other; that of the highlighted component is drawn.
MOST_NUMBERED = 250

_BADGE, _SMALL_BADGE = 20.0, 16.0
_FILL, _FILL_HIGHLIGHTED = 0.14, 0.26
_THIN_DASH = (5.0, 4.0)
# One pattern each time the colours begin again; lengths in pen widths.
_DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 2.5), (1.5, 2.0), (5.0, 2.0, 1.5, 2.0))
# A dash pattern along an outline far larger than the screen costs time and shows nothing.
_LONGEST_DASHED = 20_000.0
# Up to so many points: their diameter in pixels and how opaque they are.
_POINT_SIZES = ((500, 5.0, 0.65), (2_500, 4.0, 0.55))
_SMALLEST_POINT = (3.0, 0.4)


@dataclass(frozen=True)
class Shapes:
    """A mixture as polygons, in the plot's coordinates.

    Attributes
    ----------
    lines : per component a line in its colour.
    fills : per component the area under or within its line.
    thin : per component a second, thinner line, or nothing at all.
    anchors : (K, 2) where the badges stand.
    total : the sum of all components as a line, or None.
    """

    lines: list[QPolygonF]
    fills: list[QPolygonF]
    thin: list[QPolygonF]
    anchors: Array
    total: QPolygonF | None = None

    @property
    def n_components(self) -> int:
        return len(self.lines)


def polygons(points: Array) -> list[QPolygonF]:
    """(K, n, 2) points as K polygons."""
    return [pg.functions.arrayToQPolygonF(line[:, 0], line[:, 1]) for line in points]


class _FullViewItem(pg.GraphicsObject):
    """An item that covers the visible range, whatever it draws there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()


class PointsItem(_FullViewItem):
    """Rows as small quiet dots."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._points = QPolygonF()
        self._drawn: QPixmap | None = None
        self._drawn_for: tuple[QTransform, QSize, float] | None = None

    def set_points(self, x: Array, y: Array) -> None:
        """Draw rows at x and y, (n,) each."""
        self._points = pg.functions.arrayToQPolygonF(x, y)
        self._drawn_for = None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._drawn_for = None
        super().set_theme(theme)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None) -> None:
        to_pixels = painter.worldTransform()
        painter.setWorldTransform(QTransform())
        if widget is None:
            self._paint_points(painter, to_pixels)  # into a file
        else:
            # Thousands of points take longer than a frame of the components that move over them.
            painter.drawPixmap(QPointF(), self._pixmap(widget, to_pixels))
        painter.setWorldTransform(to_pixels)

    def _pixmap(self, widget: QWidget, to_pixels: QTransform) -> QPixmap:
        wanted_for = (to_pixels, widget.size(), widget.devicePixelRatioF())
        if self._drawn is None or self._drawn_for != wanted_for:
            self._drawn = QPixmap(widget.size() * widget.devicePixelRatioF())
            self._drawn.setDevicePixelRatio(widget.devicePixelRatioF())
            self._drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._drawn)
            self._paint_points(painter, to_pixels)
            painter.end()
            self._drawn_for = wanted_for
        return self._drawn

    def _paint_points(self, painter: QPainter, to_pixels: QTransform) -> None:
        n = self._points.size()
        size, opacity = next((look for most, *look in _POINT_SIZES if n <= most), _SMALLEST_POINT)
        pen = QPen(with_alpha(self._theme.quiet, opacity), size)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawPoints(to_pixels.map(self._points))


class MixtureItem(_FullViewItem):
    """Outlines and numbered badges of all components, drawn in one go.

    Lines and badges keep their size in pixels at any zoom.

    Attributes
    ----------
    highlighted : the component (from 0) that is drawn stronger than the others, or None.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shapes: Shapes | None = None
        self._by_size: list[int] = []
        self.highlighted: int | None = None

    @property
    def n_components(self) -> int:
        return self._shapes.n_components if self._shapes else 0

    def set_shapes(self, shapes: Shapes | None) -> None:
        """Draw these components, or none."""
        self._shapes = shapes
        bounds = [line.boundingRect() for line in shapes.lines] if shapes else []
        areas = [bound.width() * bound.height() for bound in bounds]
        self._by_size = sorted(range(len(areas)), key=lambda i: -areas[i])
        self.update()

    def highlight(self, component: int | None) -> None:
        """Draw one component stronger than the others and above them."""
        self.highlighted = component
        self.update()

    def component_at(self, scene_position: QPointF) -> int | None:
        """The component whose badge is at that place, the topmost first."""
        if self._shapes is None:
            return None
        to_scene = self.sceneTransform()
        for i in reversed(self._order()):
            centre = to_scene.map(QPointF(*self._shapes.anchors[i]))
            offset = centre - scene_position
            if max(abs(offset.x()), abs(offset.y())) <= self._badge / 2:
                return i
        return None

    @property
    def _badge(self) -> float:
        return _BADGE if self.n_components <= MOST_FILLED else _SMALL_BADGE

    def _order(self) -> list[int]:
        """From the bottom up: large shapes under small ones, the highlighted one on top."""
        top = self.highlighted
        if top is None or top >= len(self._by_size):
            return self._by_size
        return [*(i for i in self._by_size if i != top), top]

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        if self._shapes is None:
            return
        to_pixels = painter.worldTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setWorldTransform(QTransform())
        if self._shapes.total is not None:
            painter.setPen(QPen(QColor(self._theme.text), 2.0))
            painter.drawPolyline(to_pixels.map(self._shapes.total))
        order = self._order()
        for i in order:
            self._paint_outlines(painter, i, to_pixels)
        if self.n_components > MOST_NUMBERED:
            order = [i for i in order if i == self.highlighted]
        self._paint_badges(painter, order, to_pixels)
        painter.setWorldTransform(to_pixels)

    def _paint_outlines(self, painter: QPainter, i: int, to_pixels: QTransform) -> None:
        assert self._shapes is not None
        colour = self._theme.component_colour(i)
        highlighted = i == self.highlighted
        if self.n_components <= MOST_FILLED or highlighted:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colour, _FILL_HIGHLIGHTED if highlighted else _FILL))
            painter.drawPolygon(to_pixels.map(self._shapes.fills[i]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._shapes.thin:
            thin = to_pixels.map(self._shapes.thin[i])
            painter.setPen(_pen(colour, 1.0, _THIN_DASH, thin))
            painter.drawPolyline(thin)
        line = to_pixels.map(self._shapes.lines[i])
        dash = _DASHES[self._theme.component_dash(i) % len(_DASHES)]
        width = 1.8 if self.n_components <= _MOST_THICK else 1.0
        painter.setPen(_pen(colour, 3.0 if highlighted else width, dash, line))
        painter.drawPolyline(line)

    def _paint_badges(self, painter: QPainter, order: list[int], to_pixels: QTransform) -> None:
        assert self._shapes is not None
        font = QFont(painter.font())
        font.setPixelSize(round(0.56 * self._badge))
        font.setBold(True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        height = self._badge
        for i in order:
            text = str(i + 1)
            width = max(height, metrics.horizontalAdvance(text) + 0.45 * height)
            box = QRectF(0.0, 0.0, width, height)
            box.moveCenter(to_pixels.map(QPointF(*self._shapes.anchors[i])))
            ring = self._theme.text if i == self.highlighted else self._theme.card
            painter.setPen(QPen(QColor(ring), 1.5))
            painter.setBrush(QColor(self._theme.component_colour(i)))
            painter.drawRoundedRect(box, height / 2, height / 2)
            painter.setPen(QColor(self._theme.text_on_component(i)))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _pen(colour: str, width: float, dash: tuple[float, ...], outline: QPolygonF) -> QPen:
    pen = QPen(QColor(colour), width)
    size = outline.boundingRect()
    if dash and max(size.width(), size.height()) < _LONGEST_DASHED:
        pen.setDashPattern(dash)
    return pen
