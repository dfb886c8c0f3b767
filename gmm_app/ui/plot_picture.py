"""The scatter plot as a picture in a file: PNG, or SVG with real lines and real text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from gmm_app.errors import ExportError
from gmm_app.files import atomic_write
from gmm_app.ui.fonts import ensure_font
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.tokens import LIGHT, SPACING, Theme

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset
    from gmm_app.mixture.mixture import Mixture

_PIXEL_RATIO = 2
_HEADLESS_SIZE = QSize(1100, 760)
_MARGIN = 2 * SPACING


def save_picture(plot: MixturePlot, path: str | Path) -> None:
    """Write the plot as it is seen, with the sentence under it, to a .png or .svg file.

    A kill at any moment leaves the old file or the new one.

    Raises
    ------
    ExportError
        The file name ends in something else, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _WRITERS:
        raise ExportError(
            f"A plot cannot be written as '{suffix or Path(path).name}': "
            "give a file name that ends in .png or .svg."
        )
    content = _WRITERS[suffix](plot)
    with atomic_write(path) as file:
        file.write(content)


def draw_fit(
    dataset: Dataset, mixture: Mixture | None, path: str | Path, theme: Theme = LIGHT
) -> None:
    """Write a picture of a mixture over its data without any window.

    Raises
    ------
    ExportError
        As `save_picture`.
    """
    application = QApplication.instance()
    if application is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QApplication([])
        ensure_font(application)
    plot = MixturePlot()
    try:
        plot.set_theme(theme)
        plot.resize(_HEADLESS_SIZE)
        plot.set_dataset(dataset)
        plot.set_mixture(mixture)
        plot.grab()  # lays out a widget that is never shown
        plot.area.settle()
        plot.draw_now()
        save_picture(plot, path)
    finally:
        plot.close()
        plot.deleteLater()


def _png(plot: MixturePlot) -> bytes:
    size = _picture_size(plot)
    image = QImage(size * _PIXEL_RATIO, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_PIXEL_RATIO)
    painter = QPainter(image)
    try:
        _paint(plot, painter, size)
    finally:
        painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"PNG")).write(image):
        raise ExportError("The picture could not be made: make the window smaller and try again.")
    return bytes(content.data())


def _svg(plot: MixturePlot) -> bytes:
    size = _picture_size(plot)
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    # At another resolution than the screen's, Qt scales axes and text but not lines.
    generator.setResolution(plot.logicalDpiX())
    generator.setTitle("Gaussian mixture")
    generator.setDescription(plot.caption.text())
    painter = QPainter(generator)
    try:
        _paint(plot, painter, size)
    finally:
        painter.end()
    return bytes(content.data())


_WRITERS = {".png": _png, ".svg": _svg}


def _caption_height(plot: MixturePlot) -> float:
    metrics = QFontMetricsF(plot.caption.font())
    bounds = QRectF(0.0, 0.0, plot.area.width(), 10_000.0)
    return metrics.boundingRect(bounds, Qt.TextFlag.TextWordWrap, plot.caption.text()).height()


def _picture_size(plot: MixturePlot) -> QSize:
    area = plot.area.size()
    height = area.height() + SPACING + round(_caption_height(plot))
    return QSize(area.width() + 2 * _MARGIN, height + 2 * _MARGIN)


def _paint(plot: MixturePlot, painter: QPainter, size: QSize) -> None:
    area = plot.area.size()
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(plot.theme.card))
    target = QRectF(_MARGIN, _MARGIN, area.width(), area.height())
    plot.area.render(painter, target, plot.area.viewport().rect())
    painter.setFont(plot.caption.font())
    painter.setPen(QColor(plot.theme.dim))
    below = QRectF(target.left(), target.bottom() + SPACING, target.width(), _caption_height(plot))
    painter.drawText(below, Qt.TextFlag.TextWordWrap, plot.caption.text())
