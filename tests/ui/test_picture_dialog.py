"""The dialog that asks how large a picture is to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from gmm_app.ui.picture_dialog import PictureDialog
from gmm_app.ui.sheet import PRESETS, Sheet, screen_sheet
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ON_SCREEN = screen_sheet(600, 400)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)


def _dialog(qtbot: QtBot, settings: QSettings, *, has_pixels: bool = True) -> PictureDialog:
    dialog = PictureDialog("Size", ON_SCREEN, settings, has_pixels=has_pixels)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _choose(dialog: PictureDialog, name: str, key: str) -> None:
    combo = find(dialog, QComboBox, f"picture_{name}")
    combo.setCurrentIndex(combo.findData(key))
    combo.activated.emit(combo.currentIndex())


def _accept(dialog: PictureDialog, qtbot: QtBot) -> tuple[Sheet, bool]:
    with qtbot.waitSignal(dialog.chosen) as chosen:
        find(dialog, QPushButton, "pictureWrite").click()
    sheet, as_shown = chosen.args
    return sheet, as_shown


def test_it_begins_as_on_the_screen_in_light_colours(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    assert find(dialog, QLabel, "pictureNote").text() == "1,200 × 800 pixels"
    assert _accept(dialog, qtbot) == (ON_SCREEN, False)


def test_the_last_choice_is_remembered(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    _choose(dialog, "preset", "double")
    _choose(dialog, "colours", "shown")
    assert _accept(dialog, qtbot) == (PRESETS["double"].sheet, True)
    again = _dialog(qtbot, settings)
    assert find(again, QComboBox, "picture_preset").currentData() == "double"
    assert _accept(again, qtbot) == (PRESETS["double"].sheet, True)


def test_text_follows_the_size_until_it_is_chosen(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    _choose(dialog, "preset", "single")
    small = dialog.sheet().text_points
    find(dialog, QDoubleSpinBox, "picture_width").setValue(250.0)
    assert dialog.sheet().width == 250.0 and dialog.sheet().text_points > small
    assert find(dialog, QComboBox, "picture_preset").currentData() == "own"
    find(dialog, QDoubleSpinBox, "picture_text").setValue(20.0)
    assert dialog.sheet().text_points == 20.0 and dialog.sheet().width == 250.0


def test_pixels_stay_when_the_resolution_changes(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    _choose(dialog, "unit", "pixels")
    find(dialog, QDoubleSpinBox, "picture_width").setValue(1920)
    find(dialog, QDoubleSpinBox, "picture_height").setValue(1080)
    assert dialog.sheet().pixels == (1920, 1080)
    millimetres = dialog.sheet().width
    find(dialog, QSpinBox, "picture_dpi").setValue(96)
    assert dialog.sheet().pixels == (1920, 1080)
    assert dialog.sheet().width == pytest.approx(2 * millimetres)


def test_lines_have_no_resolution(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings, has_pixels=False)
    assert not find(dialog, QSpinBox, "picture_dpi").isVisible()
    assert not find(dialog, QComboBox, "picture_unit").isVisible()
    assert not find(dialog, QLabel, "pictureNote").isVisible()


def test_what_has_no_room_cannot_be_written_and_says_why(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    find(dialog, QDoubleSpinBox, "picture_text").setValue(72.0)
    write = find(dialog, QPushButton, "pictureWrite")
    assert not write.isEnabled()
    assert "no room for text of 72 pt" in find(dialog, QLabel, "pictureNote").text()
    find(dialog, QDoubleSpinBox, "picture_text").setValue(9.0)
    assert write.isEnabled()


@pytest.mark.parametrize(
    "kept", ["", "{", "[1]", '{"sheet": 3}', '{"sheet": {"width": "wide"}}', '{"sheet": {}}']
)
def test_settings_may_hold_anything(qtbot: QtBot, settings: QSettings, kept: str) -> None:
    settings.setValue("files/picture", kept)
    assert _dialog(qtbot, settings).sheet() == ON_SCREEN


def test_every_editor_is_explained(qtbot: QtBot, settings: QSettings) -> None:
    dialog = _dialog(qtbot, settings)
    for kind in (QComboBox, QDoubleSpinBox, QSpinBox):
        for editor in dialog.findChildren(kind):
            assert editor.toolTip() and editor.accessibleName() and editor.objectName()
