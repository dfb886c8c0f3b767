"""A report as PDF: pages of text, with the plots drawn into them as lines and text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from gmm_app.fitting.report_content import Block, Grid, Pictures, Report, Section
from gmm_app.ui.plot_picture import Plot, painted, pdf_writer
from gmm_app.ui.report_html import LONGEST_WHOLE, block_html
from gmm_app.ui.sheet import MILLIMETRES_PER_INCH, Sheet
from gmm_app.ui.tokens import LIGHT

_PAPER = QPageSize(QPageSize.PageSizeId.A4).size(QPageSize.Unit.Millimeter)
_MARGIN = 18.0
_TEXT_POINTS = 9.0
_DPI = round(Sheet(_PAPER.width(), _PAPER.height(), _TEXT_POINTS).layout_dpi)
_PICTURE_HEIGHT = 78.0
_PICTURE = QTextFormat.ObjectTypes.UserObject + 1
_NUMBER = QTextFormat.Property.UserProperty + 1
# That fit a line of a table, with its gaps.
_MOST_CHARACTERS = 86
_FOOT_FLAGS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# Stands in a text for what is no text; no font has it.
_OBJECT = chr(0xFFFC)
_STYLE = f"""
body {{ color: {LIGHT.text}; }}
h1 {{ font-size: x-large; font-weight: 600; }}
h2 {{ font-size: medium; font-weight: 600; margin-top: 20px; margin-bottom: 4px; }}
h3 {{ font-size: medium; font-weight: 400; color: {LIGHT.dim}; margin-top: 10px;
  margin-bottom: 2px; }}
p {{ margin-top: 0; margin-bottom: 4px; }}
p.caution {{ color: {LIGHT.error}; }}
p.plot {{ margin-top: 12px; }}
p.dim {{ color: {LIGHT.dim}; }}
th {{ font-weight: 400; color: {LIGHT.dim}; text-align: left; }}
th, td {{ padding-right: 14px; padding-top: 1px; padding-bottom: 1px; }}
td.whole, th.whole {{ white-space: nowrap; }}
pre {{ background-color: {LIGHT.ground}; font-size: 8pt; white-space: pre-wrap; }}
"""


def pdf_pages(report: Report, plots: Sequence[Plot]) -> bytes:
    """A report as a PDF of A4 pages.

    Parameters
    ----------
    report : what it says.
    plots : where the report has its plots.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = pdf_writer(buffer, _PAPER.width(), _PAPER.height(), _DPI)
    writer.setTitle(report.title)
    with ExitStack() as stack:
        room = QSizeF(_pixels(_PAPER.width() - 2 * _MARGIN), _pixels(_PICTURE_HEIGHT))
        handler = _PlotObject(room)
        for plot in plots:
            size = room.toTuple()
            handler.paints.append(stack.enter_context(painted(plot, *size, LIGHT, "")))
        document = _document(report, plots, writer, handler)
        _keep_tables_whole(document)
        _paint_pages(document, writer, handler)
    return bytes(content.data())


class _PlotObject(QPyTextObject):
    """Draws plots where the text has a place for them.

    Attributes
    ----------
    paints : for each plot what draws it at a point.
    page : the part of the text that is drawn now.
    """

    def __init__(self, size: QSizeF) -> None:
        super().__init__()
        self._size = size
        self.paints: list[Callable[[QPainter, QPointF], None]] = []
        self.page = QRectF()

    def intrinsicSize(self, doc: QTextDocument, position: int, format: QTextFormat) -> QSizeF:
        return self._size

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        position: int,
        format: QTextFormat,
    ) -> None:
        # Neighbouring pages ask too, and a plot heeds no clip but its own.
        if self.page.contains(QRectF(rect).center()):
            self.paints[format.property(_NUMBER)](painter, QRectF(rect).topLeft())


