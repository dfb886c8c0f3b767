"""A settings file that holds odd things stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.saved import saved_bytes, saved_text, saved_texts
from gmm_app.ui.theme import ThemeKeeper
from gmm_app.ui.window_place import restore_place

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ODD = (
    "@Size(10 10)",
    "@Invalid()",
    r"@Variant(\0\0\0\x2\0\0\0\x5)",
    r"@Variant(\0\0\0\x1\x1)",
    "@ByteArray(abc)",
    "@Point(1 1)",
)


def _settings(tmp_path: Path, value: str) -> QSettings:
    path = tmp_path / "window.ini"
    path.write_text(
        f"[files]\nrecent={value}\nexport_folder={value}\n[view]\ntheme={value}\n"
        f"[window]\ngeometry={value}\nstate={value}\n",
        encoding="utf-8",
    )
    return QSettings(str(path), QSettings.Format.IniFormat)


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_text_is_passed_over(qapp: QApplication, tmp_path: Path, value: str) -> None:
    settings = _settings(tmp_path, value)
    assert RecentFiles(settings).paths() == []
    assert saved_text(settings, "files/export_folder", "home") == "home"
    assert ThemeKeeper(settings).choice == "system"


@pytest.mark.parametrize("value", [*ODD, "5", "garbage"])
def test_the_window_finds_a_place_whatever_is_remembered(
    window: MainWindow, tmp_path: Path, value: str
) -> None:
    restore_place(window, window._views.docks, _settings(tmp_path, value))
    assert window.width() > 100
    assert not window._views.docks.by_hand


def test_texts_among_other_things_are_kept(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat)
    settings.setValue("key", ["/one", 3, "", "/two"])
    assert saved_texts(settings, "key") == ["/one", "/two"]
    assert saved_bytes(settings, "key").isEmpty()
