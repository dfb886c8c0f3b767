"""The columns of a table: what each is used for, how its values lie, what is missing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gmm_app.data.roles import Role
from gmm_app.inspection.column_summary import ColumnSummary
from gmm_app.ui.column_menu import column_menu
from gmm_app.ui.column_model import (
    HISTOGRAM,
    NAME,
    RANGE_ROLE,
    REMARK_ROLE,
    USE,
    ColumnModel,
    Index,
)
from gmm_app.ui.tokens import Theme

_ROW_HEIGHT = 38
_MOST_ROWS_SHOWN = 6
_BARS = QSize(64, 17)
_HISTOGRAM_WIDTH, _USE_WIDTH = 88, 20
_SMALL = 0.85
"""Size of remarks, to that of names."""


class _Delegate(QStyledItemDelegate):
    """Draws with the theme and the small type of a ColumnModel."""

    def model_of(self, index: Index) -> ColumnModel:
        model = index.model()
        assert isinstance(model, ColumnModel)
        return model

    def draw_small(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, text: str, shade: str
    ) -> None:
        """A line of small type at the bottom of a room, from its left."""
        font = option.font
        font.setPointSizeF(_SMALL * font.pointSizeF())
        painter.setFont(font)
        painter.setPen(QColor(shade))
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)


class _NameDelegate(_Delegate):
    """Draws a tick, the column's name, and under it in small type what must be said of it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self.model_of(index)
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style, widget = option.widget.style(), option.widget
        numeric = model.entry(index.row()).numeric
        used = numeric or model.role(index.row()) is not Role.IGNORED
        # Words have no tick, and stand under the names of numbers all the same.
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        element = QStyle.SubElement.SE_ItemViewItemText
        room = style.subElementRect(element, option, widget).adjusted(3, 3, 0, -4)
        if not numeric:
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        painter.save()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(option.rect, QColor(model.theme.selection))
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        enabled = option.state & QStyle.StateFlag.State_Enabled
        painter.setPen(QColor(model.theme.text if enabled and used else model.theme.dim))
        shown = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        self.draw_small(painter, option, room, index.data(REMARK_ROLE), model.theme.dim)
        painter.restore()


class _HistogramDelegate(_Delegate):
    """Draws a column's histogram in quiet grey, paler where it is not fitted, and its range."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self.model_of(index)
        summary = model.summary(index.row())
        self.initStyleOption(option, index)
        room = option.rect.adjusted(4, 4, 0, -4)
        painter.save()
        self.draw_small(painter, option, room, index.data(RANGE_ROLE), model.theme.dim)
        if summary is not None:
            used = model.role(index.row()) is not Role.IGNORED
            shade = model.theme.quiet if used else model.theme.thumb
            _draw_bars(painter, QRectF(QPointF(room.topLeft()), _BARS), summary, QColor(shade))
        painter.restore()


def _draw_bars(painter: QPainter, room: QRectF, summary: ColumnSummary, colour: QColor) -> None:
    tallest = max(int(summary.counts.max(initial=0)), 1)
    bar = room.width() / max(summary.counts.size, 1)
    for i, rows in enumerate(summary.counts.tolist()):
        if rows:
            # A cell with rows never vanishes, however few they are.
            high = max(1.0, room.height() * rows / tallest)
            left = room.left() + i * bar
            painter.fillRect(QRectF(left, room.bottom() - high, bar, high), colour)


class _UseDelegate(_Delegate):
    """Draws the mark that a menu opens here."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self.model_of(index)
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        focused = option.state & QStyle.StateFlag.State_HasFocus
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = model.theme.accent if hovered or focused else model.theme.dim
        painter.setPen(QPen(QColor(shade), 1.4))
        middle = QRectF(option.rect).center()
        left, right = middle + QPointF(-4, -2), middle + QPointF(4, -2)
        painter.drawPolyline([left, middle + QPointF(0, 2), right])
        painter.restore()


class ColumnList(QTableView):
    """The ticks, remarks, histograms and uses of a table's columns.

    Attributes
    ----------
    columns : what it shows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnList")
        self.setAccessibleName("Columns")
        self.setAccessibleDescription(
            "Tick the columns that the mixture is fitted to; Enter offers other uses of a column."
        )
        self.columns = ColumnModel(self)
        self.setModel(self.columns)
        self.setItemDelegateForColumn(NAME, _NameDelegate(self))
        self.setItemDelegateForColumn(HISTOGRAM, _HistogramDelegate(self))
        self.setItemDelegateForColumn(USE, _UseDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.hide()
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for section, width in ((HISTOGRAM, _HISTOGRAM_WIDTH), (USE, _USE_WIDTH)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(section, width)
        self.columns.modelReset.connect(self.updateGeometry)
        self.clicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.columns.theme = theme
        self.viewport().update()

    def open_menu(self, row: int) -> None:
        """Offer what the column in a row can be used for."""
        menu = column_menu(self.columns, row, self)
        menu.aboutToHide.connect(menu.deleteLater)
        cell = self.visualRect(self.columns.index(row, USE))
        menu.popup(self.viewport().mapToGlobal(cell.bottomLeft() + QPoint(0, 1)))

    @Slot("QModelIndex")
    def _on_clicked(self, index: Index) -> None:
        if index.column() == USE:
            self.open_menu(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        opens = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (
            event.key() == Qt.Key.Key_Space and self.currentIndex().column() == USE
        )
        if opens and row >= 0:
            self.open_menu(row)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        row = self.rowAt(event.pos().y()) if by_mouse else self.currentIndex().row()
        if row >= 0:
            self.open_menu(row)

    def sizeHint(self) -> QSize:
        rows = min(max(self.columns.rowCount(), 1), _MOST_ROWS_SHOWN)
        return QSize(210, rows * _ROW_HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * _ROW_HEIGHT)
