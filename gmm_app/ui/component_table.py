"""The components of a mixture: number, weight and rows, in their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gmm_app.ui import view_state
from gmm_app.ui.number_text import number
from gmm_app.ui.tokens import LIGHT, Theme

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture

Index = QModelIndex | QPersistentModelIndex

NUMBER, WEIGHT, ROWS = range(3)
_HEADERS = ("", "weight", "rows")
_FULL_HEADERS = ("component", "weight", "rows")
_HEADER_HELP = (
    "The component's number and colour.",
    "The share of all rows that the component accounts for; weights sum to 1.",
    "Expected rows: the sum of the rows' probabilities under the component (responsibilities).",
)
_EMPTY = "None yet: a fit finds them."
_ROW_HEIGHT = 28
_MOST_ROWS_SHOWN = 8
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


class ComponentModel(QAbstractTableModel):
    """Weights and expected rows of each component, from the mixture shown last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._weights: tuple[float, ...] = ()
        self._heaviest = 1.0
        self._total_weight = 0.0

    def show(self, weights: tuple[float, ...], total_weight: float) -> None:
        """Show these weights; rows keep their places when there are as many as before."""
        self._heaviest = max(weights, default=0.0) or 1.0
        if len(weights) != len(self._weights):
            self.beginResetModel()
            self._weights, self._total_weight = weights, total_weight
            self.endResetModel()
        elif weights:
            self._weights, self._total_weight = weights, total_weight
            self.dataChanged.emit(self.index(0, 0), self.index(len(weights) - 1, ROWS))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._weights)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        weight = self._weights[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            rows = number(weight * self._total_weight)
            return (str(index.row() + 1), f"{weight:.3f}", rows)[index.column()]
        if role == Qt.ItemDataRole.EditRole:
            return (index.row() + 1, weight, weight * self._total_weight)[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return weight / self._heaviest
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"component {index.row() + 1}: weight {weight:.6g}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        if role == Qt.ItemDataRole.EditRole:
            return _FULL_HEADERS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HEADER_HELP[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class ComponentDelegate(QStyledItemDelegate):
    """Paints the numbered badge and the bar beside the weight."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.column() != NUMBER:
            super().paint(painter, option, index)
        elif selected:
            painter.fillRect(option.rect, QColor(self.theme.selection))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() == NUMBER:
            self._paint_badge(painter, option, index.row())
        elif index.column() == WEIGHT:
            self._paint_bar(painter, option, index)
        painter.restore()

    def _paint_badge(self, painter: QPainter, option: QStyleOptionViewItem, i: int) -> None:
        badge = QRectF(option.rect.left() + 6, option.rect.center().y() - 9, 28, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.component_colour(i)))
        painter.drawRoundedRect(badge, 9, 9)
        text = QColor(self.theme.text_on_component(i))
        repeat = self.theme.component_dash(i)
        if repeat:
            # The dash of the ellipse, for the second channel beside colour and number.
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(text, 1, _DASHES[repeat % len(_DASHES)]))
            painter.drawRoundedRect(badge.adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(text)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(i + 1))

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        width = option.rect.width() - 60.0
        if width < 10:
            return
        track = QRectF(option.rect.left() + 6, option.rect.center().y() - 2, width, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.track))
        painter.drawRoundedRect(track, 3, 3)
        # Against the heaviest, so that the bars of many light components can still be told apart.
        share = float(index.data(Qt.ItemDataRole.UserRole))
        painter.setBrush(QColor(self.theme.component_colour(index.row())))
        track.setWidth(max(track.height(), track.width() * share))
        painter.drawRoundedRect(track, 3, 3)


class ComponentTable(QTableView):
    """One row per component; the selected one is shown in detail and stands out in the plot.

    Signals
    -------
    componentSelected(int) : the person chose component i (from 0); -1 when none is chosen.
    """

    componentSelected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("componentTable")
        self.setAccessibleName("Components")
        self.setAccessibleDescription("Number, weight and expected rows of each component.")
        self._model = ComponentModel(self)
        self._delegate = ComponentDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self._set_up_header()
        self.horizontalHeader().hide()
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(WEIGHT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(ROWS, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(NUMBER, 40)
        header.resizeSection(ROWS, 84)

    def set_mixture(self, mixture: Mixture | None, total_weight: float = 0) -> None:
        """Show the weights of `mixture`, and what they mean in rows; None empties the table."""
        before = self._model.rowCount()
        weights = () if mixture is None else tuple(float(w) for w in mixture.weights)
        self._model.show(weights, total_weight)
        if len(weights) != before:
            self.horizontalHeader().setVisible(bool(weights))
            self.updateGeometry()

    def select(self, component: int | None) -> None:
        """Select a component (from 0), or none."""
        if component is None or not 0 <= component < self._model.rowCount():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.selectRow(component)

    def selected(self) -> int | None:
        """The chosen component (from 0), or None."""
        index = self.currentIndex()
        return index.row() if index.isValid() else None

    def shown_state(self) -> dict[str, Any]:
        """The chosen component, as plain JSON values."""
        return {"selected": self.selected()}

    def show_state(self, state: dict[str, Any]) -> None:
        """Choose the component that `state` says, if there is one."""
        self.select(view_state.whole_number(state, "selected"))

    def set_theme(self, theme: Theme) -> None:
        """Paint badges and bars in the theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def sizeHint(self) -> QSize:
        rows = min(max(self._model.rowCount(), 1), _MOST_ROWS_SHOWN)
        header = self.horizontalHeader()
        top = 0 if header.isHidden() else header.sizeHint().height()
        return QSize(270, top + rows * _ROW_HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, min(self.sizeHint().height(), 3 * _ROW_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._delegate.theme.dim))
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(self.viewport().rect(), left, _EMPTY)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Nothing can be searched or ticked here: blank and full stop belong to the window.
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Period):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_current_changed(self, current: QModelIndex) -> None:
        self.componentSelected.emit(current.row() if current.isValid() else -1)
