"""The condition on rows: checked as it is typed, taken when it is left, never in silence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gmm_app.data.samples import SAMPLES
from gmm_app.data.table import LabelColumn, Table
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.row_filter import RowFilter
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def some_table() -> Table:
    values = np.array([np.arange(2000.0), np.arange(2000.0) % 7])
    kind = LabelColumn("kind", (np.arange(2000) % 2).astype(np.int32), ("odd", "even"))
    return Table(values, ("count", "FSC-A"), "rows.csv", ("kind",), (kind,))


@pytest.fixture
def rows(qtbot: QtBot) -> Iterator[RowFilter]:
    worker = ViewWorker()
    made = RowFilter(worker)
    qtbot.addWidget(made)
    made.show_rows(some_table(), "", 2000)
    made.show()
    yield made
    assert worker.shutdown()


def edit(rows: RowFilter) -> QLineEdit:
    return find(rows, QLineEdit, "rowFilterEdit")


def said(rows: RowFilter) -> str:
    label = find(rows, QLabel, "rowFilterMessage")
    return label.text() if label.isVisible() else ""


def type_(rows: RowFilter, text: str, qtbot: QtBot) -> None:
    edit(rows).clear()
    qtbot.keyClicks(edit(rows), text)
    rows._completer.popup.hide()


def test_it_shows_an_example_and_what_can_be_said(rows: RowFilter) -> None:
    assert edit(rows).placeholderText() == "rows where count > 0"
    assert "join conditions by and, or, not" in edit(rows).toolTip()
    assert said(rows) == ""


def test_a_condition_is_checked_as_it_is_typed_and_taken_on_enter(
    rows: RowFilter, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(rows.chosen):
        type_(rows, "count < 1234", qtbot)
        qtbot.waitUntil(lambda: said(rows) == "1,234 of 2,000 rows; Enter takes them")
    with qtbot.waitSignal(rows.chosen) as chosen:
        qtbot.keyClick(edit(rows), Qt.Key.Key_Return)
    assert chosen.args == ["count < 1234"]
    assert said(rows) == "1,234 of 2,000 rows"
    with qtbot.assertNotEmitted(rows.chosen, wait=50):
        edit(rows).editingFinished.emit()
    edit(rows).selectAll()
    qtbot.keyClick(edit(rows), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: said(rows) == "Enter takes all rows")
    with qtbot.waitSignal(rows.chosen) as chosen:
        edit(rows).editingFinished.emit()
    assert chosen.args == [""]


def test_what_is_no_condition_is_said_and_marked_and_not_taken(
    rows: RowFilter, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(rows.chosen):
        type_(rows, "coun > 3", qtbot)
        qtbot.keyClick(edit(rows), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: said(rows).endswith("at character 1: did you mean count?"))
        assert edit(rows).property("wrong")
        type_(rows, "count > 9999", qtbot)
        qtbot.keyClick(edit(rows), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: said(rows) == "No row fulfils that.")
    type_(rows, "count > 5", qtbot)
    qtbot.waitUntil(lambda: said(rows).startswith("1,994 of 2,000"))
    assert not edit(rows).property("wrong")


def test_escape_brings_back_what_counts(rows: RowFilter, qtbot: QtBot) -> None:
    rows.show_rows(some_table(), "count < 10", 10)
    assert said(rows) == "10 of 2,000 rows"
    type_(rows, "count <", qtbot)
    qtbot.waitUntil(lambda: "the condition ends" in said(rows))
    assert said(rows).endswith("Until then, rows where count < 10 count.")
    qtbot.keyClick(edit(rows), Qt.Key.Key_Escape)
    assert edit(rows).text() == "count < 10"
    qtbot.waitUntil(lambda: said(rows) == "10 of 2,000 rows")


def test_what_is_being_typed_outlives_other_choices_but_not_another_condition(
    rows: RowFilter, qtbot: QtBot
) -> None:
    table = some_table()
    rows.show_rows(table, "", 2000)
    type_(rows, "count > 5", qtbot)
    rows.show_rows(table, "", 2000)
    assert edit(rows).text() == "count > 5"
    rows.show_rows(table, "count > 7", 1992)
    assert edit(rows).text() == "count > 7"
    assert said(rows) == "1,992 of 2,000 rows"
    rows.show_rows(some_table(), "", 2000)
    assert edit(rows).text() == said(rows) == ""


def test_nothing_is_taken_while_it_is_disabled(rows: RowFilter, qtbot: QtBot) -> None:
    type_(rows, "count > 5", qtbot)
    with qtbot.assertNotEmitted(rows.chosen):
        edit(rows).editingFinished.emit()
        rows.set_disabled_reason("A fit is running.")
        assert edit(rows).toolTip() == "A fit is running."
        qtbot.waitUntil(lambda: said(rows) == "1,994 of 2,000 rows; Enter takes them")
    rows.set_disabled_reason("")
    with qtbot.waitSignal(rows.chosen):
        qtbot.keyClick(edit(rows), Qt.Key.Key_Return)


def test_names_are_completed_and_quoted_where_they_must_be(rows: RowFilter, qtbot: QtBot) -> None:
    names = rows._completer.popup
    qtbot.keyClicks(edit(rows), "count > 3 and fs")
    qtbot.waitUntil(names.isVisible)
    qtbot.keyClick(names, Qt.Key.Key_Down)
    with qtbot.assertNotEmitted(rows.chosen):
        qtbot.keyClick(names, Qt.Key.Key_Return)
    assert edit(rows).text() == 'count > 3 and "FSC-A"'
    qtbot.keyClicks(edit(rows), " > 2 and kind = 'co")
    assert not names.isVisible()


def test_a_condition_in_the_window_changes_the_rows_that_are_fitted(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(SAMPLES["gvhd_control"].path)
    line = find(window, QLineEdit, "rowFilterEdit")
    line.setText("CD4 > 200 and CD8 < 400")
    line.editingFinished.emit()
    dataset = window._document.dataset
    qtbot.waitUntil(lambda: window._document.dataset is not dataset)
    assert window._document.choice.where == "CD4 > 200 and CD8 < 400"
    chosen = window._document.dataset
    assert chosen is not None and 0 < chosen.n_samples < 6809
    message = find(window, QLabel, "rowFilterMessage").text()
    assert message == f"{chosen.n_samples:,} of 6,809 rows"
    assert "None of them left out." in find(window, QLabel, "dataRemarks").text()
