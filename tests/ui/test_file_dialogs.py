"""The name that a file gets from what is typed and the kind that is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gmm_app.ui.file_dialogs import ask_file_to_write

KINDS = {"CSV": ".csv .txt", "HDF5": ".h5 .hdf5", "Excel": ".xlsx", "R": ".R"}


@pytest.mark.parametrize(
    ("typed", "kind", "expected"),
    [
        ("data-labels.csv", "CSV (*.csv *.txt)", "data-labels.csv"),
        ("mine.txt", "CSV (*.csv *.txt)", "mine.txt"),
        ("mine", "HDF5 (*.h5 *.hdf5)", "mine.h5"),
        ("mine.v2", "Excel (*.xlsx)", "mine.v2.xlsx"),
        # A suggestion that was left as it was says nothing; a typed ending does.
        ("data-labels.csv", "Excel (*.xlsx)", "data-labels.xlsx"),
        ("mine.HDF5", "Excel (*.xlsx)", "mine.HDF5"),
        ("mine", "R (*.R)", "mine.R"),
        ("mine.r", "R (*.R)", "mine.r"),
        ("", "", ""),
    ],
)
def test_endings(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    kind: str,
    expected: str,
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    offered: list[str] = []

    def answer(_: QWidget, __: str, suggested: str, filters: str) -> tuple[str, str]:
        offered.extend(filters.split(";;"))
        return (str(tmp_path / typed) if typed else ""), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    asked = ask_file_to_write(parent, "Export", str(tmp_path / "data-labels.csv"), KINDS)
    assert asked == (str(tmp_path / expected) if expected else "")
    assert offered == ["CSV (*.csv *.txt)", "HDF5 (*.h5 *.hdf5)", "Excel (*.xlsx)", "R (*.R)"]


@pytest.mark.parametrize("replace", [True, False])
def test_a_name_that_was_completed_replaces_nothing_unasked(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    (tmp_path / "mine.xlsx").write_text("precious")
    chosen = (str(tmp_path / "mine"), "Excel (*.xlsx)")
    buttons = QMessageBox.StandardButton
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    answer = buttons.Yes if replace else buttons.No
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    asked = ask_file_to_write(parent, "Export", "x.csv", KINDS)
    assert asked == (str(tmp_path / "mine.xlsx") if replace else "")
