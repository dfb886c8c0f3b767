"""Saving, opening, undoing and bringing back, as a person does it in the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from gmm_app.app import build_window
from gmm_app.data.synthetic import SyntheticOptions
from gmm_app.fitting.options import FitOptions
from gmm_app.ui import file_dialogs
from gmm_app.ui.component_table import ComponentTable
from gmm_app.ui.convergence_plot import GAIN, ConvergencePlot
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.mixture_plot import MixturePlot
from tests.reference_data import REFERENCE
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of a file that may be moved and changed."""
    return Path(shutil.copy(REFERENCE / "faithful.csv", tmp_path / "faithful.csv"))


@contextmanager
def another_window(qtbot: QtBot, *argv: str) -> Iterator[MainWindow]:
    """As the next start makes it."""
    made = build_window(list(argv))
    made.show()
    qtbot.waitExposed(made)
    try:
        yield made
    finally:
        made.close()
        made.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def act(window: MainWindow, name: str) -> QAction:
    return find(window, QAction, f"{name}Action")


def open_and_fit(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(path)
    window.set_options(FitOptions(n_components=2, n_init=2, seed=0))
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()


def save_as(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    embedded: bool = False,
) -> None:
    monkeypatch.setattr(
        file_dialogs, "ask_session_to_write", lambda *_, **__: (str(path), embedded)
    )
    act(window, "saveAs").trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified() and path.exists(), timeout=10_000)


def shown(window: MainWindow) -> dict[str, Any]:
    """What a person sees of the work."""
    plot, course = find(window, MixturePlot), find(window, ConvergencePlot)
    labels = ("log_likelihoodValue", "stateValue", "parametersValue", "dataRemarks", "fileLabel")
    assert window.current_result is not None
    return {
        "result": window.current_result.summary(),
        "axes": plot.chooser.columns(),
        "shown as": plot.chooser.look_choice.currentText(),
        "range": np.round(plot.area.view.viewRange(), 9).tolist(),
        "quantity": course.quantity.currentText(),
        "course": np.round(course.area.view.viewRange(), 6).tolist(),
        "component": find(window, ComponentTable).selected(),
        "labels": [find(window, QLabel, name).text() for name in labels],
        "options": {
            name: find(window, QWidget, f"{name}Editor").value()  # type: ignore[attr-defined]
            for name in ("n_components", "family", "n_init", "seed")
        },
        "panels": {dock.objectName(): dock.isVisible() for dock in window._views.docks.all_docks()},
    }


def arrange(window: MainWindow) -> None:
    """Make the window another one than it is at first."""
    plot, course = find(window, MixturePlot), find(window, ConvergencePlot)
    plot.chooser.choose(["waiting", "eruptions"])
    plot.chooser.columnsChanged.emit()
    plot.chooser.showChosen.emit("density")
    plot.area.show_range((40.0, 70.0), (1.5, 3.0))
    course.quantity.setCurrentText(GAIN)
    find(window, ComponentTable).select(1)
    window._views.docks.left[1].toggleViewAction().trigger()


@pytest.mark.parametrize("embedded", [False, True])
def test_reopening_shows_the_same_window(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    data: Path,
    embedded: bool,
) -> None:
    open_and_fit(window, qtbot, data)
    arrange(window)
    before = shown(window)
    assert before["component"] == 1 and not before["panels"]["modelDock"]
    session = data.with_name("work.gmm")
    save_as(window, qtbot, monkeypatch, session, embedded)
    assert window.windowTitle() == "work.gmm[*] – GMM Studio"
    if embedded:
        data.unlink()
    with another_window(qtbot, str(session)) as other:
        qtbot.waitSignal(other.dataOpened, timeout=30_000).wait()
        assert shown(other) == before
        assert other.windowTitle() == "work.gmm[*] – GMM Studio"
        assert not other.isWindowModified()
        assert not act(other, "undo").isEnabled()
        recent = other._recent.paths()
        assert recent[0] == str(session)


def test_a_session_is_saved_again_where_it_was(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    assert not act(window, "save").isEnabled()
    open_and_fit(window, qtbot, data)
    assert window.isWindowModified() and "faithful.csv" in window.windowTitle()
    session = data.with_name("work.gmm")
    monkeypatch.setattr(
        file_dialogs, "ask_session_to_write", lambda *_, **__: (str(session), False)
    )
    act(window, "save").trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=10_000)
    assert find(window, QLabel, "statusMessage").text() == f"saved to {session}"
    first = session.read_bytes()
    window.set_options(FitOptions(n_components=4))
    assert window.isWindowModified()
    monkeypatch.setattr(file_dialogs, "ask_session_to_write", None)
    act(window, "save").trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=10_000)
    assert session.read_bytes() != first


