"""The picture beside RESULTS.md: prices of an iteration, time to the same end, growth with rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPixmap

from benchmarks.report import panels
from benchmarks.report.numbers import seconds
from benchmarks.report.panels import TEXT

_SIZE = QSize(1120, 900)
_SHARPNESS = 2
_FONTS = Path(__file__).resolve().parents[2] / "gmm_app" / "resources" / "fonts"


def draw_results(results: dict[str, Any], path: Path) -> bool:
    """Draw what has been measured into a PNG file; False where there is nothing to draw."""
    if "iteration" not in results:
        return False
    app = pg.mkQApp()
    for font in sorted(_FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(font))
    app.setFont(QFont("Inter", 10))
    canvas = pg.GraphicsLayoutWidget()
    canvas.setBackground("w")
    canvas.resize(_SIZE)
    _fill(canvas, results)
    canvas.show()  # only what is shown is laid out
    app.processEvents()
    _save(canvas, path)
    canvas.close()
    return True


def _fill(canvas: pg.GraphicsLayoutWidget, results: dict[str, Any]) -> None:
    canvas.ci.layout.setContentsMargins(28, 24, 28, 20)
    canvas.ci.layout.setHorizontalSpacing(36)
    canvas.ci.layout.setVerticalSpacing(26)
    for column in range(2):
        canvas.ci.layout.setColumnPreferredWidth(column, _SIZE.width() / 2)
    found = results["iteration"]["found"]["cases"]
    titles = {name: about["title"] for name, about in results["iteration"]["programs"].items()}
    every = [
        value for case in found for name in titles if (value := seconds(case, name)) is not None
    ]
    for column, full in enumerate((True, False)):
        cases = [case for case in found if case["full"] == full]
        title = f"One iteration, {'full' if full else 'diagonal'} covariances"
        plot = _place(
            canvas, 0, column, title, "rows x columns, K components; further left is faster"
        )
        panels.draw_iterations(plot, cases, titles, (min(every), max(every)))
    if "level" in results:
        plot = _place(
            canvas,
            1,
            0,
            "Time to the same log-likelihood",
            "a dot per problem, each from one start; bars: geometric means",
        )
        panels.draw_levels(plot, results["level"]["found"]["cases"], titles)
    if "growth" in results:
        plot = _place(
            canvas, 1, 1, "Growth with rows", "one iteration against rows; 2 columns, K = 5, full"
        )
        panels.draw_growth(plot, results["growth"]["found"]["rows"], titles)


def _place(
    canvas: pg.GraphicsLayoutWidget, row: int, column: int, title: str, subtitle: str
) -> pg.PlotItem:
    """An empty plot under a heading to its left edge."""
    cell = canvas.addLayout(row=row, col=column)
    cell.layout.setContentsMargins(0, 0, 0, 0)
    cell.layout.setVerticalSpacing(0)
    cell.addLabel(title, row=0, col=0, justify="left", color=TEXT, size="13pt", bold=True)
    cell.addLabel(subtitle, row=1, col=0, justify="left", color=panels.DIM, size="10pt")
    return cell.addPlot(row=2, col=0)


def _save(canvas: pg.GraphicsLayoutWidget, path: Path) -> None:
    pixmap = QPixmap(_SIZE * _SHARPNESS)
    pixmap.setDevicePixelRatio(_SHARPNESS)
    pixmap.fill(QColor("white"))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.render(painter, QRectF(QPointF(), QSizeF(_SIZE)))
    painter.end()
    pixmap.save(str(path))
