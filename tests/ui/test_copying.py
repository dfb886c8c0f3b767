"""Tables, numbers and plots in the clipboard: what other programs get from there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QSpinBox, QTableView
from pytestqt.qtbot import QtBot

from gmm_app.fitting.options import FitOptions
from gmm_app.ui.convergence_plot import ConvergencePlot
from gmm_app.ui.grid import Grid
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.summary_panel import SummaryPanel
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture
def fitted(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A window with a mixture of two columns, one of which is called like a formula."""
    path = tmp_path / "rows.csv"
    rows = np.random.default_rng(0).standard_normal((200, 2)) * [1e-3, 1e4]
    np.savetxt(path, rows, delimiter=",", header="=a,b", comments="", fmt="%.17g")
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(path)
    window.set_options(FitOptions(n_components=2, n_init=1, max_iter=5, seed=0))
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()
    return window


def _copied() -> list[list[str]]:
    text = QGuiApplication.clipboard().text()
    return [line.split("\t") for line in text.rstrip("\n").split("\n")]


def _status(window: MainWindow) -> str:
    return find(window, QLabel, "statusMessage").text()


def test_components_are_copied_with_all_their_digits(fitted: MainWindow) -> None:
    find(fitted, QAction, "copyTableAction").trigger()
    headings, *rows = _copied()
    assert headings == ["component", "weight", "rows"]
    result = fitted.current_result
    assert result is not None
    assert [float(row[1]) for row in rows] == result.mixture.weights.tolist()
    assert [float(row[2]) for row in rows] == (result.mixture.weights * 200).tolist()
    assert _status(fitted) == "copied, with all digits: Components"


def test_the_table_with_the_focus_is_copied(fitted: MainWindow, qtbot: QtBot) -> None:
    detail = find(fitted, QTableView, "componentDetail")
    fitted.activateWindow()
    detail.setFocus()
    qtbot.waitUntil(detail.hasFocus)
    qtbot.keyClick(detail, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    headings, *rows = _copied()
    assert headings == ["", "mean", "sd", "correlation with =a", "correlation with b"]
    assert [row[0] for row in rows] == ["'=a", "b"]
    result = fitted.current_result
    assert result is not None
    covariance = result.mixture.covariances[0]
    sd = np.sqrt(np.diagonal(covariance))
    assert [float(row[1]) for row in rows] == result.mixture.means[0].tolist()
    assert [float(row[2]) for row in rows] == sd.tolist()
    assert float(rows[0][4]) == covariance[0, 1] / (sd[0] * sd[1])


def test_every_table_offers_it_on_a_right_click(fitted: MainWindow) -> None:
    tables: list[QTableView] = fitted.findChildren(QTableView)
    assert len(tables) >= 3
    for table in tables:
        assert table.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
        (action,) = table.actions()
        QGuiApplication.clipboard().clear()
        action.trigger()
        headings = 0 if table.horizontalHeader().isHidden() else 1
        assert len(_copied()) == headings + table.model().rowCount()


def test_the_summary_is_copied_as_numbers(fitted: MainWindow) -> None:
    (action,) = find(fitted, SummaryPanel).actions()
    action.trigger()
    facts = dict(_copied())
    result = fitted.current_result
    assert result is not None
    assert float(facts["log-likelihood"]) == result.log_likelihood
    assert float(facts["BIC (lower is better)"]) == result.bic
    assert facts["parameters"] == "11"
    assert facts["model"] == "2 components, VVV"


def test_plots_are_copied_as_pictures(fitted: MainWindow, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    plot, course = find(fitted, MixturePlot), find(fitted, ConvergencePlot)
    find(fitted, QAction, "copyPlotAction").trigger()
    assert clipboard.image().width() >= 2 * plot.area.width()
    course.area.setFocus()
    find(fitted, QAction, "copyPlotAction").trigger()
    assert clipboard.image().height() < plot.area.height()
    clipboard.clear()
    plot.area._open_menu(plot.mapToGlobal(plot.rect().center()))
    menu = find(plot.area, QMenu)
    next(action for action in menu.actions() if action.text() == "copy plot").trigger()
    menu.close()
    colours = {clipboard.image().pixelColor(x, x).name() for x in range(200, 400)}
    assert len(colours) > 1
    assert _status(fitted) == "copied: the plot, as a picture"


def test_text_that_is_selected_goes_first(fitted: MainWindow, qtbot: QtBot) -> None:
    fitted.activateWindow()
    value = find(fitted, QLabel, "bicValue")
    value.setSelection(0, 3)
    field = find(fitted, QSpinBox, "n_componentsEditor").lineEdit()
    field.selectAll()
    for widget, text in ((value, value.text()[:3]), (field, field.text())):
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        qtbot.keyClick(widget, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == text


def test_nothing_to_copy_is_said_and_the_clipboard_stays(window: MainWindow) -> None:
    action = find(window, QAction, "copyTableAction")
    assert not action.isEnabled() and "Open data first" in action.toolTip()
    QGuiApplication.clipboard().setText("mine")
    (offered,) = find(window, QTableView, "componentTable").actions()
    offered.trigger()
    assert QGuiApplication.clipboard().text() == "mine"
    assert _status(window) == "nothing to copy yet: Components is empty"


def test_cells_that_would_be_read_otherwise() -> None:
    grid = Grid(("=1+1", "<b>"), [("a\tb\nc", -0.5), (float("nan"), 1e-300)])
    assert grid.text() == "'=1+1\t<b>\na b c\t-0.5\n\t1e-300\n"
