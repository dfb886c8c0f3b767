"""The numeric columns of a table: which are fitted, how their values lie, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gmm_app.ui.tokens import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex

NAME, HISTOGRAM = range(2)
REMARK_ROLE = Qt.ItemDataRole.UserRole + 1
"""What is said of a column under its name; "" of most."""

_ROW_HEIGHT, _ROW_HEIGHT_WITH_REMARK = 30, 36
_MOST_ROWS_SHOWN = 8
_HISTOGRAM_SIZE = QSize(64, 20)


class ColumnPicture(NamedTuple):
    """What is drawn beside a column's name: counts of its values, and whether they all agree."""

    counts: NDArray[np.int64]
    constant: bool


class ColumnModel(QAbstractTableModel):
    """Names with a tick and perhaps a remark under them, and a tiny histogram.

    Signals
    -------
    ticked(list) : the names that the person has ticked now.
    """

    ticked = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._names: tuple[str, ...] = ()
        self._missing: tuple[int, ...] = ()
        self._chosen: set[str] = set()
        self._pictures: Sequence[ColumnPicture] = ()
        self.small_font = QFont()
        self.small_font.setPointSizeF(0.88 * self.small_font.pointSizeF())

    def show(self, names: tuple[str, ...], missing: tuple[int, ...]) -> None:
        """Show the columns of another table, none of them ticked yet."""
        self.beginResetModel()
        self._names, self._missing = names, missing
        self._chosen, self._pictures = set(), ()
        self.endResetModel()

    def tick(self, chosen: Sequence[str]) -> None:
        """Tick these columns and no others."""
        self._chosen = set(chosen)
        self._refresh()

    def set_pictures(self, pictures: Sequence[ColumnPicture]) -> None:
        """Draw these, one for each column."""
        self._pictures = pictures
        self._refresh()

    def _refresh(self) -> None:
        if self._names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._names) - 1, HISTOGRAM))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name if index.column() == NAME else ""
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            return Qt.CheckState.Checked if name in self._chosen else Qt.CheckState.Unchecked
        if role == REMARK_ROLE:
            return self._remark(index.row())
        if role == Qt.ItemDataRole.UserRole and index.row() < len(self._pictures):
            return self._pictures[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row())
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        name = self._names[index.row()]
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._chosen.add(name)
        else:
            self._chosen.discard(name)
        self._refresh()
        self.ticked.emit([name for name in self._names if name in self._chosen])
        return True

    def has_remarks(self) -> bool:
        """Whether there is something to say of any column."""
        return any(self._missing) or any(picture.constant for picture in self._pictures)

    def _remark(self, row: int) -> str:
        if self._missing[row]:
            return f"{self._missing[row]:,} missing"
        constant = row < len(self._pictures) and self._pictures[row].constant
        return "constant" if constant else ""

    def _tip(self, row: int) -> str:
        name, remark = self._names[row], self._remark(row)
        if name in self._chosen:
            use = f"{name} is fitted; untick it to leave it out."
        else:
            use = f"{name} is not fitted; tick it to take it in."
        return use + (f" {remark}." if remark else "")


class _NameDelegate(QStyledItemDelegate):
    """Draws a tick, the column's name, and under it in small type what must be said of it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        remark = index.data(REMARK_ROLE)
        model = index.model()
        if not remark or not isinstance(model, ColumnModel):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        style = option.widget.style()
        element = QStyle.SubElement.SE_ItemViewItemText
        room = style.subElementRect(element, option, option.widget).adjusted(3, 2, 0, -2)
        name, option.text = option.text, ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        left = Qt.AlignmentFlag.AlignLeft
        shade = (
            model.theme.text if option.state & QStyle.StateFlag.State_Enabled else model.theme.dim
        )
        painter.setPen(QColor(shade))
        name = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, left | Qt.AlignmentFlag.AlignTop, name)
        painter.setPen(QColor(model.theme.dim))
        painter.setFont(model.small_font)
        metrics = QFontMetrics(model.small_font)
        remark = metrics.elidedText(remark, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left | Qt.AlignmentFlag.AlignBottom, remark)
        painter.restore()


class _HistogramDelegate(QStyledItemDelegate):
    """Draws a column's histogram in quiet grey, paler where the column is not fitted."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        picture = index.data(Qt.ItemDataRole.UserRole)
        model = index.model()
        if not isinstance(picture, ColumnPicture) or not isinstance(model, ColumnModel):
            return
        tick = model.index(index.row(), NAME).data(Qt.ItemDataRole.CheckStateRole)
        chosen = Qt.CheckState(tick) is Qt.CheckState.Checked
        tallest = max(int(picture.counts.max(initial=0)), 1)
        width, height = _HISTOGRAM_SIZE.width(), _HISTOGRAM_SIZE.height()
        bar = width / max(picture.counts.size, 1)
        left = option.rect.right() - width + 1
        bottom = option.rect.center().y() + height / 2
        colour = QColor(model.theme.quiet if chosen else model.theme.thumb)
        for i, rows in enumerate(picture.counts.tolist()):
            if rows:
                # A cell with rows never vanishes, however few they are.
                high = max(1.0, height * rows / tallest)
                painter.fillRect(QRectF(left + i * bar, bottom - high, bar, high), colour)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _HISTOGRAM_SIZE


class ColumnList(QTableView):
    """The ticks, remarks and histograms of a table's columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnList")
        self.setAccessibleName("Columns to fit")
        self.setAccessibleDescription("Tick the columns that the mixture is fitted to.")
        self.columns = ColumnModel(self)
        self.setModel(self.columns)
        self.setItemDelegateForColumn(NAME, _NameDelegate(self))
        self.setItemDelegateForColumn(HISTOGRAM, _HistogramDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.hide()
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(HISTOGRAM, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(HISTOGRAM, _HISTOGRAM_SIZE.width() + 6)
        self.columns.modelReset.connect(self._fit_rows)
        self.columns.dataChanged.connect(self._fit_rows)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.columns.theme = theme
        self.viewport().update()

    def _fit_rows(self) -> None:
        height = _ROW_HEIGHT_WITH_REMARK if self.columns.has_remarks() else _ROW_HEIGHT
        rows = self.verticalHeader()
        if height != rows.defaultSectionSize():
            rows.setDefaultSectionSize(height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(self.columns.rowCount(), 1), _MOST_ROWS_SHOWN)
        return QSize(210, rows * self.verticalHeader().defaultSectionSize() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * _ROW_HEIGHT)
