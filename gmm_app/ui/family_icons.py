"""Small drawings of the covariance families: three components as the family would have them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

SIZE = QSize(42, 16)
_SCALES = (1, 2)
# Between the text colours of the light and the dark theme, so that it is seen on both.
_COLOUR = QColor("#6f7f95")
_CENTRES = (7.5, 21.0, 34.5)
_RADIUS = 4.4
# By letter: what each of the three components gets.
_VOLUMES = {"E": (1.0, 1.0, 1.0), "V": (0.45, 1.25, 0.75)}
_STRETCHES = {"I": (1.0, 1.0, 1.0), "E": (1.7, 1.7, 1.7), "V": (2.1, 1.3, 1.7)}
_TURNS = {"I": (0.0, 0.0, 0.0), "E": (-35.0, -35.0, -35.0), "V": (-35.0, 20.0, 70.0)}
# Along the axes, shapes of their own are wide, round and tall.
_STRETCHES_ALONG_AXES = (2.1, 1.0, 1.0 / 1.6)


def family_icon(name: str) -> QIcon:
    """The drawing of a family, by its three letters."""
    icon = QIcon()
    for scale in _SCALES:
        icon.addPixmap(_pixmap(name, scale))
    return icon


def _pixmap(name: str, scale: int) -> QPixmap:
    pixmap = QPixmap(SIZE * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_COLOUR, 1.3))
    for ellipse in zip(_CENTRES, *_forms(name), strict=True):
        _draw(painter, *ellipse)
    painter.end()
    return pixmap


def _forms(name: str) -> tuple[tuple[float, ...], ...]:
    volume, shape, orientation = name[0], name[1], name[2]
    along_axes = shape == "V" and orientation == "I"
    stretches = _STRETCHES_ALONG_AXES if along_axes else _STRETCHES[shape]
    return _VOLUMES[volume], stretches, _TURNS[orientation]


def _draw(painter: QPainter, x: float, volume: float, stretch: float, turn: float) -> None:
    radius, root = _RADIUS * math.sqrt(volume), math.sqrt(stretch)
    painter.save()
    painter.translate(x, SIZE.height() / 2)
    painter.rotate(turn)
    painter.drawEllipse(QPointF(0, 0), radius * root, radius / root)
    painter.restore()
