"""The few signs of the toolbar, drawn in the theme's colours so that no font need have them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

_SIDE = 16
_SCALES = (1, 2)


def action_icon(name: str, colour: str, disabled_colour: str) -> QIcon:
    """The icon "play", "pause", "step", "stop" or "close" in one colour, and when disabled."""
    icon = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled_colour)):
        for scale in _SCALES:
            icon.addPixmap(_pixmap(_SIGNS[name], shade, scale), mode)
    return icon


def _pixmap(draw: Callable[[QPainter], None], colour: str, scale: int) -> QPixmap:
    pixmap = QPixmap(_SIDE * scale, _SIDE * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    draw(painter)
    painter.end()
    return pixmap


def _play(painter: QPainter) -> None:
    painter.drawPolygon(_triangle(4.0, 13.0))


def _pause(painter: QPainter) -> None:
    painter.drawRect(QRectF(4, 3, 3, 10))
    painter.drawRect(QRectF(9, 3, 3, 10))


def _step(painter: QPainter) -> None:
    painter.drawPolygon(_triangle(3.0, 10.0))
    painter.drawRect(QRectF(11, 3, 2, 10))


def _stop(painter: QPainter) -> None:
    painter.drawRect(QRectF(3.5, 3.5, 9, 9))


def _close(painter: QPainter) -> None:
    painter.setPen(QPen(painter.brush().color(), 1.5, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(4.5, 4.5), QPointF(11.5, 11.5))
    painter.drawLine(QPointF(11.5, 4.5), QPointF(4.5, 11.5))


def _triangle(left: float, right: float) -> QPolygonF:
    return QPolygonF([QPointF(left, 3), QPointF(right, 8), QPointF(left, 13)])


_SIGNS = {"play": _play, "pause": _pause, "step": _step, "stop": _stop, "close": _close}
