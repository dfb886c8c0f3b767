"""Preferences: what the program keeps on disk of tables that do not fit into memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gmm_app.data.column_store import ColumnStores, Store
from gmm_app.errors import GmmError
from gmm_app.ui.cards import card
from gmm_app.ui.option_editors import SPIN_BOX_INDENT
from gmm_app.ui.tokens import SPACING

_ABOUT = (
    "Tables that do not fit into memory are kept as columns in your cache folder, so that they "
    "open at once the next time. Those that were used longest ago give way to new ones."
)
_HEADINGS = ("Table", "Size", "Last used")
_GIGABYTE = 1_000_000_000
_MOST_GIGABYTES = 100_000
_WIDTH, _HEIGHT = 560, 380
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PreferencesDialog(QDialog):
    """The tables on disk: a list, what to remove of it, and how much room it may take."""

    def __init__(self, stores: ColumnStores, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferencesDialog")
        self.setWindowTitle("Preferences")
        self._stores = stores
        self._shown: list[Store] = []
        self._list = _table()
        self._list.itemSelectionChanged.connect(self._show_what_can_be_done)
        self._total = _label("", dim=True)
        self._total.setObjectName("storesTotal")
        self._remove = _button("removeStores", "Remove", "Remove the chosen tables from the disk.")
        self._remove.clicked.connect(self._on_remove)
        self._remove_all = _button("removeAllStores", "Remove all", "Remove all of these tables.")
        self._remove_all.clicked.connect(self._on_remove_all)
        self._room = QSpinBox()
        self._room.setObjectName("storesRoom")
        self._room.setAccessibleName("Room for tables on disk")
        self._room.setToolTip("How much room these tables may take on the disk, in all.")
        self._room.setRange(1, _MOST_GIGABYTES)
        self._room.setSuffix(" GB")
        self._room.setGroupSeparatorShown(True)
        self._room.lineEdit().setTextMargins(SPIN_BOX_INDENT, 0, 0, 0)
        self._room.setValue(max(stores.room // _GIGABYTE, 1))
        self._room.editingFinished.connect(self._on_room_edited)
        self._wrong = _label("")
        self._wrong.setObjectName("preferencesWrong")
        self._wrong.hide()
        self._lay_out()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Close the preferences.")
        buttons.rejected.connect(self.reject)
        title = _label("Tables on disk")
        title.setProperty("strong", True)
        below = QHBoxLayout()
        below.addWidget(self._total, 1)
        below.addWidget(self._remove)
        below.addWidget(self._remove_all)
        room = QHBoxLayout()
        label = _label("Room they may take", dim=True)
        label.setWordWrap(False)
        label.setBuddy(self._room)
        room.addWidget(label)
        room.addWidget(self._room)
        room.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(title)
        layout.addWidget(_label(_ABOUT, dim=True))
        layout.addWidget(card(self._list), 1)
        layout.addLayout(below)
        layout.addLayout(room)
        layout.addWidget(self._wrong)
        layout.addWidget(buttons)
        self.resize(_WIDTH, _HEIGHT)

    def _fill(self) -> None:
        self._shown = self._stores.stores()
        self._list.setRowCount(len(self._shown))
        for row, store in enumerate(self._shown):
            used = datetime.fromtimestamp(store.used).strftime("%Y-%m-%d %H:%M")
            texts = (PurePath(store.source).name or store.source, _size(store.n_bytes), used)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(store.source)
                if column == 1:
                    item.setTextAlignment(_RIGHT)
                self._list.setItem(row, column, item)
        total = _size(sum(store.n_bytes for store in self._shown))
        self._total.setText(f"{total} in all" if self._shown else "No table is kept on disk.")
        self._show_what_can_be_done()

    def _show_what_can_be_done(self) -> None:
        self._remove.setEnabled(bool(self._chosen()))
        self._remove_all.setEnabled(bool(self._shown))

    def _chosen(self) -> list[Store]:
        rows = {index.row() for index in self._list.selectedIndexes()}
        return [self._shown[row] for row in sorted(rows)]

    def _on_remove(self) -> None:
        self._stores.clear(self._chosen())
        self._fill()

    def _on_remove_all(self) -> None:
        self._stores.clear()
        self._fill()

    def _on_room_edited(self) -> None:
        try:
            self._stores.allow(self._room.value() * _GIGABYTE)
            wrong = ""
        except GmmError as error:
            wrong = str(error)
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        self._fill()


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_HEADINGS))
    table.setObjectName("storesTable")
    table.setAccessibleName("Tables on disk")
    table.setToolTip("Tables on disk, the last used first.")
    table.setHorizontalHeaderLabels(list(_HEADINGS))
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    sizes = table.horizontalHeaderItem(1)
    assert sizes is not None, "it was made above"
    sizes.setTextAlignment(_RIGHT)
    for section in (1, 2):
        header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
    return table


def _button(name: str, text: str, help_text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(help_text)
    button.setAutoDefault(False)
    return button


def _label(text: str, *, dim: bool = False) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if dim:
        label.setProperty("dim", True)
    return label


def _size(n_bytes: int) -> str:
    if n_bytes >= _GIGABYTE:
        return f"{n_bytes / _GIGABYTE:,.1f} GB"
    if n_bytes >= _GIGABYTE // 1000:
        return f"{n_bytes / 1e6:,.1f} MB"
    return f"{n_bytes / 1e3:,.0f} kB"
