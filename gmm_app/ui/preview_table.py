"""The first rows of a file as they will be read, and the rows that cannot be."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from gmm_app.data.batches import Kind, Rejected
from gmm_app.data.preview import Preview
from gmm_app.ui.tokens import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 24
_WIDEST = 220
_MOST_MEASURED = 50
_READ_AS = {"": "as found", "number": "a number", "text": "text"}


class PreviewModel(QAbstractTableModel):
    """Rows of a preview; under each column's name stands what its values are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.preview: Preview | None = None

    def show(self, preview: Preview | None) -> None:
        """Show another preview, or none."""
        self.beginResetModel()
        self.preview = preview
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        inside = parent is not None and parent.isValid()
        return 0 if self.preview is None or inside else self.preview.n_rows

    def columnCount(self, parent: Index | None = None) -> int:
        inside = parent is not None and parent.isValid()
        return 0 if self.preview is None or inside else len(self.preview.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.preview is None or not index.isValid():
            return None
        column = self.preview.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.preview.cell(index.row(), index.column()) or "missing"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.kind)
        if role == Qt.ItemDataRole.ForegroundRole:
            missing = not self.preview.cell(index.row(), index.column())
            quiet = missing or column.kind is not Kind.NUMBER
            return QColor(self.theme.faint if missing else self.theme.dim) if quiet else None
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if self.preview is None or orientation is Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        column = self.preview.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.name}\n{column.kind}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.name}: {column.kind}. Click to have it read as something else."
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.kind)
        return None


def _alignment(kind: Kind) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if kind is Kind.NUMBER else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class PreviewTable(QTableView):
    """A preview's rows; a click on a heading, or its context menu, says what the column is.

    Signals
    -------
    kindChosen(str, str) : the column is to be read as "number" or "text", or "" as found.
    """

    kindChosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewTable")
        self.setAccessibleName("First rows")
        self.setToolTip("The first rows as they will be read. Click a heading to change its kind.")
        self.rows = PreviewModel(self)
        self.setModel(self.rows)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST)
        self.horizontalHeader().sectionClicked.connect(self._on_heading_clicked)

    def show_preview(self, preview: Preview | None) -> None:
        """Show a preview, or nothing."""
        self.rows.show(preview)
        # Measuring thousands of columns would hold the window up.
        for section in range(min(self.rows.columnCount(), _MOST_MEASURED)):
            self.resizeColumnToContents(section)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self.rows.theme = theme
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        column = self.columnAt(event.x())
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            column = self.currentIndex().column()
        if column >= 0:
            self._ask_kind(column, event.globalPos())

    def _on_heading_clicked(self, column: int) -> None:
        header = self.horizontalHeader()
        below = QPoint(header.sectionViewportPosition(column), header.height())
        self._ask_kind(column, header.mapToGlobal(below))

    def _ask_kind(self, column: int, place: QPoint) -> None:
        preview = self.rows.preview
        if preview is None:
            return
        name = preview.columns[column].name
        now = dict(preview.options.kinds).get(name, "")
        menu = QMenu(self)
        menu.setObjectName("kindMenu")
        menu.setToolTipsVisible(True)
        for kind, words in _READ_AS.items():
            action = menu.addAction(f"Read as {words}" if kind else "Read as found")
            action.setCheckable(True)
            action.setChecked(kind == now)
            action.setToolTip(f"Take the values of {name} for {words}.")
            action.triggered.connect(lambda _=False, kind=kind: self.kindChosen.emit(name, kind))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


class RejectedModel(QAbstractTableModel):
    """Rows that cannot be read: line, column, value, reason."""

    HEADINGS = ("line", "column", "value", "reason")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Rejected] = []

    def show(self, rows: list[Rejected]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._rows[index.row()]
        return (f"{row.line:,}", row.column, row.value, row.reason)[index.column()]

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.HEADINGS[section]
        return None
