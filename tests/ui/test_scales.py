"""Transforms in the window: chosen in the data panel, seen in plot and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from gmm_app.data.choice import DataChoice
from gmm_app.data.samples import SAMPLES
from gmm_app.data.table import LabelColumn, Table
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import ColumnList
from gmm_app.ui.column_model import NAME, REMARK_ROLE
from gmm_app.ui.component_detail import ComponentDetail
from gmm_app.ui.data_panel import DataPanel
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.scale_menu import ScaleMenu
from tests.ui.finding import find
from tests.ui.plot_problems import normal_dataset

# Qt's plugin without a screen says so whenever a window with a least size, or a menu, is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

TABLE = Table(np.arange(1.0, 13.0).reshape(3, 4), ("a", "b", "c"), "rows.csv")
CHOICE = DataChoice(("a", "c"), transforms=(("c", "log"),))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DataPanel]:
    worker = ViewWorker()
    made = DataPanel(worker)
    qtbot.addWidget(made)
    made.show()
    made.show_data(TABLE, CHOICE.rows_of(TABLE), CHOICE)
    yield made
    assert worker.shutdown()


def entries(panel: DataPanel | MainWindow, row: int) -> dict[str, QAction]:
    """What the menu of the column in a row offers as transforms, by their words."""
    columns = find(panel, ColumnList)
    columns.open_menu(row)
    menu = columns.findChildren(ScaleMenu)[-1]
    return {str(action.data()): action for action in menu.actions()}


def remark(panel: DataPanel | MainWindow, row: int) -> str:
    return str(find(panel, ColumnList).columns.index(row, NAME).data(REMARK_ROLE))


def test_each_column_that_is_fitted_says_under_which_transform(panel: DataPanel) -> None:
    assert remark(panel, 2) == "log" and remark(panel, 0) != "log"
    tip = find(panel, ColumnList).columns.index(2, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("c is fitted under log;")
    chosen = [words for words, action in entries(panel, 2).items() if action.isChecked()]
    assert chosen == ["log"]
    assert all(action.toolTip().endswith(".") for action in entries(panel, 2).values())


def test_a_transform_is_chosen_from_the_column_s_menu(panel: DataPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        entries(panel, 2)["none"].trigger()
    assert chosen.args == [{"transforms": ()}]
    with qtbot.waitSignal(panel.chosen) as chosen:
        entries(panel, 0)["arcsinh:150"].trigger()
    assert chosen.args == [{"transforms": (("a", "arcsinh:150"),)}]
    assert remark(panel, 0) == "arcsinh:150"


def test_a_column_that_is_not_fitted_keeps_its_transform_for_when_it_is(
    panel: DataPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        entries(panel, 1)["standardise"].trigger()
    assert chosen.args == [{"transforms": (("b", "standardise"), ("c", "log"))}]
    assert "standardise" not in remark(panel, 1)


def test_columns_of_words_have_no_transforms(panel: DataPanel) -> None:
    words = LabelColumn("who", np.array([0, 1, 0, 1], dtype=np.int32), ("x", "y"))
    table = Table(TABLE.values, TABLE.columns, "rows.csv", ("who",), (words,))
    panel.show_data(table, CHOICE.rows_of(table), CHOICE)
    columns = find(panel, ColumnList)
    columns.open_menu(3)
    assert not columns.findChildren(ScaleMenu)


@pytest.mark.parametrize(
    ("answer", "given", "wanted"),
    [("25", True, "arcsinh:25"), ("25", False, ""), ("  ", True, "")],
)
def test_another_cofactor_is_asked_for(
    panel: DataPanel,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    given: bool,
    wanted: str,
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (answer, given))
    heard: list[dict[str, object]] = []
    panel.chosen.connect(heard.append)
    entries(panel, 0)["arcsinh?"].trigger()
    assert heard == ([{"transforms": (("a", wanted), ("c", "log"))}] if wanted else [])
    if wanted:
        assert entries(panel, 0)["arcsinh?"].isChecked()


def test_a_fit_under_transforms_is_drawn_bent_and_its_numbers_name_their_units(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=20_000):
        window.open_path(str(SAMPLES["faithful"].path))
    with qtbot.waitSignal(window._document.datasetChanged, timeout=20_000):
        entries(window, 1)["log"].trigger()
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()
    result = window.current_result
    assert result is not None and result.mixture.units == ("eruptions", "log(waiting)")
    assert "bent by log(waiting)" in find(window, MixturePlot).caption.text()
    names = find(window, ComponentDetail).model()
    assert names.headerData(1, Qt.Orientation.Vertical) == "log(waiting)"


def test_values_that_have_no_logarithm_are_told_and_the_choice_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "signed.csv"
    path.write_text("a,b\n1,2\n-3,4\n5,6\n")
    with qtbot.waitSignal(window.dataOpened, timeout=20_000):
        window.open_path(str(path))
    with qtbot.waitSignal(window._document.choiceFailed, timeout=20_000):
        entries(window, 0)["log"].trigger()
    said = [label.text() for label in window.notice.findChildren(QLabel)]
    assert any("'a' is 0 or less in 1 row" in text for text in said)
    qtbot.waitUntil(lambda: remark(window, 0) == "integers", timeout=10_000)


def test_ellipses_and_curves_of_transformed_columns(qtbot: QtBot) -> None:
    plot = MixturePlot()
    qtbot.addWidget(plot)
    plot.resize(640, 480)
    covariances = 0.1 * np.eye(2)[None]
    transforms = [Log(), Arcsinh(3.0)]
    plot.set_dataset(normal_dataset(300, 2))
    plot.set_mixture(Mixture([1.0], np.zeros((1, 2)), covariances, "VVI", "ab", None, transforms))
    assert plot.caption.text().endswith("of each component, bent by log(a) and arcsinh(b/3).")
    transforms = [AsItIs(), Log()]
    plot.set_mixture(None)
    plot.set_mixture(Mixture([1.0], np.zeros((1, 2)), covariances, "VVI", "ab", None, transforms))
    assert plot.caption.text().endswith("of each component, bent by log(b).")
    plot.set_dataset(normal_dataset(300, 1))
    plot.set_mixture(Mixture([1.0], [[0.0]], [[[0.1]]], "VVI", "a", None, [Log()]))
    plot.draw_now()
    assert plot.caption.text().endswith("the line behind them is their sum, bent by log(a).")
