"""The scatter plot: what it draws, what it says, and that it stays as the person set it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gmm_app.data.dataset import Dataset
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_chooser import DENSITY, POINTS
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_style import blended
from gmm_app.ui.tokens import DARK, LIGHT
from tests.ui.plot_problems import mixture_of, normal_dataset

# What Qt's platform without a screen says of every window.
no_screen = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def plot(qtbot: QtBot) -> MixturePlot:
    made = MixturePlot()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.grab()
    return made


def choose(plot: MixturePlot, combo_name: str, text: str) -> None:
    """As a person does: pick an entry of a choice."""
    combo = getattr(plot.chooser, combo_name)
    combo.setCurrentText(text)
    combo.activated.emit(combo.currentIndex())
    combo.textActivated.emit(text)


def colours_in(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }


def test_it_is_calm_when_empty(plot: MixturePlot) -> None:
    assert plot.objectName() == "mixturePlot"
    assert plot.caption.text() == ""
    assert not plot.chooser.x_choice.isEnabled()
    plot.set_mixture(mixture_of(2))
    plot.draw_now()
    assert plot.caption.text() == ""


def test_many_rows_are_a_density_and_the_caption_says_so(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(6_000))
    plot.draw_now()
    assert plot.caption.text() == "Density of 6,000 rows, log scale."
    plot.set_mixture(mixture_of(3))
    assert plot.caption.text().endswith(
        "Ellipses hold 39% (solid) and 86% (dashed) of each component."
    )


def test_few_rows_are_points(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    assert plot.caption.text() == "All 300 rows drawn."


def test_points_follow_the_theme_and_the_data(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    seen = [colours_in(plot.area.grab().toImage())]
    plot.set_theme(DARK)
    seen.append(colours_in(plot.area.grab().toImage()))
    for colours, theme in zip(seen, (LIGHT, DARK), strict=True):
        dot = blended(theme.quiet, theme.card, 0.65)
        near = [c for c in map(QColor, colours) if abs(c.red() - dot.red()) <= 2]
        assert any(abs(c.blue() - dot.blue()) <= 2 for c in near)
    before = plot.area.grab().toImage()
    plot.set_dataset(normal_dataset(301))
    assert plot.area.grab().toImage() != before


def test_of_many_rows_some_are_drawn_as_points(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(20_000))
    choose(plot, "look_choice", POINTS)
    assert plot.caption.text() == "10,000 of 20,000 rows drawn, chosen at random."


def test_the_choice_of_look_is_kept_for_other_data(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    choose(plot, "look_choice", DENSITY)
    plot.set_dataset(normal_dataset(400, source="other"))
    plot.draw_now()
    assert plot.caption.text() == "Density of 400 rows, log scale."


def test_what_is_out_of_view_is_said(plot: MixturePlot) -> None:
    dataset = normal_dataset(6_000)
    plot.set_dataset(dataset)
    plot.area.show_range((0.0, 5.0), (-5.0, 5.0))
    plot.draw_now()
    shown = int(plot.caption.text().split()[2].replace(",", ""))
    assert abs(shown - (dataset.X[:, 0] >= 0.0).sum()) < 150  # whole cells
    assert "of 6,000 rows, those in view" in plot.caption.text()
    choose(plot, "look_choice", POINTS)
    hidden = (dataset.X[:, 0] < 0.0).sum()
    assert plot.caption.text() == f"All 6,000 rows drawn, {hidden:,} of them out of view."


def test_many_components_have_one_ellipse_each(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    plot.set_mixture(mixture_of(8))
    assert "39% (thick) and 86% (thin)" in plot.caption.text()
    plot.set_mixture(mixture_of(40))
    assert plot.caption.text().endswith("Ellipses hold 39% of each component.")


def test_the_view_moves_only_when_asked(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    whole = plot.area.view.viewRange()
    plot.area.show_range((-0.5, 0.5), (-0.25, 0.25))
    plot.set_mixture(mixture_of(3))
    plot.set_mixture(mixture_of(5))
    plot.draw_now()
    assert plot.area.view.viewRange() == [[-0.5, 0.5], [-0.25, 0.25]]
    plot.area.resetWanted.emit()
    assert plot.area.view.viewRange() == whole


def test_each_pair_of_columns_keeps_its_view(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    plot.area.show_range((-0.5, 0.5), (-0.25, 0.25))
    choose(plot, "y_choice", "c")
    assert plot.area.view.viewRange() != [[-0.5, 0.5], [-0.25, 0.25]]
    choose(plot, "y_choice", "b")
    assert plot.area.view.viewRange() == [[-0.5, 0.5], [-0.25, 0.25]]


@no_screen
def test_the_home_key_shows_everything_again(plot: MixturePlot, qtbot: QtBot) -> None:
    plot.set_dataset(normal_dataset(300))
    whole = plot.area.view.viewRange()
    plot.area.show_range((-0.5, 0.5), (-0.25, 0.25))
    plot.show()
    plot.activateWindow()
    plot.area.setFocus()
    qtbot.waitUntil(plot.area.hasFocus)
    qtbot.keyClick(plot.area, Qt.Key.Key_Home)
    assert plot.area.view.viewRange() == whole


def test_choosing_the_other_axis_column_swaps_the_two(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    choose(plot, "x_choice", "b")
    assert plot.chooser.positions == (1, 0)
    assert plot.area.labels == ("b", "a")


def test_columns_stay_chosen_where_they_still_exist(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    choose(plot, "y_choice", "c")
    plot.set_dataset(normal_dataset(300, 4))
    assert plot.area.labels == ("a", "c")
    plot.set_dataset(normal_dataset(300, 2))
    assert plot.area.labels == ("a", "b")


def test_column_names_are_taken_as_they_are(plot: MixturePlot) -> None:
    dataset = normal_dataset(50, 2)
    object.__setattr__(dataset, "columns", ("<b>5</b> & more", "y"))
    plot.set_dataset(dataset)
    assert plot.area.x_axis.label.toPlainText().strip() == "<b>5</b> & more"


def test_one_column_is_a_histogram_with_curves(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(500, 1))
    plot.set_mixture(mixture_of(2, 1), 0)
    plot.draw_now()
    assert plot.caption.text().startswith("Histogram of 500 rows. Coloured lines")
    assert not plot.chooser.y_choice.isEnabled()
    assert "one column" in plot.chooser.y_choice.toolTip()
    assert LIGHT.component_colour(0).lower() in colours_in(plot.area.grab().toImage())


def test_a_mixture_of_other_columns_is_not_drawn(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300, 2))
    plot.set_mixture(mixture_of(3, 3))
    assert "Ellipses" not in plot.caption.text()


def test_a_click_on_a_badge_picks_its_component(plot: MixturePlot, qtbot: QtBot) -> None:
    plot.set_dataset(normal_dataset(300))
    plot.set_mixture(mixture_of(3))
    plot.grab()
    place = plot.area.view.mapViewToScene(QPointF(1.5, 1.5))
    with qtbot.waitSignal(plot.componentPicked) as picked:
        plot.area.clicked.emit(place)
    assert picked.args == [2]
    with qtbot.assertNotEmitted(plot.componentPicked):
        plot.area.clicked.emit(place + QPointF(40.0, 40.0))


def test_components_have_the_themes_colours(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    plot.set_mixture(mixture_of(3))
    for theme in (LIGHT, DARK):
        plot.set_theme(theme)
        seen = colours_in(plot.area.grab().toImage())
        assert {theme.component_colour(i).lower() for i in range(3)} <= seen
        assert theme.card in seen


@no_screen
def test_the_worker_computes_what_is_shown(qtbot: QtBot, worker: ViewWorker) -> None:
    plot = MixturePlot(worker)
    qtbot.addWidget(plot)
    plot.resize(640, 480)
    plot.set_dataset(normal_dataset(6_000))
    plot.show()
    empty = colours_in(plot.area.grab().toImage())
    qtbot.waitUntil(lambda: len(colours_in(plot.area.grab().toImage())) > len(empty) + 10)
    plot.hide()


@pytest.fixture
def worker(qapp: object) -> Iterator[ViewWorker]:
    made = ViewWorker()
    yield made
    assert made.shutdown()


def test_twenty_moving_components_cost_little(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(6_000))
    plot.draw_now()
    mixtures = [mixture_of(20) for _ in range(30)]
    took = []
    for mixture in mixtures:
        begin = time.perf_counter()
        plot.set_mixture(mixture)
        took.append(time.perf_counter() - begin)
    assert np.median(took) < 0.003


def test_a_hundred_components_are_drawn(plot: MixturePlot) -> None:
    plot.set_dataset(normal_dataset(300))
    plot.set_mixture(mixture_of(120), 119)
    assert len(colours_in(plot.area.grab().toImage())) > 20


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("n_rows", "n_columns"), [(200, 1), (200, 2), (6_000, 2)])
def test_the_largest_numbers_there_are_give_a_calm_plot(
    plot: MixturePlot, n_rows: int, n_columns: int
) -> None:
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (n_rows, n_columns))
    plot.set_dataset(Dataset(1e308 * signs, tuple("ab"[:n_columns]), "far apart"))
    plot.draw_now()
    plot.grab()
    assert all(np.isfinite(plot.area.view.viewRange()).ravel())
