"""The data panel: columns, ticks, histograms, remarks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from gmm_app.data.choice import DataChoice
from gmm_app.data.roles import Role
from gmm_app.data.table import LabelColumn, Table
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import ColumnList
from gmm_app.ui.column_menu import column_menu
from gmm_app.ui.column_model import HISTOGRAM, NAME, RANGE_ROLE, REMARK_ROLE, USE
from gmm_app.ui.data_panel import DataPanel
from tests.ui.finding import find

# Qt's plugin without a screen says so whenever a window with a least size is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

GAP = np.nan
ALL = ("a", "b", "c")
VALUES = np.array([[1.0, 2.0, GAP, 4.0], [5.0, 5.0, 5.0, 5.0], [1.0, 3.0, 2.0, 4.0]])


@pytest.fixture
def table() -> Table:
    who = LabelColumn("who", np.array([0, 1, -1, 0], dtype=np.int32), ("Ann", "Bo"))
    return Table(VALUES.copy(), ALL, "/some/where/rows.csv", ("who", "when"), (who,))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DataPanel]:
    worker = ViewWorker()
    made = DataPanel(worker)
    qtbot.addWidget(made)
    made.show()
    yield made
    assert worker.shutdown()


def test_the_sheet_that_was_read_and_what_could_not_be_are_said(
    panel: DataPanel, table: Table
) -> None:
    _show(panel, replace(table, part="plate 2", n_unread=3), DataChoice(("a",)))
    file = find(panel, QLabel, "fileLabel")
    assert file.text() == "rows.csv: plate 2"
    assert "Read again otherwise" in file.toolTip()
    assert "3 rows of the file could not be read" in find(panel, QLabel, "dataRemarks").text()


def test_words_among_numbers_are_said_unless_the_column_is_wanted_so(
    panel: DataPanel, table: Table
) -> None:
    table = replace(table, nearly_numbers=("who",))
    remarks = find(panel, QLabel, "dataRemarks")
    _show(panel, table, DataChoice(("a",)))
    assert "Not all values of column 'who' are numbers" in remarks.text()
    assert "Read again otherwise" in remarks.text()
    _show(panel, table, DataChoice(("a",), known="who"))
    assert "numbers" not in remarks.text()


def _show(panel: DataPanel, table: Table, choice: DataChoice) -> None:
    panel.show_data(table, choice.rows_of(table), choice)


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
    _show(panel, table, DataChoice(("a", "c"), missing="drop"))
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
    assert _index(panel, 2, NAME).data(REMARK_ROLE) == "numbers"


def test_columns_of_words_are_listed_without_a_tick(panel: DataPanel, table: Table) -> None:
    _show(panel, table, DataChoice(ALL))
    assert _list(panel).columns.rowCount() == 5
    who, when = _index(panel, 3, NAME), _index(panel, 4, NAME)
    assert (who.data(), who.data(RANGE_ROLE)) == ("who", "2 different")
    assert (when.data(), when.data(RANGE_ROLE)) == ("when", "")
    assert who.data(REMARK_ROLE) == "1 missing"
    assert when.data(REMARK_ROLE) == "other"
    assert not who.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert who.data(Qt.ItemDataRole.CheckStateRole) is None


def test_rows_that_lack_values_may_be_kept_or_left_out(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    choice = find(panel, QCheckBox, "completeRowsOnly")
    assert isinstance(choice, QCheckBox)
    _show(panel, table, DataChoice(("b", "c")))
    assert not choice.isVisible()
    _show(panel, table, DataChoice(("a", "c")))
    assert choice.isVisible()
    assert not choice.isChecked()
    assert "1 row with gaps: what is there counts." in _remarks(panel)
    with qtbot.waitSignal(panel.chosen) as chosen:
        choice.click()
    assert chosen.args == [{"missing": "drop"}]
    panel.set_disabled_reason("A fit is running.")
    assert not choice.isEnabled()
    panel.show_data(None, None, DataChoice(()))
    assert not choice.isVisible()


def test_histograms_come_from_the_other_thread(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    _show(panel, table, DataChoice(ALL))
    role = Qt.ItemDataRole.UserRole
    qtbot.waitUntil(lambda: _index(panel, 2, NAME).data(role) is not None, timeout=10_000)
    assert int(_index(panel, 0, NAME).data(role).counts.sum()) == 3
    assert int(_index(panel, 2, NAME).data(role).counts.sum()) == 4
    assert _index(panel, 1, NAME).data(REMARK_ROLE) == "constant"
    assert _index(panel, 0, NAME).data(RANGE_ROLE) == "1 to 4"
    assert _index(panel, 2, NAME).data(REMARK_ROLE) == "integers"
    assert _index(panel, 3, HISTOGRAM).data(role).counts.tolist() == [2, 1]
    tip = _index(panel, 0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "a is fitted; untick it to leave it out.\nIntegers, 1 to 4, 1 missing."


def test_a_tick_asks_for_other_columns(panel: DataPanel, table: Table, qtbot: QtBot) -> None:
    _show(panel, table, DataChoice(("a", "c")))
    with qtbot.waitSignal(panel.chosen) as chosen:
        _list(panel).columns.setData(
            _index(panel, 0, NAME), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
        )
    assert chosen.args == [{"columns": ("c",)}]


def test_blank_ticks_the_column_under_the_cursor(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    _show(panel, table, DataChoice(("a", "c")))
    view = _list(panel)
    view.setCurrentIndex(_index(panel, 1, NAME))
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Space)
    assert chosen.args == [{"columns": ("a", "b", "c")}]


def test_disabled_columns_say_why(panel: DataPanel, table: Table) -> None:
    _show(panel, table, DataChoice(ALL))
    panel.set_disabled_reason("A fit is running.")
    assert not _list(panel).isEnabled()
    assert _list(panel).toolTip() == "A fit is running."
    panel.set_disabled_reason("")
    assert _list(panel).isEnabled()


def test_a_remark_stands_under_the_name_and_takes_no_room_from_it(
    panel: DataPanel, table: Table
) -> None:
    view = _list(panel)
    _show(panel, table, DataChoice(ALL))
    panel.resize(240, 400)
    assert view.columnWidth(NAME) > 0.5 * view.viewport().width()
    assert view.rowHeight(0) > 2 * view.fontMetrics().height()


def _role_action(panel: DataPanel, role: str) -> QAction:
    return find(find(_list(panel), QMenu, "columnMenu"), QAction, f"{role}Action")


def test_a_menu_gives_a_column_another_use(panel: DataPanel, table: Table, qtbot: QtBot) -> None:
    _show(panel, table, DataChoice(ALL))
    view = _list(panel)
    view.setCurrentIndex(_index(panel, 2, USE))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert _role_action(panel, "feature").isChecked()
    assert "One column" in _role_action(panel, "weight").toolTip()
    with qtbot.waitSignal(panel.chosen) as chosen:
        _role_action(panel, "weight").trigger()
    assert chosen.args == [{"columns": ("a", "b"), "weights": "c"}]
    assert _index(panel, 2, NAME).data(REMARK_ROLE) == "weight"
    find(view, QMenu, "columnMenu").close()


def test_one_column_at_most_is_the_label(panel: DataPanel, table: Table, qtbot: QtBot) -> None:
    _show(panel, table, DataChoice(("a", "b"), known="c"))
    with qtbot.waitSignal(panel.chosen) as chosen:
        _list(panel).columns.roleWanted.emit("who", Role.KNOWN)
    assert chosen.args == [{"known": "who"}]
    assert _index(panel, 3, NAME).data(REMARK_ROLE) == "label, 1 missing"
    assert _index(panel, 2, NAME).data(REMARK_ROLE) != "label"
    _show(panel, table, DataChoice(("a", "b"), known="who"))
    assert "Components: 1 is Ann, 2 is Bo." in _remarks(panel)


def test_uses_that_a_column_cannot_have_say_why(
    panel: DataPanel, table: Table, qtbot: QtBot
) -> None:
    values = np.array([[-1.0, 0.5], [1.0, 2.0]])
    odd = Table(values, ("half", "b"), "rows.csv", ("who", "when"), table.labels)
    _show(panel, odd, DataChoice(("half",)))
    summary = Qt.ItemDataRole.UserRole
    qtbot.waitUntil(lambda: _index(panel, 0, NAME).data(summary) is not None, timeout=10_000)
    reasons = {}
    for row in range(4):
        menu = column_menu(_list(panel).columns, row, panel)
        reasons[row] = {
            action.text(): action.toolTip() for action in menu.actions() if not action.isEnabled()
        }
        menu.deleteLater()
    assert reasons[0] == {
        "Weight": "half has negative numbers, and weights have none.",
        "Known label": "half holds other numbers than whole ones.",
    }
    assert reasons[1] == {}
    assert list(reasons[2]) == ["Feature", "Weight"]
    assert reasons[3]["Known label"] == "when holds neither whole numbers nor few different words."


def test_rows_that_a_condition_leaves_out_are_told_from_those_with_gaps(
    panel: DataPanel, table: Table
) -> None:
    _show(panel, table, DataChoice(ALL, where="c > 1"))
    assert "1 row with gaps" in _remarks(panel)
    assert "left out" not in _remarks(panel)
    assert find(panel, QLabel, "rowFilterMessage").text() == "3 of 4 rows"
    _show(panel, table, DataChoice(ALL, where="c > 1", missing="drop"))
    assert "1 row left out for missing" in _remarks(panel)
    _show(panel, table, DataChoice(("c",), where="c > 1"))
    assert "None of them left out." in _remarks(panel)


def test_thousands_of_columns_are_listed_in_little_time(panel: DataPanel) -> None:
    names = tuple(f"column {i}" for i in range(20_000))
    table = Table(np.zeros((len(names), 3)), names, "rows.csv")
    choice = DataChoice(names)
    dataset = choice.rows_of(table)
    assert table.missing_counts[0] == 0  # counted where the file is read
    began = time.thread_time()
    panel.show_data(table, dataset, choice)
    QApplication.processEvents()
    _list(panel).columns.roleWanted.emit("column 7", Role.IGNORED)
    QApplication.processEvents()
    assert time.thread_time() - began < 1.0
