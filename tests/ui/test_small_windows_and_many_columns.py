"""Nothing is cut where there is little room, and nothing waits where there are many columns."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gmm_app.data.samples import SAMPLES
from gmm_app.fitting.options import FitOptions
from gmm_app.ui.column_chooser import ColumnChooser
from gmm_app.ui.component_detail import ComponentDetail
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.notice import NoticeBar
from tests.ui.finding import find

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LONG = "A sentence that says at some length what was found and what can be done about it. "


def _open(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.dataOpened, timeout=30_000):
        window.open_path(path)


def test_no_panel_is_wider_than_the_room_beside_its_scroll_bar(
    window: MainWindow, qtbot: QtBot
) -> None:
    _open(window, qtbot, SAMPLES["gvhd_control"].path)
    with qtbot.waitSignal(window.fitFinished, timeout=120_000):
        window.start_fit()
    window.resize(window.minimumSizeHint().width(), 500)
    qtbot.waitUntil(lambda: any(area.verticalScrollBar().isVisible() for area in _areas(window)))
    # Values of a fit that has just ended may widen a panel: the layout follows in its own time.
    qtbot.waitUntil(lambda: all(_fits(area) for area in _areas(window)))


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_data_panel_grows_with_what_is_wrong_with_a_condition(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1440, 900)
    _open(window, qtbot, SAMPLES["gvhd_control"].path)
    (area,) = [area for area in _areas(window) if area.widget() is window._views.data]
    qtbot.keyClicks(find(window, QLineEdit, "rowFilterEdit"), "CDZ > 200 and CD8 < 400")
    qtbot.waitUntil(lambda: "CDZ" in find(window, QLabel, "rowFilterMessage").text())
    qtbot.waitUntil(lambda: not area.verticalScrollBar().isVisible())


def _fits(area: QScrollArea) -> bool:
    panel = area.widget()
    return panel is not None and panel.width() <= area.viewport().width()


def _areas(window: MainWindow) -> list[QScrollArea]:
    areas = window.findChildren(QScrollArea)
    return [area for area in areas if area.isVisible() and area.widget() is not None]


def test_a_long_notice_shows_its_beginning_and_all_of_it_when_asked(qtbot: QtBot) -> None:
    notice = NoticeBar()
    qtbot.addWidget(notice)
    notice.resize(440, 60)
    more = find(notice, QToolButton, "noticeMore")
    notice.show_info("A short one.")
    assert not more.isVisible()
    notice.show_info(8 * LONG)
    assert more.isVisible()
    few = notice.sizeHint().height()
    assert few < 5 * notice.fontMetrics().lineSpacing() + 20
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    label = find(notice, QLabel, "noticeText")
    assert label.maximumHeight() >= label.heightForWidth(label.width())
    assert notice.text() == 8 * LONG


def test_a_chosen_column_has_its_whole_name_in_the_tooltip(qtbot: QtBot) -> None:
    chooser = ColumnChooser()
    qtbot.addWidget(chooser)
    names = [f"a_rather_long_name_with_a_common_beginning_{i}" for i in range(3)]
    chooser.set_columns(names)
    assert names[0] in chooser.x_choice.toolTip()
    assert names[1] in chooser.y_choice.toolTip()
    assert chooser.x_choice.sizeHint().width() <= 180


def test_thousands_of_columns_are_offered_and_shown_in_little_time(qtbot: QtBot) -> None:
    chooser, detail = ColumnChooser(), ComponentDetail()
    n_columns = 5_000
    names = tuple(f"column number {i}" for i in range(n_columns))
    values = np.broadcast_to(np.ones(1), (1, n_columns, n_columns))
    mixture = SimpleNamespace(
        columns=names, units=names, transforms=(), means=values[0, :1], covariances=values
    )
    for widget in (chooser, detail):
        qtbot.addWidget(widget)
        widget.show()
    # The processor's time of this thread: other programs do not count.
    began = time.thread_time()
    for part in (names, names[1:]):
        chooser.set_columns(part)
        detail.show_component(mixture, 0)  # type: ignore[arg-type]
        QApplication.processEvents()
    assert time.thread_time() - began < 0.25


def test_a_fit_is_drawn_less_often_where_a_picture_takes_long(
    window: MainWindow, qtbot: QtBot
) -> None:
    _open(window, qtbot, SAMPLES["gvhd_control"].path)
    window.set_options(FitOptions(n_components=5, n_init=10_000, seed=0))
    window.start_fit()
    message = find(window, QLabel, "statusMessage")
    qtbot.waitUntil(lambda: "iteration" in message.text(), timeout=60_000)
    slow = _SlowPaint(window._views.plot.area.viewport())
    began = time.perf_counter()
    qtbot.waitUntil(lambda: slow.n_painted >= 8, timeout=20_000)
    share = slow.n_painted * slow.SECONDS / (time.perf_counter() - began)
    window.stop_fit()
    qtbot.waitUntil(lambda: not window.is_busy(), timeout=10_000)
    assert share < 0.6


class _SlowPaint(QObject):
    """Makes each picture of a widget take long."""

    SECONDS = 0.08

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.n_painted = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            until = time.perf_counter() + self.SECONDS
            while time.perf_counter() < until:
                pass
            self.n_painted += 1
        return False
