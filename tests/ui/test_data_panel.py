"""The data panel: columns, ticks, histograms, remarks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from gmm_app.data.table import Table
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import NAME, REMARK_ROLE, ColumnList
from gmm_app.ui.data_panel import DataPanel
from tests.ui.finding import find

# Qt's plugin without a screen says so whenever a window with a least size is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

GAP = np.nan
VALUES = np.array([[1.0, 2.0, GAP, 4.0], [5.0, 5.0, 5.0, 5.0], [1.0, 3.0, 2.0, 4.0]])


@pytest.fixture
def table() -> Table:
    return Table(VALUES.copy(), ("a", "b", "c"), "/some/where/rows.csv", ("who", "when"))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DataPanel]:
    worker = ViewWorker()
    made = DataPanel(worker)
    qtbot.addWidget(made)
    made.show()
    yield made
    assert worker.shutdown()


def _list(panel: DataPanel) -> ColumnList:
    found = find(panel, ColumnList)
    assert isinstance(found, ColumnList)
    return found


def _index(panel: DataPanel, row: int, column: int) -> QModelIndex:
    return _list(panel).columns.index(row, column)


def _remarks(panel: DataPanel) -> str:
    label = find(panel, QLabel, "dataRemarks")
    assert isinstance(label, QLabel)
    return label.text()


def test_an_empty_panel_says_how_to_begin(panel: DataPanel) -> None:
    assert "Open a file" in _remarks(panel)
    assert not _list(panel).isVisible()


def test_columns_remarks_and_what_was_left_out(panel: DataPanel, table: Table) -> None:
    panel.show_data(table, table.dataset(["a", "c"], missing="drop"))
    file = find(panel, QLabel, "fileLabel")
    assert isinstance(file, QLabel)
    assert file.text() == "rows.csv"
    assert file.toolTip() == "/some/where/rows.csv"
    ticks = [
        Qt.CheckState(_index(panel, row, NAME).data(Qt.ItemDataRole.CheckStateRole))
        for row in range(3)
    ]
    checked = Qt.CheckState.Checked
    assert [tick is checked for tick in ticks] == [True, False, True]
    assert _index(panel, 0, NAME).data(REMARK_ROLE) == "1 missing"
    assert "1 row left out" in _remarks(panel)
    assert "Not numbers: who, when." in _remarks(panel)


def test_rows_that_lack_values_may_be_kept_or_left_out(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    choice = find(panel, QCheckBox, "completeRowsOnly")
    assert isinstance(choice, QCheckBox)
    panel.show_data(table, table.dataset(["b", "c"]))
    assert not choice.isVisible()
    panel.show_data(table, table.dataset(["a", "c"]))
    assert choice.isVisible()
    assert not choice.isChecked()
    assert "1 row with gaps: what is there counts." in _remarks(panel)
    with qtbot.waitSignal(panel.chosen) as chosen:
        choice.click()
    assert chosen.args == [{"missing": "drop"}]
    panel.set_disabled_reason("A fit is running.")
    assert not choice.isEnabled()
    panel.show_data(None, None)
    assert not choice.isVisible()


def test_histograms_come_from_the_other_thread(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    panel.show_data(table, table.dataset())
    role = Qt.ItemDataRole.UserRole
    qtbot.waitUntil(lambda: _index(panel, 2, NAME).data(role) is not None, timeout=10_000)
    assert int(_index(panel, 0, NAME).data(role).counts.sum()) == 3
    assert int(_index(panel, 2, NAME).data(role).counts.sum()) == 4
    assert _index(panel, 1, NAME).data(REMARK_ROLE) == "constant"


def test_a_tick_asks_for_other_columns(panel: DataPanel, table: Table, qtbot: QtBot) -> None:
    panel.show_data(table, table.dataset(["a", "c"]))
    with qtbot.waitSignal(panel.chosen) as chosen:
        _list(panel).columns.setData(
            _index(panel, 0, NAME), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
        )
    assert chosen.args == [{"columns": ("c",)}]


def test_blank_ticks_the_column_under_the_cursor(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    panel.show_data(table, table.dataset(["a", "c"]))
    view = _list(panel)
    view.setCurrentIndex(_index(panel, 1, NAME))
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Space)
    assert chosen.args == [{"columns": ("a", "b", "c")}]


def test_disabled_columns_say_why(panel: DataPanel, table: Table) -> None:
    panel.show_data(table, table.dataset())
    panel.set_disabled_reason("A fit is running.")
    assert not _list(panel).isEnabled()
    assert _list(panel).toolTip() == "A fit is running."
    panel.set_disabled_reason("")
    assert _list(panel).isEnabled()


def test_a_remark_stands_under_the_name_and_takes_no_room_from_it(
    panel: DataPanel, table: Table
) -> None:
    view = _list(panel)
    panel.show_data(table, table.dataset())
    panel.resize(240, 400)
    panel.show()
    tall = view.rowHeight(0)
    assert view.columnWidth(NAME) > 0.6 * view.viewport().width()
    whole = Table(table.values[2:], table.columns[2:], table.source)
    panel.show_data(whole, whole.dataset())
    assert view.rowHeight(0) < tall