def test_a_place_that_cannot_be_written_is_said(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    open_and_fit(window, qtbot, data)
    nowhere = data / "no folder" / "work.gmm"
    monkeypatch.setattr(
        file_dialogs, "ask_session_to_write", lambda *_, **__: (str(nowhere), False)
    )
    act(window, "saveAs").trigger()
    qtbot.waitUntil(lambda: "was not saved" in window.notice.text(), timeout=10_000)
    assert window.isWindowModified()


def test_a_damaged_session_leaves_what_is_open(
    window: MainWindow, qtbot: QtBot, data: Path
) -> None:
    open_and_fit(window, qtbot, data)
    before = shown(window)
    broken = data.with_name("broken.gmm")
    broken.write_bytes(b"PK\3\4 nothing")
    window.open_path(broken)
    qtbot.waitUntil(lambda: "damaged" in window.notice.text(), timeout=10_000)
    assert shown(window) == before


def test_drawn_rows_are_kept_inside(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=10_000):
        window._opener.draw(SyntheticOptions(seed=3))
    asked: dict[str, bool] = {}

    def answer(*_: object, **given: bool) -> tuple[str, bool]:
        asked.update(given)
        return str(tmp_path / "drawn.gmm"), True

    monkeypatch.setattr(file_dialogs, "ask_session_to_write", answer)
    window.set_options(FitOptions(n_components=2))
    act(window, "save").trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=10_000)
    assert asked == {"has_file": False, "embedded": False}
    with another_window(qtbot) as other:
        with qtbot.waitSignal(other.dataOpened, timeout=10_000):
            other.open_path(tmp_path / "drawn.gmm")
        table, its_copy = window._document.table, other._document.table
        assert table is not None and its_copy is not None
        assert its_copy.digest == table.digest


# --- data that have moved or changed -----------------------------------------------------------


@pytest.fixture
def session(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, data: Path) -> Path:
    """A session whose data lie beside it."""
    open_and_fit(window, qtbot, data)
    path = data.with_name("work.gmm")
    save_as(window, qtbot, monkeypatch, path)
    return path


def question(window: MainWindow, qtbot: QtBot, path: Path) -> QDialog:
    window.open_path(path)

    def is_asked() -> bool:
        found = window.findChild(QDialog, "dataQuestion")
        return found is not None and found.isVisible()

    qtbot.waitUntil(is_asked, timeout=10_000)
    return find(window, QDialog, "dataQuestion")


def test_data_that_have_moved_are_located(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    session: Path,
    data: Path,
) -> None:
    before = window.current_result
    (data.parent / "new").mkdir()
    moved = data.rename(data.parent / "new" / data.name)
    dialog = question(window, qtbot, session)
    assert "no file" in find(dialog, QLabel, "dataProblem").text()
    assert dialog.findChild(QPushButton, "useOtherData") is None
    monkeypatch.setattr(file_dialogs, "ask_file_to_open", lambda *_: str(moved))
    with qtbot.waitSignal(window.dataOpened, timeout=10_000):
        find(dialog, QPushButton, "locateData").click()
    assert window.current_result is not before
    assert window.current_result is not None and before is not None
    assert window.current_result.summary() == before.summary()


def test_data_that_have_changed_are_used_without_results(
    window: MainWindow, qtbot: QtBot, session: Path, data: Path
) -> None:
    data.write_text(data.read_text().replace("3.6", "9.9", 1))
    dialog = question(window, qtbot, session)
    assert "has changed" in find(dialog, QLabel, "dataProblem").text()
    with qtbot.waitSignal(window.dataOpened, timeout=10_000):
        find(dialog, QPushButton, "useOtherData").click()
    assert window.current_result is None
    assert window.isWindowModified()
    assert find(window, QSpinBox, "n_componentsEditor").value() == 2


def test_giving_up_leaves_what_is_open(
    window: MainWindow, qtbot: QtBot, session: Path, data: Path
) -> None:
    before = window.current_result
    data.unlink()
    question(window, qtbot, session).reject()
    assert "was not opened" in find(window, QLabel, "statusMessage").text()
    assert window.current_result is before


# --- undo and redo -----------------------------------------------------------------------------


