"""The table of components, and the detail of one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gmm_app.mixture.mixture import Mixture
from gmm_app.ui.component_detail import ComponentDetail
from gmm_app.ui.component_table import NUMBER, ROWS, WEIGHT, ComponentTable
from gmm_app.ui.tokens import DARK
from tests.problems import random_mixture

# Qt's plugin without a screen says so whenever a window with a least size is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def _texts(table: ComponentTable | ComponentDetail) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


@pytest.fixture
def mixture() -> Mixture:
    covariance = np.array([[4.0, 3.0], [3.0, 9.0]])
    return Mixture(
        np.array([0.75, 0.25]),
        np.array([[327.77, -1.0], [0.0, 2.0]]),
        np.array([covariance, np.eye(2)]),
        columns=("length", "width"),
    )


@pytest.fixture
def table(qtbot: QtBot) -> ComponentTable:
    made = ComponentTable()
    qtbot.addWidget(made)
    return made


def test_weights_and_rows_stand_in_the_mixtures_order(
    table: ComponentTable, mixture: Mixture
) -> None:
    table.set_mixture(mixture, 6_000)
    assert _texts(table) == [["1", "0.750", "4,500"], ["2", "0.250", "1,500"]]
    alignment = table.model().index(0, WEIGHT).data(Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight


def test_headings_explain_themselves(table: ComponentTable) -> None:
    tip = Qt.ItemDataRole.ToolTipRole
    for section, words in ((NUMBER, "colour"), (WEIGHT, "sum to 1"), (ROWS, "responsibilities")):
        assert words in table.model().headerData(section, Qt.Orientation.Horizontal, tip)


def test_the_selection_outlives_new_numbers(
    table: ComponentTable, mixture: Mixture, qtbot: QtBot
) -> None:
    table.set_mixture(mixture, 100)
    with qtbot.waitSignal(table.componentSelected) as selected:
        table.select(1)
    assert selected.args == [1]
    table.set_mixture(mixture.by_weight(), 200)
    assert table.selected() == 1


def test_arrow_keys_choose_and_blanks_are_left_to_the_window(
    table: ComponentTable, mixture: Mixture, qtbot: QtBot
) -> None:
    table.set_mixture(mixture, 100)
    table.select(0)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.selected() == 1
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.selected() == 1


def test_an_empty_table_has_no_selection(table: ComponentTable, mixture: Mixture) -> None:
    table.set_mixture(mixture, 100)
    table.select(1)
    table.set_mixture(None)
    assert table.model().rowCount() == 0
    assert table.selected() is None


def test_many_components_are_painted_in_both_themes(
    table: ComponentTable, mixture: Mixture
) -> None:
    table.set_mixture(random_mixture(15, 2, seed=1), 1_000)
    table.resize(300, 500)
    light = table.grab().toImage()
    table.set_theme(DARK)
    assert table.grab().toImage() != light


def test_detail_shows_mean_sd_and_correlation(mixture: Mixture, qtbot: QtBot) -> None:
    detail = ComponentDetail()
    qtbot.addWidget(detail)
    detail.show_component(mixture, 0)
    assert _texts(detail) == [
        ["327.77", "2.00", "", "+.50"],
        ["\N{MINUS SIGN}1.00", "3.00", "+.50", ""],
    ]
    vertical = Qt.Orientation.Vertical
    assert [detail.model().headerData(i, vertical) for i in range(2)] == ["length", "width"]
    detail.show_component(None, None)
    assert detail.model().rowCount() == 0


def test_detail_of_one_column_has_no_correlation(qtbot: QtBot) -> None:
    detail = ComponentDetail()
    qtbot.addWidget(detail)
    detail.show_component(random_mixture(2, 1, seed=0), 1)
    assert detail.model().columnCount() == 2


def test_detail_scrolls_when_there_are_many_columns(qtbot: QtBot) -> None:
    detail = ComponentDetail()
    qtbot.addWidget(detail)
    detail.resize(300, 200)
    detail.show()
    detail.show_component(random_mixture(2, 30, seed=0), 0)
    qtbot.waitUntil(lambda: detail.horizontalScrollBar().maximum() > 0)
    assert detail.verticalScrollBar().maximum() > 0
