"""The tables that are kept on disk: listed, removed, and bounded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QTableWidget
from pytestqt.qtbot import QtBot

from gmm_app.data.column_store import MOST_BYTES, ColumnStores
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.preferences_dialog import PreferencesDialog
from tests.ui.finding import find
from tests.ui.shown import shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def stores(tmp_path: Path) -> ColumnStores:
    """Two tables on disk."""
    stores = ColumnStores(tmp_path / "columns")
    for name in ("one", "two"):
        path = tmp_path / f"{name}.csv"
        path.write_text("a,b\n" + "1.5,2\n" * 1000, encoding="utf-8")
        read_table(path, options=ImportOptions(storage="disk"), stores=stores)
    return stores


@pytest.fixture
def dialog(qtbot: QtBot, stores: ColumnStores) -> Iterator[PreferencesDialog]:
    made = PreferencesDialog(stores)
    with shown(made):
        yield made


def _names(dialog: PreferencesDialog) -> list[str]:
    table = find(dialog, QTableWidget, "storesTable")
    items = [table.item(row, 0) for row in range(table.rowCount())]
    return sorted(item.text() for item in items if item is not None)


def test_tables_are_listed_and_removed(dialog: PreferencesDialog, stores: ColumnStores) -> None:
    assert _names(dialog) == ["one.csv", "two.csv"]
    remove = find(dialog, QPushButton, "removeStores")
    assert not remove.isEnabled()
    table = find(dialog, QTableWidget, "storesTable")
    kept = table.item(1, 0)
    assert kept is not None
    name = kept.text()
    table.selectRow(0)
    remove.click()
    assert _names(dialog) == [name]
    assert len(stores.stores()) == 1
    find(dialog, QPushButton, "removeAllStores").click()
    assert stores.stores() == []
    assert find(dialog, QLabel, "storesTotal").text() == "No table is kept on disk."


def test_the_room_is_kept_for_the_next_time(
    dialog: PreferencesDialog, stores: ColumnStores
) -> None:
    room = find(dialog, QSpinBox, "storesRoom")
    assert room.value() == MOST_BYTES // 1_000_000_000
    room.setValue(2)
    room.editingFinished.emit()
    assert ColumnStores(stores.root).room == 2_000_000_000
    assert len(stores.stores()) == 2


def test_less_room_removes_what_is_too_much(stores: ColumnStores) -> None:
    used = [store.n_bytes for store in stores.stores()]
    stores.allow(used[0])
    assert len(stores.stores()) == 1


def test_the_window_has_preferences(window: MainWindow) -> None:
    window._actions["preferences"].trigger()
    dialog = find(window, PreferencesDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_what_was_wrong_is_gone_once_it_is_right(
    dialog: PreferencesDialog, stores: ColumnStores
) -> None:
    room = find(dialog, QSpinBox, "storesRoom")
    wrong = find(dialog, QLabel, "preferencesWrong")
    stores.clear()
    away = stores.root.rename(stores.root.with_name("away"))
    stores.root.write_text("a file in the place of the folder")
    room.setValue(2)
    room.editingFinished.emit()
    assert wrong.isVisible() and wrong.text()
    stores.root.unlink()
    away.rename(stores.root)
    room.editingFinished.emit()
    assert not wrong.isVisible()
    assert stores.room == 2_000_000_000
