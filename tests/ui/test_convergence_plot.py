"""The convergence plot: ranges, words and cost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gmm_app.ui.convergence_plot import GAIN, ConvergencePlot
from gmm_app.ui.tokens import LIGHT


@pytest.fixture
def plot(qtbot: QtBot) -> ConvergencePlot:
    made = ConvergencePlot()
    qtbot.addWidget(made)
    made.resize(640, 240)
    made.grab()
    return made


def rising(n: int, end: float = -1_000.0) -> np.ndarray:
    return end - 500.0 * np.exp(-np.arange(n) / 5.0)


def shown(plot: ConvergencePlot) -> list[list[float]]:
    return [list(axis) for axis in plot.area.view.viewRange()]


def test_the_status_says_where_the_fit_is(plot: ConvergencePlot) -> None:
    assert plot.objectName() == "convergencePlot"
    plot.show_histories([rising(60), rising(80), rising(12)], 2, -160_412.7, 6_809, 8)
    assert plot.status.text() == "start 3 of 8 · iteration 11 · best −160,412.7"
    plot.show_histories([rising(60), np.empty(0)], 1, -160_412.7, 6_809, 8)
    assert plot.status.text() == "start 2 of 8 · on samples · best −160,412.7"
    plot.show_histories([np.empty(0)], 0, None, 6_809, 8)
    assert plot.status.text() == "start 1 of 8 · on samples"
    plot.show_histories([rising(60, -900.0), rising(80)], None, -900.0, 6_809)
    assert plot.status.text() == "start 1 of 2 is best · 59 iterations · best −900.0"
    plot.clear()
    assert plot.status.text() == ""


def test_all_starts_end_within_the_view(plot: ConvergencePlot) -> None:
    ends = (-1_000.0, -1_400.0, -1_250.0)
    plot.show_histories([rising(50, end) for end in ends], None, -1_000.0, 100)
    (left, right), (low, high) = shown(plot)
    assert left <= 0 and right >= 49
    assert low < min(ends) and high > max(ends)


def test_the_axes_rest_while_the_lines_fit(plot: ConvergencePlot) -> None:
    history = rising(200)
    ranges = set()
    for n in range(1, 200):
        plot.show_histories([history[:n]], 0, -1_000.0, 100)
        ranges.add(str(shown(plot)))
        (_, right), (_, high) = shown(plot)
        assert right >= n - 1
        assert high > history[n - 1]
    assert len(ranges) < 40


def test_a_moved_view_stays_until_it_is_reset_or_another_fit_begins(
    plot: ConvergencePlot,
) -> None:
    plot.show_histories([rising(20)], 0, None, 100)
    plot.area.view.sigRangeChangedManually.emit([True, True])
    plot.area.show_range((3.0, 4.0), (-1_100.0, -1_050.0))
    plot.show_histories([rising(90)], 0, None, 100)
    assert shown(plot) == [[3.0, 4.0], [-1_100.0, -1_050.0]]
    plot.area.resetWanted.emit()
    assert shown(plot)[0] == [0.0, 89.0]
    plot.area.view.sigRangeChangedManually.emit([True, True])
    plot.area.show_range((3.0, 4.0), (-1_100.0, -1_050.0))
    plot.show_histories([rising(5, -77.0)], 0, None, 100)
    assert shown(plot)[0][0] == 0.0


def test_gain_is_on_a_scale_of_powers(plot: ConvergencePlot) -> None:
    plot.show_histories([np.array([-2_000.0, -1_000.0, -990.0, -989.9])], None, -989.9, 1_000)
    plot.quantity.setCurrentText(GAIN)
    low, high = shown(plot)[1]
    assert low < -4.0 and high > 0.0
    assert plot.area.labels == ("iteration", "gain per row")
    assert plot.area.y_axis.tickStrings([-4.0, 0.0], 1.0, 1.0) == ["10⁻⁴", "10⁰"]


def test_ticks_have_thousands_marks_and_a_proper_minus(plot: ConvergencePlot) -> None:
    assert plot.area.y_axis.tickStrings([-160_000.0], 1.0, 2_000.0) == ["−160,000"]
    assert plot.area.y_axis.tickStrings([-0.5, 0.0], 1.0, 0.2) == ["−0.5", "0.0"]
    assert plot.area.y_axis.tickStrings([2e12], 1.0, 1e12) == ["2e12"]


def test_the_running_start_is_in_the_accent_colour(plot: ConvergencePlot) -> None:
    plot.show_histories([rising(50), rising(30, -1_100.0)], 1, -1_000.0, 100)
    image = plot.area.grab().toImage()
    everywhere = ((x, y) for x in range(image.width()) for y in range(image.height()))
    seen = {QColor(image.pixel(x, y)).name() for x, y in everywhere}
    assert LIGHT.accent in seen


@pytest.mark.parametrize(
    "histories",
    [[], [np.empty(0)], [np.array([-5.0])], [np.full(30, -5.0)], [np.array([-np.inf, -5.0])]],
)
@pytest.mark.parametrize("quantity", [0, 1])
def test_odd_histories_are_drawn(
    plot: ConvergencePlot, histories: list[np.ndarray], quantity: int
) -> None:
    plot.quantity.setCurrentIndex(quantity)
    plot.show_histories(histories, 0 if histories else None, None, 10)
    assert np.isfinite(shown(plot)).all()
    assert not plot.grab().isNull()


def test_a_hundred_long_starts_cost_little(plot: ConvergencePlot) -> None:
    starts = [rising(10_000, -1_000.0 - i) for i in range(100)]
    took = []
    for n in range(5_000, 5_030):
        histories = [*starts[:99], starts[99][:n]]
        begin = time.perf_counter()
        plot.show_histories(histories, 99, -1_000.0, 100)
        took.append(time.perf_counter() - begin)
    assert np.median(took) < 0.005
