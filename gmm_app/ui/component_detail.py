"""Mean, standard deviation and correlations of one component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gmm_app.ui.number_text import correlation, measured
from gmm_app.ui.tokens import LIGHT, Theme

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture

Index = QModelIndex | QPersistentModelIndex

MEAN, SD, FIRST_CORRELATION = range(3)
_MEAN_HELP = "The component's centre."
_SD_HELP = "Standard deviation: how far the component spreads along the column."
_EMPTY = "No component is chosen."
_ROW_HEIGHT = 22
_MOST_ROWS_SHOWN = 8
_STRONGEST_TINT = 90
_MOST_ROWS_MEASURED = 50
_CELL_SPACE, _SMALL_CELL_SPACE = 8, 6
_WIDEST_NAME = 44
# Further columns all get the width of the widest name.
_MOST_FITTED = 100


class DetailModel(QAbstractTableModel):
    """One row per column, in the units of the mixture: mean, sd, correlation with each column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.small_font = QFont()
        self.small_font.setPointSizeF(0.88 * self.small_font.pointSizeF())
        self._columns: tuple[str, ...] = ()
        self._units: tuple[str, ...] = ()
        self._row_names: tuple[str, ...] = ()
        self._mean: NDArray[np.float64] = np.empty(0)
        self._sd: NDArray[np.float64] = np.empty(0)
        self._covariance: NDArray[np.float64] = np.empty((0, 0))

    def show(self, mixture: Mixture | None, component: int | None) -> None:
        """Show one component; None empties the table."""
        shown = None if component is None else mixture
        columns, units = (shown.columns, shown.units) if shown else ((), ())
        reset = (columns, units) != (self._columns, self._units)
        if reset:
            self.beginResetModel()
            self._columns, self._units = columns, units
            self._row_names = _row_names(mixture) if mixture is not None else ()
        if mixture is not None and component is not None:
            self._mean = mixture.means[component]
            self._covariance = mixture.covariances[component]
            self._sd = np.sqrt(np.diagonal(self._covariance))
        if reset:
            self.endResetModel()
        elif columns:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() or not self._columns:
            return 0
        return FIRST_CORRELATION + (len(self._columns) if len(self._columns) > 1 else 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole:
            return self._value(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row(), index.column())
        if role == Qt.ItemDataRole.FontRole and index.column() >= FIRST_CORRELATION:
            return self.small_font
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._tint(index.row(), index.column() - FIRST_CORRELATION)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        vertical = orientation is Qt.Orientation.Vertical
        column = section if vertical else section - FIRST_CORRELATION
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if vertical:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        if role == Qt.ItemDataRole.FontRole and not vertical and column >= 0:
            return self.small_font
        if role == Qt.ItemDataRole.DisplayRole:
            if vertical:
                return self._row_names[column]
            return ("mean", "sd")[section] if column < 0 else self._columns[column]
        if role == Qt.ItemDataRole.EditRole and column >= 0:
            return f"correlation with {self._columns[column]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            if column < 0:
                return _MEAN_HELP if section == MEAN else _SD_HELP
            name = self._units[column]
            return name if vertical else f"correlation with {name}"
        return None

    def _correlation(self, row: int, other: int) -> float:
        """For one cell: of thousands of columns only a few can be seen."""
        return float(self._covariance[row, other] / (self._sd[row] * self._sd[other]))

    def _value(self, row: int, column: int) -> float:
        if column < FIRST_CORRELATION:
            return float((self._mean, self._sd)[column][row])
        return self._correlation(row, column - FIRST_CORRELATION)

    def _text(self, row: int, column: int) -> str:
        if column == MEAN:
            return measured(float(self._mean[row]), float(self._sd[row]))
        if column == SD:
            return measured(float(self._sd[row]), float(self._sd[row]))
        other = column - FIRST_CORRELATION
        return "" if other == row else correlation(self._correlation(row, other))

    def _tip(self, row: int, column: int) -> str:
        name = self._units[row]
        if column == MEAN:
            return f"mean of {name}: {self._mean[row]:.10g}"
        if column == SD:
            return f"standard deviation of {name}: {self._sd[row]:.10g}"
        other = column - FIRST_CORRELATION
        value = self._correlation(row, other)
        return f"correlation of {name} with {self._units[other]}: {value:.4f}"

    def _tint(self, row: int, other: int) -> QColor | None:
        if other < 0 or other == row:
            return None
        tint = QColor(self.theme.accent)
        tint.setAlpha(round(_STRONGEST_TINT * min(1.0, abs(self._correlation(row, other)))))
        return tint


def _row_names(mixture: Mixture) -> tuple[str, ...]:
    if not mixture.transforms:
        return mixture.columns
    named = zip(mixture.transforms, mixture.columns, strict=True)
    return tuple(transform.short_title(name) for transform, name in named)


class _DetailHeader(QHeaderView):
    """Column names, with the word "correlation" over those that are correlated with."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 2 * self.fontMetrics().height() + 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count() > FIRST_CORRELATION:
            painter = QPainter(self.viewport())
            model = self.model()
            assert isinstance(model, DetailModel)
            painter.setPen(QColor(model.theme.dim))
            left = max(self.sectionViewportPosition(FIRST_CORRELATION) + 6, 0)
            place = QRect(left, 0, self.width() - left, self.fontMetrics().height() + 2)
            words = "correlation with"
            if self.fontMetrics().horizontalAdvance(words) > place.width():
                words = "correlation"
            words = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, words)
            painter.end()


class ComponentDetail(QTableView):
    """Mean, sd and correlations of the chosen component; scrolls when there are many columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("componentDetail")
        self.setAccessibleName("Chosen component")
        self.setAccessibleDescription("Mean, standard deviation and correlations of each column.")
        self._model = DetailModel(self)
        self.setHorizontalHeader(_DetailHeader(Qt.Orientation.Horizontal, self))
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setMaximumWidth(90)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
            header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
            header.setSectionsClickable(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.horizontalHeader().hide()
        self._model.modelReset.connect(self._on_columns_changed)

    def show_component(self, mixture: Mixture | None, component: int | None) -> None:
        """Show component `component` (from 0) of `mixture`; None empties the panel."""
        self._model.show(mixture, component)
        self._widen()

    def set_theme(self, theme: Theme) -> None:
        """Tint the correlations in the theme's accent."""
        self._model.theme = theme
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._model.theme.dim))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(self.viewport().rect(), left, _EMPTY)
            painter.end()

    def sizeHint(self) -> QSize:
        rows = min(max(self._model.rowCount(), 1), _MOST_ROWS_SHOWN)
        if not self._model.rowCount():
            return QSize(270, _ROW_HEIGHT)
        bar = self.horizontalScrollBar().sizeHint().height() if self._overflows() else 0
        header = self.horizontalHeader().sizeHint().height()
        return QSize(270, header + rows * _ROW_HEIGHT + bar + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, min(self.sizeHint().height(), 4 * _ROW_HEIGHT))

    def _overflows(self) -> bool:
        names = self.verticalHeader().sizeHint().width()
        room = self.width() if self.isVisible() else 270
        return self.horizontalHeader().length() + names > room

    def _on_columns_changed(self) -> None:
        header = self.horizontalHeader()
        advance = QFontMetrics(self._model.small_font).horizontalAdvance
        header.setDefaultSectionSize(_WIDEST_NAME + _SMALL_CELL_SPACE)
        for section in range(min(header.count(), _MOST_FITTED)):
            name = str(self._model.headerData(section, Qt.Orientation.Horizontal))
            wanted = max(advance("+.00"), min(advance(name), _WIDEST_NAME))
            header.resizeSection(section, wanted + _SMALL_CELL_SPACE)
        header.setVisible(header.count() > 0)
        self.updateGeometry()

    def _widen(self) -> None:
        """Make room for the means and deviations; never less, so that nothing jumps in a fit."""
        header = self.horizontalHeader()
        for section in range(min(FIRST_CORRELATION, header.count())):
            rows = range(min(self._model.rowCount(), _MOST_ROWS_MEASURED))
            texts = (str(self._model.index(row, section).data()) for row in rows)
            needed = max(map(self.fontMetrics().horizontalAdvance, texts), default=0) + _CELL_SPACE
            if needed > header.sectionSize(section):
                header.resizeSection(section, needed)
