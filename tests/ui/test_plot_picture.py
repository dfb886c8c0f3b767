"""Pictures of the plots in files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gmm_app.data.dataset import Dataset
from gmm_app.errors import ExportError
from gmm_app.ui.convergence_plot import ConvergencePlot
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_picture import Plot, draw_fit, save_picture, sheet_on_screen
from gmm_app.ui.sheet import PRESETS, Sheet
from gmm_app.ui.tokens import DARK, LIGHT
from tests.ui.plot_problems import mixture_of, normal_dataset

ROOT = Path(__file__).resolve().parents[2]
SINGLE = PRESETS["single"].sheet
SCATTER_AND_COURSE = pytest.mark.parametrize("shown", ["plot", "course"])


@pytest.fixture
def plot(qtbot: QtBot) -> MixturePlot:
    made = MixturePlot()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.set_dataset(normal_dataset(6_000))
    made.set_mixture(mixture_of(3))
    made.grab()
    made.draw_now()
    return made


@pytest.fixture
def course(qtbot: QtBot) -> ConvergencePlot:
    made = ConvergencePlot()
    qtbot.addWidget(made)
    made.show_histories([np.linspace(-0.9, -0.5, 30), np.linspace(-0.8, -0.4, 20)], None, -0.4, 9)
    return made


@pytest.fixture
def drawing(shown: str, request: pytest.FixtureRequest) -> Plot:
    made: Plot = request.getfixturevalue(shown)
    return made


def _texts(path: Path) -> list[str]:
    root = ET.parse(path).getroot()
    return ["".join(node.itertext()).strip() for node in root.iter() if node.tag[-4:] == "text"]


def _dark_rows(image: QImage) -> int:
    """How many rows of pixels from the bottom are the ground's alone."""
    ground = image.pixel(0, image.height() - 1)
    row = image.height() - 1
    while all(image.pixel(x, row) == ground for x in range(image.width())):
        row -= 1
    return image.height() - 1 - row


@SCATTER_AND_COURSE
@pytest.mark.parametrize("sheet", [SINGLE, Sheet(120.5, 61.0, 12.0, 200)], ids=["single", "own"])
def test_a_png_has_the_size_and_resolution_asked_for(
    drawing: Plot, sheet: Sheet, tmp_path: Path
) -> None:
    save_picture(drawing, tmp_path / "fit.png", sheet)
    image = QImage(str(tmp_path / "fit.png"))
    assert image.size().toTuple() == sheet.pixels
    assert sheet.pixels[0] == round(sheet.width / 25.4 * sheet.dpi)
    assert image.dotsPerMeterX() == pytest.approx(sheet.dpi / 0.0254, abs=1)


@SCATTER_AND_COURSE
def test_nothing_is_cut_off_at_the_edges(drawing: Plot, tmp_path: Path) -> None:
    for name, sheet in {
        "small": Sheet(60, 45, 6.0, 300),
        "wide": Sheet(300, 80, 10.0, 150),
    }.items():
        save_picture(drawing, tmp_path / f"{name}.png", sheet)
        image = QImage(str(tmp_path / f"{name}.png"))
        width, height = sheet.pixels
        edges = {image.pixel(x, y) for x in range(width) for y in (0, height - 1)}
        edges |= {image.pixel(x, y) for y in range(height) for x in (0, width - 1)}
        assert {QColor(pixel).name() for pixel in edges} == {LIGHT.card}
        # The sentence stands near the lower edge: the picture fills its sheet.
        assert _dark_rows(image) < 0.1 * height


def test_as_on_the_screen_has_twice_its_pixels_and_its_theme(
    plot: MixturePlot, tmp_path: Path
) -> None:
    sheet = sheet_on_screen(plot)
    save_picture(plot, tmp_path / "fit.png", sheet, DARK)
    image = QImage(str(tmp_path / "fit.png"))
    assert 2 * plot.area.width() < image.width() < 2 * plot.area.width() + 80
    assert QColor(image.pixel(1, 1)).name() == DARK.card
    assert plot.theme is LIGHT


def test_an_svg_has_its_size_text_as_text_and_lines_as_lines(
    plot: MixturePlot, tmp_path: Path
) -> None:
    save_picture(plot, tmp_path / "fit.SVG", SINGLE)
    texts = _texts(tmp_path / "fit.SVG")
    assert {"a", "b", "1", "2", "3", "0"} <= set(texts)
    assert plot.sentence in " ".join(texts)
    root = ET.parse(tmp_path / "fit.SVG").getroot()
    assert (root.get("width"), root.get("height")) == ("85mm", "65mm")
    assert sum(node.tag.endswith("polyline") for node in root.iter()) > 6


def test_the_course_is_drawn_with_its_names_and_all_of_its_line(
    course: ConvergencePlot, tmp_path: Path
) -> None:
    save_picture(course, tmp_path / "course.svg", SINGLE)
    assert {"iteration", "log-likelihood", "best", course.sentence} <= set(
        _texts(tmp_path / "course.svg")
    )
    text = (tmp_path / "course.svg").read_text(encoding="utf-8")
    # Qt's SVG goes on with the clip of a label unless it is told another.
    line = text.index(f'stroke="{LIGHT.accent}"')
    clip = re.findall(r'<g clip-path="url\(#(\w+)\)">', text[:line])[-1]
    outline = text[text.index(f'id="{clip}"') :].split(' d="')[1].split('"')[0]
    corners = [pair.split(",") for pair in re.findall(r"[\d.]+,[\d.]+", outline)]
    x, y = ([float(corner[i]) for corner in corners] for i in (0, 1))
    assert max(x) - min(x) > 200.0
    # Ticks, the name of the axis and the sentence stand below it.
    assert max(y) < SINGLE.layout[1] - 50.0


