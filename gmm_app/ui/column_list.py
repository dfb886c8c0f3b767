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
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gmm_app.ui.tokens import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex

NAME, REMARK, HISTOGRAM = range(3)
_ROW_HEIGHT = 30
_MOST_ROWS_SHOWN = 8
_HISTOGRAM_SIZE = QSize(76, 20)


class ColumnPicture(NamedTuple):
    """What is drawn beside a column's name: counts of its values, and whether they all agree."""

    counts: NDArray[np.int64]
    constant: bool


class ColumnModel(QAbstractTableModel):
    """Names with a tick, a remark on missing values, and a tiny histogram.

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
        return 0 if parent.isValid() else 3

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (name, self._remark(index.row()), "")[index.column()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            return Qt.CheckState.Checked if name in self._chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == REMARK:
            return QColor(self.theme.dim)
        if role == Qt.ItemDataRole.FontRole and index.column() == REMARK:
            return self.small_font
        if role == Qt.ItemDataRole.UserRole and index.row() < len(self._pictures):
            return self._pictures[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == REMARK:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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
        header.setSectionResizeMode(REMARK, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(HISTOGRAM, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(HISTOGRAM, _HISTOGRAM_SIZE.width() + 6)
        self.columns.modelReset.connect(self.updateGeometry)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.columns.theme = theme
        self.viewport().update()

    def sizeHint(self) -> QSize:
        rows = min(max(self.columns.rowCount(), 1), _MOST_ROWS_SHOWN)
        return QSize(210, rows * _ROW_HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * _ROW_HEIGHT)
