"""Plots as pictures in files: PNG, or SVG and PDF with real lines and real text."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from gmm_app.errors import ExportError
from gmm_app.files import atomic_write
from gmm_app.ui.file_kinds import PICTURES, check_kind
from gmm_app.ui.fonts import ensure_font, paper_font
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_style import PlotArea
from gmm_app.ui.sheet import Sheet, screen_sheet
from gmm_app.ui.tokens import LIGHT, SPACING, Theme

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset
    from gmm_app.mixture.mixture import Mixture

_TEXT_FLAGS = Qt.TextFlag.TextWordWrap
_FEWEST_PIXELS = 40
_HUNDREDTHS_PER_INCH = 2540
_PROGRAM = "GMM Studio"


class Plot(Protocol):
    """A plot that can be drawn into a file.

    Attributes
    ----------
    area : what is drawn.
    theme : the theme it is drawn in.
    """

    area: PlotArea
    theme: Theme

    def accessibleName(self) -> str:
        """What it is, in a few words."""

    @property
    def sentence(self) -> str:
        """What is to be read under it."""

    def twin(self, theme: Theme, width: int, height: int) -> Plot:
        """The same picture in a widget that is never shown, its area of another size."""

    def close(self) -> bool:
        """Be done with."""

    def deleteLater(self) -> None:
        """Be deleted."""


def save_picture(plot: Plot, path: str | Path, sheet: Sheet, theme: Theme = LIGHT) -> None:
    """Write a plot with the sentence under it to a file whose ending says which kind it is.

    A kill at any moment leaves the old file or the new one.

    Parameters
    ----------
    plot : stays as it is.
    path : ends in one of `PICTURES`.
    sheet : how large the picture is.
    theme : its colours.

    Raises
    ------
    ExportError
        The file name ends in something else, the sheet has no room for the plot, or the file
        cannot be written.
    """
    content = _PAINTERS[check_kind(path, "picture", PICTURES)](plot, sheet, theme)
    with atomic_write(path) as file:
        file.write(content)


def draw_fit(
    dataset: Dataset,
    mixture: Mixture | None,
    path: str | Path,
    sheet: Sheet,
) -> None:
    """Write a picture of a mixture over its data without any window.

    Raises
    ------
    ExportError
        As `save_picture`.
    """
    ensure_application()
    plot = MixturePlot()
    try:
        plot.set_dataset(dataset)
        plot.set_mixture(mixture)
        save_picture(plot, path, sheet)
    finally:
        plot.close()
        plot.deleteLater()


def ensure_application() -> None:
    """Make what all painting needs, where there is no window and perhaps no screen."""
    application = QApplication.instance()
    if application is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QApplication([])
        # An application that nothing refers to is gone at once.
        application.setProperty("keptBy", application)
        ensure_font(application)


@contextmanager
def painted(
    plot: Plot, width: float, height: float, theme: Theme, sentence: str
) -> Iterator[Callable[[QPainter, QPointF], None]]:
    """Lay a plot out for so many pixels of the device.

    Parameters
    ----------
    plot : stays as it is.
    width, height : of the picture.
    theme : its colours.
    sentence : to be read under it; "" for none.

    Yields
    ------
    paint : draws it, its upper left corner at a point.

    Raises
    ------
    ExportError
        There is no room for it.
    """
    font = paper_font()
    below = _height_of(sentence, width)
    room = int(height - below)
    if min(width, room) < _FEWEST_PIXELS:
        raise ExportError(
            "The picture has no room for the plot and what is to be read under it: make it "
            "larger, or its text smaller."
        )
    twin = plot.twin(theme, int(width), room)

    def paint(painter: QPainter, corner: QPointF) -> None:
        target = QRectF(corner.x(), corner.y(), twin.area.width(), room)
        twin.area.render(painter, target, twin.area.viewport().rect())
        painter.setFont(font)
        painter.setPen(QColor(theme.dim))
        rest = QRectF(corner.x(), target.bottom() + SPACING, width, below)
        painter.drawText(rest, _TEXT_FLAGS, sentence)

    try:
        yield paint
    finally:
        twin.close()
        twin.deleteLater()


def sheet_on_screen(plot: Plot) -> Sheet:
    """The sheet on which a plot looks as it does in the window."""
    width, height = plot.area.size().toTuple()
    below = math.ceil(_height_of(plot.sentence, width))
    return screen_sheet(
        width + 2 * SPACING, height + below + 2 * SPACING, round(plot.area.logicalDpiX())
    )


def _height_of(sentence: str, width: float) -> float:
    """What a sentence and the gap above it take of a picture's height."""
    if not sentence:
        return 0.0
    bounds = QRectF(0.0, 0.0, width, 10_000.0)
    metrics = QFontMetricsF(paper_font())
    return SPACING + metrics.boundingRect(bounds, _TEXT_FLAGS, sentence).height()