def test_undo_from_the_menu(window: MainWindow, qtbot: QtBot, data: Path) -> None:
    undo, redo = act(window, "undo"), act(window, "redo")
    assert not undo.isEnabled() and "Nothing has been done" in undo.toolTip()
    open_and_fit(window, qtbot, data)
    assert undo.text() == "Undo the fit" and undo.isEnabled()
    columns = window._views.data.findChildren(QCheckBox)
    assert columns
    window._views.data.chosen.emit({"columns": ("waiting",)})
    qtbot.waitUntil(lambda: undo.text() == "Undo choosing columns", timeout=10_000)
    assert window.current_result is None
    undo.trigger()
    qtbot.waitUntil(lambda: window.current_result is not None, timeout=10_000)
    assert redo.text() == "Redo choosing columns" and redo.isEnabled()
    undo.trigger()
    assert window.current_result is None
    assert find(window, QLabel, "stateValue").text() == "no fit yet"
    redo.trigger()
    assert window.current_result is not None


def test_undo_keys_work_where_an_option_is_edited(
    window: MainWindow, qtbot: QtBot, data: Path
) -> None:
    open_and_fit(window, qtbot, data)
    window.activateWindow()
    box = find(window, QSpinBox, "n_componentsEditor")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "57")
    assert window._document.options.n_components == 57
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window._document.options.n_components == 2 and box.value() == 2
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert box.value() == 57


def test_nothing_is_undone_while_a_fit_runs(window: MainWindow, qtbot: QtBot, data: Path) -> None:
    open_and_fit(window, qtbot, data)
    window.set_options(FitOptions(n_components=3, n_init=10_000, tol=0))
    window.start_fit()
    status = find(window, QLabel, "statusMessage")
    qtbot.waitUntil(lambda: "iteration" in status.text(), timeout=60_000)
    assert not act(window, "undo").isEnabled()
    assert "while a fit is running" in act(window, "undo").toolTip()
    assert act(window, "save").isEnabled()
    with qtbot.waitSignal(window.fitFinished, timeout=10_000):
        window.stop_fit()
    assert act(window, "undo").isEnabled()


# --- what was left -----------------------------------------------------------------------------


def left_rows(window: MainWindow) -> list[str]:
    buttons = find(window, QWidget, "leftWork").findChildren(QPushButton)
    return sorted(button.objectName() for button in buttons if button.isVisible())


def close_after(qtbot: QtBot, prepare: Callable[[MainWindow], None]) -> None:
    with another_window(qtbot) as window:
        prepare(window)


def test_results_that_were_not_saved_are_offered_and_brought_back(qtbot: QtBot, data: Path) -> None:
    seen: dict[str, Any] = {}

    def prepare(window: MainWindow) -> None:
        open_and_fit(window, qtbot, data)
        arrange(window)
        seen.update(shown(window))

    close_after(qtbot, prepare)
    with another_window(qtbot) as window:
        panel = find(window, QWidget, "leftWork")
        qtbot.waitUntil(panel.isVisible, timeout=10_000)
        texts = [label.text() for label in panel.findChildren(QLabel)]
        assert any(text.startswith("closed ") and text.endswith("1 fit") for text in texts)
        with qtbot.waitSignal(window.dataOpened, timeout=10_000):
            find(window, QPushButton, "bringBack_0").click()
        assert shown(window) == seen
        assert window.isWindowModified() and not panel.isVisible()
        assert "faithful.csv" in window.windowTitle()
    # It was not saved now either, and is the same piece of work still.
    with another_window(qtbot) as window:
        qtbot.waitUntil(lambda: left_rows(window) != [], timeout=10_000)
        assert left_rows(window) == ["bringBack_0", "discard_0", "leftLater"]
        find(window, QPushButton, "discard_0").click()
        assert not find(window, QWidget, "leftWork").isVisible()
    assert list(window._autosaver._keeper.root.iterdir()) == []


def test_later_offers_it_again(qtbot: QtBot, data: Path) -> None:
    close_after(qtbot, lambda window: open_and_fit(window, qtbot, data))
    for _ in range(2):
        with another_window(qtbot) as window:
            panel = find(window, QWidget, "leftWork")
            qtbot.waitUntil(panel.isVisible, timeout=10_000)
            find(window, QPushButton, "leftLater").click()
            assert not panel.isVisible()


def test_closing_without_a_result_leaves_nothing(qtbot: QtBot, data: Path) -> None:
    def prepare(window: MainWindow) -> None:
        with qtbot.waitSignal(window.dataOpened, timeout=10_000):
            window.open_path(data)
        look = find(window, QComboBox, "familyEditor")
        assert look.isEnabled()

    close_after(qtbot, prepare)
    with another_window(qtbot) as window:
        qtbot.waitUntil(lambda: window._autosaver.writer.n_jobs == 0, timeout=10_000)
        assert not find(window, QWidget, "leftWork").isVisible()
