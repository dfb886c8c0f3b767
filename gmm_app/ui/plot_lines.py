"""Lines whose width is in the plot's pixels, on a screen and in a file alike.

pyqtgraph's own lines are one pixel of the device wide, or two; in a fine picture that is next to
nothing.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QWidget


class CurveItem(pg.PlotCurveItem):
    """A curve in the plot's coordinates."""

    def paint(self, p: QPainter, opt: object, widget: QWidget | None) -> None:
        if widget is not None:
            super().paint(p, opt, widget)
        else:
            _stroke(p, self.getPath(), self.opts["pen"])


class LevelItem(pg.InfiniteLine):
    """A line across the whole plot, at one height."""

    def paint(self, p: QPainter, opt: object, widget: QWidget | None) -> None:
        if widget is not None:
            super().paint(p, opt, widget)
            return
        across = self.boundingRect()
        path = QPainterPath()
        path.moveTo(across.left(), 0.0)
        path.lineTo(across.right(), 0.0)
        _stroke(p, path, self.currentPen)


def solid(pen: QPen) -> QPen:
    """The pen, as wide as it says in the units that it draws in, whatever these are."""
    pen = QPen(pen)
    pen.setCosmetic(False)
    return pen


def renew_clip(painter: QPainter) -> None:
    """Say the clip once more: Qt's SVG would go on with that of the text that was drawn before.

    Only where units are pixels, since clips are rounded to whole units.
    """
    painter.setClipPath(painter.clipPath())


def _stroke(painter: QPainter, path: QPainterPath, pen: QPen) -> None:
    """Draw into a file: a path in the plot's coordinates, by a pen in its pixels."""
    to_pixels = painter.worldTransform()
    painter.save()
    painter.setWorldTransform(QTransform())
    renew_clip(painter)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(to_pixels.map(path), solid(pen))
    painter.restore()
