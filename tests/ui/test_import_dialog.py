"""Looking at a file before it is read, and remembering how it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QInputDialog,
    QLabel,
    QTableView,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui import file_dialogs
from gmm_app.ui.import_dialog import ImportDialog
from gmm_app.ui.import_presets import ImportMemory, ImportPresets
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.tokens import LIGHT
from tests.ui.finding import find
from tests.ui.shown import shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("a;b;name\n1,5;2;x\n2,5;3;y\n", encoding="utf-8")
    return path


@pytest.fixture
def memory(tmp_path: Path) -> ImportMemory:
    return ImportMemory(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def dialog(qtbot: QtBot, file: Path, memory: ImportMemory) -> Iterator[ImportDialog]:
    worker = ViewWorker()
    made = ImportDialog(str(file), AS_FOUND, ImportPresets(memory), worker, LIGHT)
    with shown(made):
        yield made
    assert worker.shutdown()


def _shown_of(content: str, dialog: ImportDialog, file: Path, qtbot: QtBot) -> list[str]:
    """The headings, once the file has another content and was looked at again."""
    _shown(dialog, qtbot)
    file.write_text(content, encoding="utf-8")
    dialog._look(AS_FOUND)
    return _shown(dialog, qtbot)


def _shown(dialog: ImportDialog, qtbot: QtBot) -> list[str]:
    """The headings, once the preview is there."""
    rows = find(dialog, QTableView, "previewTable").model()
    facts = find(dialog, QLabel, "previewFacts")
    qtbot.waitUntil(lambda: "reading" not in facts.text(), timeout=10_000)
    return [
        str(rows.headerData(i, Qt.Orientation.Horizontal)).replace("\n", " ")
        for i in range(rows.columnCount())
    ]


def _open_button(dialog: ImportDialog):
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    return next(b for b in buttons.buttons() if b.text() == "Open")


def test_the_first_rows_are_shown_as_they_will_be_read(dialog: ImportDialog, qtbot: QtBot) -> None:
    assert _shown(dialog, qtbot) == ["a number", "b number", "name text"]
    rows = find(dialog, QTableView, "previewTable").model()
    assert [rows.index(0, j).data() for j in range(3)] == ["1.5", "2", "x"]
    assert _open_button(dialog).isEnabled()


def test_open_hands_over_file_and_options(dialog: ImportDialog, file: Path, qtbot: QtBot) -> None:
    _shown(dialog, qtbot)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        _open_button(dialog).click()
    assert chosen.args == [str(file), AS_FOUND]


def test_a_preset_is_kept_and_chosen_again(
    dialog: ImportDialog, memory: ImportMemory, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _shown(dialog, qtbot)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (" lab files ", True))
    dialog._use(ImportOptions(bad_rows="leave out"))
    find(dialog, ImportPresets)._keep.click()
    assert memory.presets() == {"lab files": ImportOptions(bad_rows="leave out")}
    box = find(dialog, QComboBox, "importPreset")
    assert box.currentText() == "lab files"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert dialog.options() == AS_FOUND
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert dialog.options() == ImportOptions(bad_rows="leave out")
    find(dialog, ImportPresets)._forget.click()
    assert memory.presets() == {}
    _shown(dialog, qtbot)


def test_what_cannot_be_read_is_said_in_the_dialog(
    dialog: ImportDialog, file: Path, qtbot: QtBot
) -> None:
    _shown(dialog, qtbot)
    file.unlink()
    dialog._use(ImportOptions(skip=1))
    assert _shown(dialog, qtbot) == []
    assert "There is no file" in find(dialog, QLabel, "previewWrong").text()
    assert not _open_button(dialog).isEnabled()


def test_a_file_that_would_be_refused_cannot_be_opened_until_bad_rows_are_left_out(
    dialog: ImportDialog, file: Path, qtbot: QtBot
) -> None:
    _shown_of("a;b\n1;2\n3\n5;6\n", dialog, file, qtbot)
    wrong = find(dialog, QLabel, "previewWrong")
    rejected = find(dialog, QTableView, "rejectedTable")
    assert wrong.text().startswith("1 row cannot be read;") and "Bad rows" in wrong.text()
    assert rejected.isVisible()
    assert rejected.model().index(0, 0).data() == "3"
    assert not _open_button(dialog).isEnabled()
    assert "refused" in _open_button(dialog).toolTip()
    dialog._use(ImportOptions(bad_rows="leave out"))
    _shown(dialog, qtbot)
    assert "left out" in wrong.text()
    assert _open_button(dialog).isEnabled()


def test_a_column_that_is_text_for_one_value_is_named(
    dialog: ImportDialog, file: Path, qtbot: QtBot
) -> None:
    headings = _shown_of("a;b\n1,5;2\noops;3\n5,5;6\n", dialog, file, qtbot)
    assert headings == ["a text", "b number"]
    wrong = find(dialog, QLabel, "previewWrong")
    assert "column 'a' are numbers" in wrong.text()
    assert _open_button(dialog).isEnabled()
    # What the dialog shows is what is opened; asked for numbers, it names the row.
    dialog._on_kind_chosen("a", "number")
    assert _shown(dialog, qtbot) == ["a number", "b number"]
    rows = find(dialog, QTableView, "rejectedTable").model()
    assert [rows.index(0, j).data() for j in range(3)] == ["3", "a", "oops"]


def test_a_file_that_was_refused_can_be_looked_at_from_the_notice(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n3\n5,6\n", encoding="utf-8")
    window.open_path(bad)
    look = find(window, QToolButton, "noticeRemedy")
    qtbot.waitUntil(look.isVisible, timeout=10_000)
    qtbot.mouseClick(look, Qt.MouseButton.LeftButton)
    dialog = find(window, ImportDialog)
    _shown(dialog, qtbot)
    dialog._use(ImportOptions(bad_rows="leave out"))
    _shown(dialog, qtbot)
    with qtbot.waitSignal(window.dataOpened, timeout=10_000):
        _open_button(dialog).click()
    assert find(window, QLabel, "dataRemarks").text().startswith("1 row of the file could not")
    window.open_path(tmp_path / "nothing.csv")
    qtbot.waitUntil(lambda: "There is no file" in window.notice.text(), timeout=10_000)
    assert not look.isVisible()


def test_how_a_file_was_read_is_remembered(memory: ImportMemory) -> None:
    semicolons = ImportOptions(delimiter=";", missing=("NA", "-9"))
    memory.remember("/a.csv", semicolons)
    memory.remember("/b.csv", AS_FOUND)
    assert memory.of_file("/a.csv") == semicolons
    assert memory.of_file("/b.csv") == AS_FOUND
    memory.remember("/a.csv", AS_FOUND)
    assert memory.of_file("/a.csv") == AS_FOUND


def test_settings_that_somebody_has_changed_are_passed_over(memory: ImportMemory) -> None:
    for stored in ("[1, 2]", "no JSON", '{"/a.csv": 3}', '{"/a.csv": {"bad_rows": "eat"}}'):
        memory._settings.setValue("import/files", stored)
        assert memory.of_file("/a.csv") == AS_FOUND
    memory._settings.setValue("import/files", '{"/a.csv": {"skip": "1"}, "/b.csv": {"skip": 1}}')
    assert memory.of_file("/a.csv") == AS_FOUND
    assert memory.of_file("/b.csv") == ImportOptions(skip=1)


def test_the_window_opens_a_file_after_a_look_at_it(
    window: MainWindow, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_file_to_open", lambda *_: str(file))
    window._actions["openWithPreview"].trigger()
    dialog = find(window, ImportDialog)
    _shown(dialog, qtbot)
    with qtbot.waitSignal(window.dataOpened, timeout=10_000):
        _open_button(dialog).click()
    table = window._document.table
    assert table is not None
    assert table.columns == ("a", "b")
    window._actions["readAgain"].trigger()
    again = [d for d in window.findChildren(ImportDialog) if d.isVisible()]
    assert len(again) == 1
    _shown(again[0], qtbot)
    again[0].reject()