def _document(
    report: Report, plots: Sequence[Plot], writer: QPdfWriter, handler: _PlotObject
) -> QTextDocument:
    """The whole text, laid out for the writer's pages."""
    document = QTextDocument()
    document.setDocumentMargin(0.0)
    font = QGuiApplication.font()
    font.setPointSizeF(_TEXT_POINTS)
    # A digest with the letters ff would be copied out of the file with a letter that joins them.
    font.setFeature(QFont.Tag("liga"), 0)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    layout = document.documentLayout()
    layout.setPaintDevice(writer)
    layout.registerHandler(_PICTURE, handler)
    handler.setParent(document)
    sections = "\n".join(_section(section, plots) for section in report.sections)
    document.setHtml(f"<body><h1>{escape(report.title)}</h1>\n{sections}</body>")
    for i in range(len(plots)):
        look = QTextCharFormat()
        look.setObjectType(_PICTURE)
        look.setProperty(_NUMBER, i)
        cursor = document.find(_marker(i))
        cursor.insertText(_OBJECT, look)
    inside = [_pixels(side - 2 * _MARGIN) for side in _PAPER.toTuple()]
    document.setPageSize(QSizeF(*inside))
    return document


def _section(section: Section, plots: Sequence[Plot]) -> str:
    blocks = (_block(block, plots) for block in section.blocks)
    return "\n".join([f"<h2>{escape(section.title)}</h2>", *blocks])


def _block(block: Block, plots: Sequence[Plot]) -> str:
    if isinstance(block, Pictures):
        return _places(plots)
    if isinstance(block, Grid):
        return "\n".join(map(block_html, _narrow(block)))
    return block_html(block)


def _narrow(grid: Grid) -> list[Grid]:
    """A table that is too wide for a page as several, each with the first column."""
    lines = [grid.headings, *grid.rows] if grid.headings else list(grid.rows)
    widths = [min(LONGEST_WHOLE, max(map(len, column))) + 2 for column in zip(*lines, strict=True)]
    parts: list[list[int]] = [[0]]
    for i in range(1, len(widths)):
        if sum(widths[j] for j in [*parts[-1], i]) > _MOST_CHARACTERS:
            parts.append([0])
        parts[-1].append(i)
    return [_columns(grid, part, grid.title if part is parts[0] else "") for part in parts]


def _columns(grid: Grid, chosen: Sequence[int], title: str) -> Grid:
    rows = tuple(tuple(row[i] for i in chosen) for row in grid.rows)
    headings = tuple(grid.headings[i] for i in chosen) if grid.headings else ()
    return Grid(rows, "".join(grid.sides[i] for i in chosen), headings, title)


def _places(plots: Sequence[Plot]) -> str:
    """Paragraphs that the plots take the place of, and what is to be read under each."""
    return "\n".join(
        f'<p class="plot">{_marker(i)}</p><p class="dim">{escape(plot.sentence)}</p>'
        for i, plot in enumerate(plots)
    )


def _marker(i: int) -> str:
    return f"{_OBJECT}picture {i}{_OBJECT}"


def _keep_tables_whole(document: QTextDocument) -> None:
    """Begin another page before the title of a table that would be torn apart, or off its title."""
    height, layout = document.pageSize().height(), document.documentLayout()
    for frame in document.rootFrame().childFrames():
        block = document.findBlock(frame.firstPosition()).previous()
        while block.previous().blockFormat().headingLevel():
            block = block.previous()
        top = layout.blockBoundingRect(block).top()
        bottom = layout.frameBoundingRect(frame).bottom() - 1.0
        if top // height == bottom // height or bottom - top > height:
            continue
        look = QTextBlockFormat()
        look.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(block).mergeBlockFormat(look)


def _paint_pages(document: QTextDocument, writer: QPdfWriter, handler: _PlotObject) -> None:
    inside = document.pageSize()
    margin = _pixels(_MARGIN)
    n_pages = document.pageCount()
    painter = QPainter(writer)
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        for page in range(n_pages):
            if page:
                writer.newPage()
            handler.page = QRectF(QPointF(0.0, page * inside.height()), inside)
            painter.save()
            painter.translate(QPointF(margin, margin - handler.page.top()))
            document.drawContents(painter, handler.page)
            painter.restore()
            painter.setFont(document.defaultFont())
            painter.setPen(QColor(LIGHT.dim))
            foot = QRectF(margin, margin + inside.height(), inside.width(), margin)
            number = f"page {page + 1} of {n_pages}"
            painter.drawText(foot, _FOOT_FLAGS, number)
    finally:
        painter.end()


def _pixels(millimetres: float) -> float:
    return millimetres / MILLIMETRES_PER_INCH * _DPI
