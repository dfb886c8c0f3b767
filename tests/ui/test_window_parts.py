"""Theme, recent files, layout, welcome page, notice, synthetic data, status line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QRadioButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gmm_app.data.samples import SAMPLES
from gmm_app.fitting.progress import FitProgress
from gmm_app.ui.dock_layout import DockLayout
from gmm_app.ui.exporting import suggested_path
from gmm_app.ui.live_view import pace_text, progress_text
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.notice import NoticeBar
from gmm_app.ui.number_text import NONE
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.status_line import StatusLine
from gmm_app.ui.summary_panel import SummaryPanel
from gmm_app.ui.synthetic_dialog import SyntheticDialog
from gmm_app.ui.theme import ThemeKeeper
from gmm_app.ui.tokens import DARK, LIGHT, Theme
from gmm_app.ui.window_place import restore_place, save_place
from tests.problems import random_mixture
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def _luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    shade = QColor(colour)
    red, green, blue = (linear(part) for part in (shade.redF(), shade.greenF(), shade.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_words_can_be_read_in_both_themes(theme: Theme) -> None:
    for ground in (theme.card, theme.ground, theme.selection):
        assert _contrast(theme.text, ground) >= 7
    for ground in (theme.card, theme.ground):
        assert _contrast(theme.dim, ground) >= 4.5
    assert _contrast(theme.on_accent, theme.accent) >= 4.5
    for i in range(6):
        assert _contrast(theme.text_on_component(i), theme.component_colour(i)) >= 3


def test_colours_repeat_with_another_dash() -> None:
    assert LIGHT.component_colour(6) == LIGHT.component_colour(0)
    assert (LIGHT.component_dash(5), LIGHT.component_dash(6), LIGHT.component_dash(12)) == (0, 1, 2)


def test_the_chosen_theme_is_shown_and_remembered(qapp: QApplication, settings: QSettings) -> None:
    keeper = ThemeKeeper(settings)
    assert keeper.choice == "system"
    seen: list[Theme] = []
    keeper.changed.connect(seen.append)
    keeper.choose("dark")
    assert seen == [DARK]
    assert qapp.palette().window().color() == QColor(DARK.ground)
    assert ThemeKeeper(settings).theme is DARK
    keeper.choose("light")
    assert qapp.palette().window().color() == QColor(LIGHT.ground)


def test_the_view_menu_switches_the_theme_of_the_whole_window(window: MainWindow) -> None:
    light = window.grab().toImage()
    dark = find(window, QAction, "darkThemeAction")
    dark.trigger()
    image = window.grab().toImage()
    assert image != light
    assert image.pixelColor(2, image.height() // 2) == QColor(DARK.ground)
    find(window, QAction, "lightThemeAction").trigger()


def test_recent_files_come_newest_first_and_outlive_the_program(settings: QSettings) -> None:
    recent = RecentFiles(settings)
    assert recent.paths() == []
    recent.add("/data/one.csv")
    assert RecentFiles(settings).paths() == ["/data/one.csv"]
    for i in range(12):
        recent.add(f"/data/{i}.csv")
    recent.add("/data/5.csv")
    settings.sync()
    paths = RecentFiles(settings).paths()
    assert paths[:2] == ["/data/5.csv", "/data/11.csv"]
    assert len(paths) == len(set(paths)) == 8
    recent.remove("/data/5.csv")
    assert "/data/5.csv" not in recent.paths()
    recent.clear()
    assert RecentFiles(settings).paths() == []


def test_an_opened_file_appears_among_the_recent_ones(window: MainWindow, qtbot: QtBot) -> None:
    sample = SAMPLES["iris"]
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(sample.path)
    menu = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Recent files")
    first = menu.actions()[0]
    assert first.text() == "iris.csv"
    assert first.toolTip() == str(sample.path)


def test_a_sample_is_one_click_away(window: MainWindow, qtbot: QtBot) -> None:
    button = find(window, QAbstractButton, "sample_faithful")
    assert not find(window, QWidget, "convergencePlot").isVisible()
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not find(window, QWidget, "welcomePage").isVisible()
    assert find(window, QWidget, "convergencePlot").isVisible()


def test_synthetic_data_are_drawn_and_shown(window: MainWindow, qtbot: QtBot) -> None:
    find(window, QAction, "syntheticAction").trigger()
    dialog = find(window, SyntheticDialog)
    find(dialog, QSpinBox, "synthetic_n_samples").setValue(321)
    find(dialog, QLineEdit, "synthetic_seed").setText("7")
    draw = next(
        button
        for button in find(dialog, QDialogButtonBox).buttons()
        if button.text() == "Draw rows"
    )
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        draw.click()
    assert "seed 7" in window.windowTitle()
    notes = [label.text() for label in window.findChildren(QLabel)]
    assert "321 rows" in notes


def test_the_dialog_says_which_recipe_has_components_and_refuses_nonsense(qtbot: QtBot) -> None:
    dialog = SyntheticDialog()
    qtbot.addWidget(dialog)
    assert len(dialog.findChildren(QRadioButton)) == 2
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "there are components to find" in words
    assert "there are no components to find" in words
    seed = find(dialog, QLineEdit, "synthetic_seed")
    seed.setText("soon")
    with qtbot.assertNotEmitted(dialog.chosen):
        find(dialog, QDialogButtonBox).accepted.emit()
    assert "whole number" in find(dialog, QLabel, "syntheticWrong").text()


def test_the_layout_is_remembered_and_can_be_reset(window: MainWindow, qtbot: QtBot) -> None:
    dock = find(window, QDockWidget, "modelDock")
    left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
    window.addDockWidget(right, dock)
    dock.hide()
    find(window, QAction, "resetLayoutAction").trigger()
    assert window.dockWidgetArea(dock) is left
    assert dock.isVisible()


def test_panels_keep_the_place_that_a_person_gave_them(
    window: MainWindow, settings: QSettings, qtbot: QtBot
) -> None:
    docks = find(window, DockLayout)
    save_place(window, docks, settings)
    assert settings.value("window/state") is None
    model = find(window, QDockWidget, "modelDock")
    model.toggleViewAction().trigger()
    assert docks.by_hand
    save_place(window, docks, settings)
    docks.reset()
    assert model.isVisible()
    restore_place(window, docks, settings)
    assert docks.by_hand
    assert not model.isVisible()


def test_panels_are_as_tall_as_they_need_in_a_window_of_any_size(
    window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(SAMPLES["gvhd_control"].path)
    first = find(window, DockLayout).left[0]
    for width, height in ((1024, 700), (1440, 900), (1100, 760)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: abs(first.height() - first.natural_height()) <= 2)


def test_a_window_beyond_the_screen_is_brought_back(
    window: MainWindow, settings: QSettings
) -> None:
    docks = find(window, DockLayout)
    window.move(50_000, 50_000)
    settings.setValue("window/geometry", window.saveGeometry())
    restore_place(window, docks, settings)
    room = window.screen().availableGeometry()
    assert room.intersects(window.frameGeometry())


def test_everything_is_reachable_in_a_small_window(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(SAMPLES["gvhd_control"].path)
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.width() == 1024)
    assert window.minimumSizeHint().width() <= 1024
    assert window.minimumSizeHint().height() <= 700
    bounds = window.rect()
    for name in ("openButton", "fitButton", "pauseButton", "stopButton", "exportButton"):
        button = find(window, QWidget, name)
        assert button.isVisible(), name
        corner = button.mapTo(window, button.rect().bottomRight())
        assert bounds.contains(corner), name


def test_every_control_has_a_name_and_a_tooltip(window: MainWindow) -> None:
    for control in window.findChildren(QWidget):
        editable = isinstance(control, QAbstractButton | QSpinBox | QLineEdit)
        internal = control.objectName().startswith("qt_") or not control.objectName()
        if editable and not internal:
            assert control.toolTip(), control.objectName()
            text = control.text() if isinstance(control, QAbstractButton) else ""
            assert control.accessibleName() or text, control.objectName()


def test_a_notice_can_be_selected_closed_and_dismissed(qtbot: QtBot) -> None:
    notice = NoticeBar()
    qtbot.addWidget(notice)
    notice.show_error("The file is empty: choose another.")
    assert notice.isVisible()
    label = find(notice, QLabel, "noticeText")
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    qtbot.mouseClick(find(notice, QWidget, "noticeClose"), Qt.MouseButton.LeftButton)
    assert not notice.isVisible()
    assert notice.text() == ""
    notice.show_info("Written.")
    notice.dismiss()
    assert notice.text() == ""


def test_the_status_line_shows_a_bar_only_while_there_is_work(qtbot: QtBot) -> None:
    status = StatusLine()
    qtbot.addWidget(status)
    status.show()
    bar = find(status, QProgressBar, "statusProgress")
    assert not bar.isVisible()
    status.show_work("fitting", 0.25, "10 passes a second")
    assert bar.isVisible()
    assert bar.value() == bar.maximum() // 4
    status.show_work("reading", None)
    assert bar.maximum() == 0
    status.rest()
    assert not bar.isVisible()
    assert status.message() == "ready"


def test_the_pace_is_honest_about_what_it_does_not_know() -> None:
    assert pace_text(5, 0.05, 3.0) == ""
    assert pace_text(100, 1.0, None) == "100 passes a second"
    assert pace_text(3, 2.0, 200.0) == "1.5 passes a second · about 3 min left"


def _snapshot(n_rows: int) -> FitProgress:
    return FitProgress(
        start=1,
        n_starts=8,
        iteration=12,
        mixture=random_mixture(2, 2, seed=0),
        log_likelihood=-4321.0,
        gain=2e-5,
        best_log_likelihood=-4000.0,
        n_passes=30,
        sample_passes=0.5,
        n_rows=n_rows,
        n_samples=1_000_000,
        total_weight=1_000_000.0,
        reg_covar=1e-9,
    )


def test_the_status_says_when_a_start_is_on_a_sample() -> None:
    assert progress_text(_snapshot(1_000_000), paused=False) == (
        "fitting start 2 of 8, iteration 12, +2.0e\N{MINUS SIGN}5 per row"
    )
    on_sample = progress_text(_snapshot(20_000), paused=True)
    assert on_sample == "paused in start 2 of 8, on a sample of 20,000 rows"


def test_the_summary_compares_no_sample_with_all_rows(qtbot: QtBot) -> None:
    panel = SummaryPanel()
    qtbot.addWidget(panel)
    texts = {}
    for n_rows in (1_000_000, 20_000):
        panel.show_progress(_snapshot(n_rows))
        texts[n_rows] = {
            name: find(panel, QLabel, f"{name}Value").text()
            for name in ("log_likelihood", "bic", "starts", "state", "model")
        }
    assert texts[1_000_000]["log_likelihood"] == "\N{MINUS SIGN}4,321.0"
    assert texts[20_000] == {
        "log_likelihood": NONE,
        "bic": NONE,
        "starts": "2 of 8",
        "state": "on a sample of 20,000 rows",
        "model": "2 components, VVV",
    }


def test_names_of_exported_files_come_from_the_data(tmp_path: Path) -> None:
    data = tmp_path / "rows.csv.gz"
    data.touch()
    assert suggested_path(str(data), "-model.json") == str(tmp_path / "rows-model.json")
    elsewhere = suggested_path("synthetic data, seed 7", "-labels.csv", "/out")
    assert elsewhere == "/out/synthetic-data-seed-7-labels.csv"