@SCATTER_AND_COURSE
def test_a_pdf_has_a_page_of_the_size_and_text_in_fonts(drawing: Plot, tmp_path: Path) -> None:
    save_picture(drawing, tmp_path / "fit.pdf", SINGLE)
    content = (tmp_path / "fit.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content or b"/FontFile3" in content
    box = re.search(rb"/MediaBox \[0 0 (\S+) (\S+)\]", content)
    assert box is not None
    points = [float(side) for side in box.groups()]
    assert points == pytest.approx([85 / 25.4 * 72, 65 / 25.4 * 72], abs=0.6)
    # Nothing but a density is a picture within, and that without loss.
    assert (b"/Subtype /Image" in content) == isinstance(drawing, MixturePlot)
    assert b"/DCTDecode" not in content


def test_the_plot_stays_as_it_is_and_is_drawn_as_it_is_shown(
    plot: MixturePlot, tmp_path: Path
) -> None:
    plot.chooser.set_positions(2, 0)
    plot._on_columns_changed()
    plot.area.show_range((-1.0, 0.5), (-0.5, 1.0))
    plot.draw_now()
    size, sentence = plot.size(), plot.sentence
    save_picture(plot, tmp_path / "fit.svg", SINGLE)
    texts = _texts(tmp_path / "fit.svg")
    assert {"c", "a", "−1.0", "0.5"} <= set(texts) and "b" not in texts
    assert "2.0" not in texts and "those in view" in sentence
    assert (plot.size(), plot.sentence) == (size, sentence)
    assert plot.area.view.viewRange() == [[-1.0, 0.5], [-0.5, 1.0]]


def test_text_has_its_size_whatever_the_sheet(plot: MixturePlot, tmp_path: Path) -> None:
    for points, sheet in ((7.0, SINGLE), (16.0, PRESETS["slide"].sheet)):
        save_picture(plot, tmp_path / "fit.svg", sheet)
        text = (tmp_path / "fit.svg").read_text(encoding="utf-8")
        (units,) = set(re.findall(r'font-size="(\d+)" font-weight="400"', text))
        per_millimetre = float(text.split('viewBox="0 0 ')[1].split()[0]) / sheet.width
        assert int(units) / per_millimetre / 25.4 * 72 == pytest.approx(points, rel=0.01)


def test_a_name_longer_than_its_axis_loses_its_middle(qtbot: QtBot, tmp_path: Path) -> None:
    names = ("a name " * 20 + "on x", "a name " * 20 + "on y")
    rows = np.random.default_rng(0).normal(size=(50, 2))
    plot = MixturePlot()
    qtbot.addWidget(plot)
    plot.set_dataset(Dataset(rows, names))
    save_picture(plot, tmp_path / "fit.svg", SINGLE)
    shown = [text for text in _texts(tmp_path / "fit.svg") if "…" in text]
    assert {text[:6] + text[-4:] for text in shown} == {"a nameon x", "a nameon y"}


@pytest.mark.parametrize("name", ["fit.bmp", "fit", "fit.png.txt"])
def test_other_endings_are_refused(plot: MixturePlot, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.png, \.svg or \.pdf"):
        save_picture(plot, tmp_path / name, SINGLE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (Sheet(30, 30, 40.0), "larger, or its text smaller"),
        (Sheet(85, 22, 7.0), "larger, or its text smaller"),
        (Sheet(2_000, 2_000, 40.0, 2_400), "too many"),
    ],
)
def test_a_sheet_without_room_is_refused(
    plot: MixturePlot, tmp_path: Path, sheet: Sheet, words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        save_picture(plot, tmp_path / "fit.png", sheet)
    assert list(tmp_path.iterdir()) == []


def test_a_poster_of_lines_may_be_as_large_as_paper(plot: MixturePlot, tmp_path: Path) -> None:
    save_picture(plot, tmp_path / "fit.pdf", Sheet(841, 1189, 30.0, 2_400))
    assert b"/MediaBox [0 0 23" in (tmp_path / "fit.pdf").read_bytes()


def test_a_place_that_cannot_be_written_is_named(plot: MixturePlot, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="missing"):
        save_picture(plot, tmp_path / "missing" / "fit.png", SINGLE)


def test_a_picture_replaces_an_older_one(plot: MixturePlot, tmp_path: Path) -> None:
    target = tmp_path / "fit.png"
    target.write_bytes(b"old")
    save_picture(plot, target, SINGLE)
    assert target.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("n_features", [1, 3])
def test_a_fit_is_drawn_without_a_window(qapp: object, tmp_path: Path, n_features: int) -> None:
    target = tmp_path / "fit.svg"
    draw_fit(normal_dataset(6_000, n_features), mixture_of(3, n_features), target, SINGLE)
    texts = " ".join(_texts(target))
    assert ("Density" if n_features > 1 else "Histogram") + " of 6,000 rows" in texts
    assert "−2" in texts  # the axes have numbers


def test_a_fit_is_drawn_without_an_application_or_a_display(tmp_path: Path) -> None:
    target = tmp_path / "fit.png"
    program = (
        "from tests.ui.plot_problems import mixture_of, normal_dataset\n"
        "from gmm_app.ui.plot_picture import draw_fit\n"
        "from gmm_app.ui.sheet import sheet_named\n"
        "sheet = sheet_named('double')\n"
        f"draw_fit(normal_dataset(200, 1), mixture_of(2, 1), {str(target)!r}, sheet)\n"
    )
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in unset},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert QImage(str(target)).width() > 1_000
