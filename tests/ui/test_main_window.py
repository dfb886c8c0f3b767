"""The whole window: open, fit, pause, stop, export, and what it says when something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gmm_app.data.synthetic import SyntheticOptions
from gmm_app.fitting.options import FitOptions
from gmm_app.ui import file_dialogs
from gmm_app.ui.data_panel import DataPanel
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.picture_dialog import PictureDialog
from tests.reference_data import REFERENCE
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

FAITHFUL = REFERENCE / "faithful.csv"
GVHD = REFERENCE / "gvhd_control.csv"
NAMES = (
    *("openAction", "fitAction", "pauseAction", "stepAction", "stopAction", "exportAction"),
    *("dataPanel", "modelPanel", "componentTable", "summaryPanel"),
    *("mixturePlot", "convergencePlot", "statusMessage"),
)


def _action(window: MainWindow, name: str) -> QAction:
    return find(window, QAction, name)


def _label(window: MainWindow, name: str) -> str:
    return find(window, QLabel, name).text()


def _n_components(window: MainWindow) -> QSpinBox:
    return find(window, QSpinBox, "n_componentsEditor")


def _starts(window: MainWindow) -> QSpinBox:
    return find(window, QSpinBox, "n_initEditor")


def _open(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(path)


def _fit(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()


def _begin_a_long_fit(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, GVHD)
    _starts(window).setValue(10_000)
    window.start_fit()
    qtbot.waitUntil(lambda: _action(window, "pauseAction").isEnabled(), timeout=60_000)
    qtbot.waitUntil(lambda: "iteration" in _label(window, "statusMessage"), timeout=60_000)


def _stop(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.fitFinished, timeout=10_000):
        window.stop_fit()


@pytest.mark.parametrize("name", NAMES)
def test_names_that_scripts_rely_on(window: MainWindow, name: str) -> None:
    assert find(window, QObject, name).objectName() == name


def test_with_nothing_open_it_is_ready_to_open_and_says_why_it_cannot_fit(
    window: MainWindow,
) -> None:
    assert _action(window, "openAction").isEnabled()
    fit = _action(window, "fitAction")
    assert not fit.isEnabled()
    assert "Open data first." in fit.toolTip()
    assert find(window, QWidget, "welcomePage").isVisible()
    assert window.current_result is None
    assert not window.is_busy()


def test_starting_without_data_is_said_in_the_notice(window: MainWindow) -> None:
    window.start_fit()
    assert window.notice.text() == "Open data first."


def test_open_fit_and_read_the_numbers(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FAITHFUL)
    assert find(window, QWidget, "mixturePlot").isVisible()
    assert "faithful.csv" in window.windowTitle()
    _n_components(window).setValue(2)
    _fit(window, qtbot)
    result = window.current_result
    assert result is not None
    assert result.log_likelihood >= -1130.2641
    assert _label(window, "log_likelihoodValue") == "\N{MINUS SIGN}1,130.3"
    assert _label(window, "stateValue") == "converged"
    assert _label(window, "parametersValue") == "11"
    table = find(window, QTableView, "componentTable")
    assert table.model().rowCount() == 2
    assert table.model().index(0, 0).data() == "1"
    assert _label(window, "statusMessage").startswith("converged")
    assert _action(window, "exportModelAction").isEnabled()
    assert not window.is_busy()


def test_a_fit_that_ran_out_of_iterations_is_not_called_converged(
    window: MainWindow, qtbot: QtBot
) -> None:
    _open(window, qtbot, FAITHFUL)
    window.set_options(FitOptions(max_iter=1, n_components=2))
    _fit(window, qtbot)
    assert _label(window, "stateValue").startswith("not converged")


def test_bad_input_is_said_and_what_was_open_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    result = window.current_result
    empty = tmp_path / "empty.csv"
    empty.touch()
    window.open_path(empty)
    qtbot.waitUntil(lambda: "empty" in window.notice.text(), timeout=10_000)
    assert window.notice.isVisible()
    assert window.current_result is result
    assert "faithful.csv" in window.windowTitle()
    _open(window, qtbot, GVHD)
    assert window.notice.text() == ""


def test_more_components_than_rows_is_said_in_the_notice(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    few = tmp_path / "few.csv"
    few.write_text("a,b\n1,2\n3,5\n4,4\n", encoding="utf-8")
    _open(window, qtbot, few)
    _n_components(window).setValue(5)
    with qtbot.waitSignal(window.fitFailed, timeout=60_000) as failed:
        window.start_fit()
    assert failed.args is not None
    assert window.notice.text() == failed.args[0]
    assert not window.is_busy()
    assert _label(window, "stateValue") == "no fit yet"


def test_what_would_corrupt_a_fit_is_disabled_and_says_why(
    window: MainWindow, qtbot: QtBot
) -> None:
    _begin_a_long_fit(window, qtbot)
    columns = find(window, QTableView, "columnList")
    family = find(window, QComboBox, "familyEditor")
    for control in (_n_components(window), family, columns, _action(window, "openAction")):
        assert not control.isEnabled()
        assert "fit is running" in control.toolTip()
    window.open_path(FAITHFUL)
    assert "fit is running" in window.notice.text()
    assert "gvhd_control.csv" in window.windowTitle()
    _stop(window, qtbot)
    assert family.isEnabled()
    assert columns.isEnabled()
    assert window.current_result is not None
    assert _label(window, "stateValue").startswith("stopped")


def test_keys_pause_step_go_on_and_stop(window: MainWindow, qtbot: QtBot) -> None:
    _begin_a_long_fit(window, qtbot)
    plot = find(window, QWidget, "mixturePlot")
    pause = _action(window, "pauseAction")
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "paused" in _label(window, "statusMessage"), timeout=5_000)
    assert pause.text() == "Go on"
    paused = _label(window, "statusMessage")
    qtbot.keyClick(plot, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: _label(window, "statusMessage") != paused, timeout=5_000)
    assert "paused" in _label(window, "statusMessage")
    qtbot.keyClick(plot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "fitting" in _label(window, "statusMessage"), timeout=5_000)
    assert pause.text() == "Pause"
    with qtbot.waitSignal(window.fitFinished, timeout=10_000):
        qtbot.keyClick(window, Qt.Key.Key_Escape)


def test_typing_a_full_stop_or_a_blank_does_not_steer_the_fit(
    window: MainWindow, qtbot: QtBot
) -> None:
    _open(window, qtbot, FAITHFUL)
    tol = find(window, QLineEdit, "tolEditor")
    tol.setFocus()
    tol.selectAll()
    qtbot.keyClicks(tol, "0.001")
    qtbot.keyClick(tol, Qt.Key.Key_Space)
    assert tol.text() == "0.001 "
    assert not window.is_busy()


def test_a_single_step_begins_a_fit_and_waits(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FAITHFUL)
    _action(window, "stepAction").trigger()
    qtbot.waitUntil(lambda: "paused in start 1" in _label(window, "statusMessage"), timeout=60_000)
    assert window.is_busy()
    _stop(window, qtbot)


def test_the_focus_leaves_what_is_disabled_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FAITHFUL)
    _n_components(window).setFocus()
    _fit(window, qtbot)
    assert window.focusWidget() is _n_components(window)


def test_results_are_kept_for_each_choice_of_columns(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    both = window.current_result
    panel = find(window, DataPanel, "dataPanel")
    panel.chosen.emit({"columns": ["eruptions"]})
    qtbot.waitUntil(lambda: not window.is_busy())
    assert window.current_result is None
    assert _label(window, "stateValue") == "no fit yet"
    panel.chosen.emit({"columns": []})
    qtbot.waitUntil(lambda: "column" in window.notice.text())
    panel.chosen.emit({"columns": ["eruptions", "waiting"]})
    qtbot.waitUntil(lambda: not window.is_busy())
    assert window.current_result is both


def test_what_was_said_of_a_choice_goes_when_it_is_undone(window: MainWindow, qtbot: QtBot) -> None:
    _open(window, qtbot, FAITHFUL)
    panel = find(window, DataPanel, "dataPanel")
    panel.chosen.emit({"columns": ["eruptions"]})
    qtbot.waitUntil(lambda: not window.is_busy())
    panel.chosen.emit({"columns": []})
    qtbot.waitUntil(lambda: "column" in window.notice.text())
    _action(window, "undoAction").trigger()
    qtbot.waitUntil(lambda: not window.is_busy())
    assert window.notice.text() == ""


def _dropped(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def test_a_file_dropped_on_the_window_is_opened(window: MainWindow, qtbot: QtBot) -> None:
    data = _dropped(FAITHFUL)
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPointF(300, 300).toPoint(), copy, data, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.dropEvent(QDropEvent(QPointF(300, 300), copy, data, left, none))
    assert "faithful.csv" in window.windowTitle()


def test_what_is_no_file_is_not_accepted_as_a_drop(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("some words")
    enter = QDragEnterEvent(
        QPointF(300, 300).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    window.dragEnterEvent(enter)
    assert not enter.isAccepted()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("exportModel", "model.json"),
        ("exportReport", "report.txt"),
        ("exportParameters", "components.tsv"),
        ("exportLabels", "labels.csv"),
    ],
)
def test_results_are_written_where_the_person_says(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    file: str,
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    target = tmp_path / file
    monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_: str(target))
    _action(window, f"{name}Action").trigger()
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=30_000)
    text = target.read_text(encoding="utf-8")
    if name == "exportModel":
        assert json.loads(text)["format"] == "gmm-app-model"
    elif name == "exportReport":
        assert "faithful.csv: 272 rows" in text and "(lower is better)" in text
    elif name == "exportParameters":
        assert len(text.splitlines()) == 1 + 3
    else:
        assert len(text.splitlines()) == 1 + 272
    assert str(target) in _label(window, "statusMessage")
    assert window.notice.text() == ""


def test_a_picture_is_written_and_a_failure_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(window, qtbot, FAITHFUL)
    target = tmp_path / "plot.png"
    _write_picture(window, monkeypatch, "exportPicture", target)
    assert target.stat().st_size > 1000
    _write_picture(window, monkeypatch, "exportPicture", tmp_path / "no folder" / "plot.png")
    assert "folder" in window.notice.text()


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_the_report_shows_both_plots_and_so_does_a_picture(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    target = tmp_path / f"report.{ending}"
    monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_: str(target))
    _action(window, "exportReportAction").trigger()
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=30_000)
    assert target.read_bytes()[:4] in (b"<!DO", b"%PDF")
    course = tmp_path / "course.svg"
    _write_picture(window, monkeypatch, "exportConvergence", course)
    if ending == "html":
        (status,) = re.findall(r"start \d of \d is best[^<]*", course.read_text("utf-8"))[:1]
        assert status in target.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    nowhere = tmp_path / "no folder" / "report.html"
    monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_: str(nowhere))
    _action(window, "exportReportAction").trigger()
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=30_000)
    assert "no folder" in window.notice.text()


def _write_picture(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, action: str, target: Path
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_: str(target))
    _action(window, f"{action}Action").trigger()
    (dialog,) = (d for d in window.findChildren(PictureDialog) if d.isVisible())
    find(dialog, QPushButton, "pictureWrite").click()


def test_closing_in_the_midst_of_a_fit_leaves_nothing_running(
    window: MainWindow, qtbot: QtBot
) -> None:
    _begin_a_long_fit(window, qtbot)
    assert window.close()
    assert not window.isVisible()
    # The fixture that looks for threads and timers does the rest.


def test_reading_can_be_stopped(window: MainWindow, qtbot: QtBot) -> None:
    window.open_path(GVHD)
    assert window.is_busy()
    with qtbot.assertNotEmitted(window.dataOpened):
        window.stop_fit()
        qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
    assert "stopped" in _label(window, "statusMessage")
    assert window.notice.text() == ""


@pytest.mark.parametrize("name", ["~nosuchuser/rows.csv", "q" * 300 + ".csv", "a\0b.csv"])
def test_a_path_that_cannot_be_is_said(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.open_path(name)
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
    assert window.notice.text()


def test_a_failed_open_leaves_what_was_said_of_the_fit(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    said = _label(window, "statusMessage")
    assert said.startswith("converged")
    window.open_path(tmp_path / "nowhere.csv")
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
    assert window.notice.text()
    assert _label(window, "statusMessage") == said


def test_ticking_the_former_columns_brings_their_words_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    _open(window, qtbot, FAITHFUL)
    _fit(window, qtbot)
    said = _label(window, "statusMessage")
    panel = find(window, DataPanel, "dataPanel")
    for columns in (["eruptions"], ["eruptions", "waiting"]):
        panel.chosen.emit({"columns": columns})
        assert "other data" in _label(window, "statusMessage") or len(columns) == 2
        qtbot.waitUntil(lambda: not window.is_busy())
    assert _label(window, "statusMessage") == said


def test_drawing_rows_can_be_stopped(window: MainWindow, qtbot: QtBot) -> None:
    options = SyntheticOptions(
        n_components=1000, n_samples=1_000_000, recipe="average_of_draws", seed=0
    )
    window._opener.draw(options)
    with qtbot.assertNotEmitted(window.dataOpened):
        window.stop_fit()
        qtbot.waitUntil(lambda: not window.is_busy(), timeout=5_000)
    assert "stopped" in _label(window, "statusMessage")


def test_a_wrong_option_is_said_once_its_editor_is_left(window: MainWindow, qtbot: QtBot) -> None:
    tol = find(window, QLineEdit, "tolEditor")
    tol.setFocus()
    tol.selectAll()
    qtbot.keyClicks(tol, "-5")
    assert tol.property("wrong")
    find(window, QLineEdit, "seedEditor").setFocus()
    said = _label(window, "statusMessage")
    assert "cannot be '-5'" in said and tol.text() in said
    assert not tol.property("wrong")
