"""Writing results: what is said while it lasts, stopping it, and failing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from gmm_app.fitting.options import FitOptions
from gmm_app.ui import file_dialogs
from gmm_app.ui.main_window import MainWindow
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def many_rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.npy"
    np.save(path, np.random.default_rng(0).standard_normal((400_000, 3)))
    return path


def _fitted(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(path)
    window.set_options(FitOptions(n_components=3, n_init=1, max_iter=2, seed=0))
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()


def _status(window: MainWindow) -> str:
    return find(window, QLabel, "statusMessage").text()


def test_writing_labels_shows_how_far_it_is_and_can_be_stopped(
    window: MainWindow, qtbot: QtBot, many_rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fitted(window, qtbot, many_rows)
    target = many_rows.parent / "out" / "labels.csv"
    target.parent.mkdir()
    monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_: str(target))
    find(window, QAction, "exportLabelsAction").trigger()
    assert "Esc" in find(window, QAction, "fitAction").toolTip()
    assert not find(window, QAction, "openAction").isEnabled()
    bar = find(window, QProgressBar, "statusProgress")
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() > 0, timeout=30_000)
    assert window.is_busy()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=5_000)
    assert _status(window) == "writing was stopped"
    assert list(target.parent.iterdir()) == []
    assert window.notice.text() == ""
    assert find(window, QAction, "fitAction").isEnabled()


@pytest.mark.parametrize(
    ("action", "written", "lacking"),
    [("exportLabels", "out.fcs", ""), ("exportParameters", "out.xlsx", "FCS")],
)
def test_tables_are_offered_in_all_formats(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    written: str,
    lacking: str,
) -> None:
    data = tmp_path / "few.npy"
    np.save(data, np.random.default_rng(0).standard_normal((100, 2)))
    _fitted(window, qtbot, data)
    offered: dict[str, str] = {}

    def answer(_: object, __: str, ___: str, filters: dict[str, str]) -> str:
        offered.update(filters)
        return str(tmp_path / written)

    monkeypatch.setattr(file_dialogs, "ask_file_to_write", answer)
    find(window, QAction, f"{action}Action").trigger()
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=20_000)
    kinds = {"CSV", "Text with tabs", "Excel", "Parquet", "Arrow / Feather", "HDF5", "FCS"}
    assert set(offered) == kinds - {lacking}
    assert offered["HDF5"] == ".h5 .hdf5"
    assert (tmp_path / written).stat().st_size > 500
    assert _status(window) == f"written to {tmp_path / written}"


def test_a_failed_export_takes_back_that_something_was_written(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "few.npy"
    np.save(data, np.random.default_rng(0).standard_normal((100, 2)))
    _fitted(window, qtbot, data)
    places = [str(tmp_path / "m.json"), str(tmp_path / "no folder" / "m.json")]
    for place in places:
        monkeypatch.setattr(file_dialogs, "ask_file_to_write", lambda *_, place=place: place)
        find(window, QAction, "exportModelAction").trigger()
        qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
    assert "no folder" in window.notice.text()
    assert _status(window) == "nothing was written"


def test_the_kind_of_model_that_was_chosen_is_written(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "few.npy"
    np.save(data, np.random.default_rng(0).standard_normal((100, 2)))
    _fitted(window, qtbot, data)
    asked: list[str] = []

    def choose(_parent: QWidget, _title: str, suggested: str, filters: str) -> tuple[str, str]:
        asked.append(suggested)
        return suggested.removesuffix(".json"), filters.split(";;")[len(asked) - 1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    words = {".json": "gmm-app-model", ".py": "sklearn", ".R": "mclust", ".m": "function"}
    for ending, word in words.items():
        find(window, QAction, "exportModelAction").trigger()
        qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
        assert word in (tmp_path / f"few_model{ending}").read_text(encoding="utf-8")
    assert len(asked) == len(words)