def image_of(plot: Plot, sheet: Sheet, theme: Theme) -> QImage:
    """A plot as pixels, such as a clipboard takes.

    Raises
    ------
    ExportError
        The sheet has no room for the plot, or too many pixels.
    """
    sheet.check(has_pixels=True)
    image = QImage(*sheet.pixels, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ExportError("There is not enough memory for the picture: make it smaller.")
    image.setDevicePixelRatio(sheet.dpi / sheet.layout_dpi)
    _paint_sheet(plot, QPainter(image), sheet, theme, plot.sentence)
    image.setDevicePixelRatio(1.0)
    dots_per_metre = round(sheet.dpi / 0.0254)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    return image


def svg_of(plot: Plot, sheet: Sheet, theme: Theme, *, with_sentence: bool = True) -> bytes:
    """A plot as SVG, with its size in millimetres.

    Parameters
    ----------
    plot, sheet, theme : as for `save_picture`.
    with_sentence : whether what is to be read under it stands in the picture.

    Raises
    ------
    ExportError
        The sheet has no room for the plot.
    """
    sheet.check(has_pixels=False)
    content = QByteArray()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    buffer = QBuffer(content)
    generator.setOutputDevice(buffer)
    # Text and lines are in pixels of the view box, so that this only says how large that is.
    generator.setResolution(_HUNDREDTHS_PER_INCH)
    generator.setSize(QSizeF(100.0 * sheet.width, 100.0 * sheet.height).toSize())
    generator.setViewBox(QRectF(0.0, 0.0, *sheet.layout))
    generator.setTitle("Gaussian mixture")
    generator.setDescription(plot.sentence)
    sentence = plot.sentence if with_sentence else ""
    _paint_sheet(plot, QPainter(generator), sheet, theme, sentence)
    return _with_fallbacks(bytes(content.data()))


def _with_fallbacks(svg: bytes) -> bytes:
    """With a font where the program's own is lacking, and cells of density as clear squares."""
    family = QFontInfo(paper_font()).family().encode("utf-8", "replace")
    svg = re.sub(rb'font-family="[^"]*"', b'font-family="%b, sans-serif"' % family, svg)
    return svg.replace(b"<image ", b'<image style="image-rendering: pixelated" ')


def _png(plot: Plot, sheet: Sheet, theme: Theme) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"PNG")).write(image_of(plot, sheet, theme)):
        raise ExportError("The picture could not be made: make it smaller and try again.")
    return bytes(content.data())


def _pdf(plot: Plot, sheet: Sheet, theme: Theme) -> bytes:
    sheet.check(has_pixels=False)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_writer(buffer, sheet.width, sheet.height, round(sheet.layout_dpi))
    writer.setTitle("Gaussian mixture")
    _paint_sheet(plot, QPainter(writer), sheet, theme, plot.sentence)
    return bytes(content.data())


def pdf_writer(buffer: QBuffer, width: float, height: float, dpi: int) -> QPdfWriter:
    """What paints pages of so many millimetres, in `dpi` units per inch."""
    writer = QPdfWriter(buffer)
    writer.setCreator(_PROGRAM)
    writer.setResolution(dpi)
    size = QSizeF(width, height)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, "", exact))
    writer.setPageMargins(QMarginsF())
    return writer


_PAINTERS = {".png": _png, ".svg": svg_of, ".pdf": _pdf}


def _paint_sheet(plot: Plot, painter: QPainter, sheet: Sheet, theme: Theme, sentence: str) -> None:
    """Draw a plot on a whole sheet, with a margin, and end the painter."""
    width, height = sheet.layout
    # Otherwise a PDF has density images as JPEG.
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    try:
        painter.fillRect(QRectF(0.0, 0.0, width + 1.0, height + 1.0), QColor(theme.card))
        inside = (width - 2 * SPACING, height - 2 * SPACING)
        with painted(plot, *inside, theme, sentence) as paint:
            paint(painter, QPointF(SPACING, SPACING))
    finally:
        painter.end()
