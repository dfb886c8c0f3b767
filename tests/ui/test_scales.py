"""Transforms in the window: chosen in the data panel, seen in plot and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from gmm_app.data.samples import SAMPLES
from gmm_app.data.table import Table
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import SCALE, ColumnList
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


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DataPanel]:
    worker = ViewWorker()
    made = DataPanel(worker)
    qtbot.addWidget(made)
    made.show()
    made.show_data(TABLE, TABLE.dataset(["a", "c"]), (("c", "log"),))
    yield made
    assert worker.shutdown()


def columns_of(panel: DataPanel | MainWindow) -> ColumnList:
    return find(panel, ColumnList)


def scale_index(panel: DataPanel | MainWindow, row: int) -> QModelIndex:
    return columns_of(panel).columns.index(row, SCALE)


def open_menu(panel: DataPanel | MainWindow, row: int) -> ScaleMenu:
    """The menu that a click on a scale opens."""
    columns_of(panel).clicked.emit(scale_index(panel, row))
    return columns_of(panel).findChildren(ScaleMenu)[-1]


def entry(menu: ScaleMenu, words: str) -> QAction:
    return find(menu, QAction, f"scale {words}")


def test_each_column_shows_its_scale(panel: DataPanel) -> None:
    texts = [scale_index(panel, row).data() for row in range(3)]
    assert texts == ["▾", "▾", "log ▾"]
    tips = [scale_index(panel, row).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert "a is fitted as it is" in tips[0] and "c is fitted under log" in tips[2]
    said = scale_index(panel, 2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "scale of c: log"


def test_a_scale_is_chosen_from_a_menu(panel: DataPanel, qtbot: QtBot) -> None:
    menu = open_menu(panel, 2)
    assert [action.objectName() for action in menu.actions() if action.isChecked()] == ["scale log"]
    assert all(action.toolTip().endswith(".") for action in menu.actions() if action.data())
    with qtbot.waitSignal(panel.chosen) as chosen:
        entry(menu, "none").trigger()
    assert chosen.args == [{"transforms": ()}]
    with qtbot.waitSignal(panel.chosen) as chosen:
        entry(open_menu(panel, 0), "arcsinh:150").trigger()
    assert chosen.args == [{"transforms": (("a", "arcsinh:150"),)}]
    assert scale_index(panel, 0).data() == "asinh ▾"


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
    entry(open_menu(panel, 0), "arcsinh?").trigger()
    assert heard == ([{"transforms": (("a", wanted), ("c", "log"))}] if wanted else [])


def test_the_menu_key_opens_the_menu_of_the_column_under_the_cursor(panel: DataPanel) -> None:
    view = columns_of(panel)
    view.setCurrentIndex(view.columns.index(1, 0))
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(view, QContextMenuEvent(reason, QPoint(), QPoint()))
    assert find(view, ScaleMenu).accessibleName() == "Scale of b"


def test_the_right_button_opens_the_menu_where_it_is_pressed(panel: DataPanel) -> None:
    view = columns_of(panel)
    place = view.visualRect(view.columns.index(2, 0)).center()
    mouse = QContextMenuEvent.Reason.Mouse
    view.contextMenuEvent(QContextMenuEvent(mouse, place, view.mapToGlobal(place)))
    assert find(view, ScaleMenu).accessibleName() == "Scale of c"


def test_a_fit_under_transforms_is_drawn_bent_and_its_numbers_name_their_units(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=20_000):
        window.open_path(str(SAMPLES["faithful"].path))
    menu = open_menu(window, 1)
    with qtbot.waitSignal(window._document.datasetChanged, timeout=20_000):
        entry(menu, "log").trigger()
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
    menu = open_menu(window, 0)
    with qtbot.waitSignal(window._document.choiceFailed, timeout=20_000):
        entry(menu, "log").trigger()
    said = [label.text() for label in window.notice.findChildren(QLabel)]
    assert any("'a' is 0 or less in 1 row" in text for text in said)
    assert scale_index(window, 0).data() == "▾"


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
