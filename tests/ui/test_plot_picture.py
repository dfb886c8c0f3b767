"""Pictures of the plot in files."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gmm_app.errors import ExportError
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_picture import draw_fit, save_picture
from gmm_app.ui.tokens import DARK
from tests.ui.plot_problems import mixture_of, normal_dataset

ROOT = Path(__file__).resolve().parents[2]


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


def test_a_png_has_twice_the_pixels_and_the_themes_ground(
    plot: MixturePlot, tmp_path: Path
) -> None:
    plot.set_theme(DARK)
    save_picture(plot, tmp_path / "fit.png")
    image = QImage(str(tmp_path / "fit.png"))
    assert image.width() > 2 * plot.area.width()
    assert image.height() > 2 * plot.area.height()
    assert QColor(image.pixel(1, 1)).name() == DARK.card


def test_an_svg_has_text_as_text(plot: MixturePlot, tmp_path: Path) -> None:
    save_picture(plot, tmp_path / "fit.SVG")
    root = ET.parse(tmp_path / "fit.SVG").getroot()
    texts = [("".join(node.itertext())).strip() for node in root.iter() if node.tag[-4:] == "text"]
    assert {"a", "b", "1", "2", "3", "0"} <= set(texts)
    assert plot.caption.text() in " ".join(texts)
    assert any(node.tag.endswith("polyline") for node in root.iter())


@pytest.mark.parametrize("name", ["fit.pdf", "fit", "fit.png.txt"])
def test_other_suffixes_are_refused(plot: MixturePlot, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.png or \.svg"):
        save_picture(plot, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(plot: MixturePlot, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="missing"):
        save_picture(plot, tmp_path / "missing" / "fit.png")


def test_a_picture_replaces_an_older_one(plot: MixturePlot, tmp_path: Path) -> None:
    target = tmp_path / "fit.png"
    target.write_bytes(b"old")
    save_picture(plot, target)
    assert target.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [target]


def test_a_fit_is_drawn_without_a_window(qapp: object, tmp_path: Path) -> None:
    draw_fit(normal_dataset(6_000), mixture_of(3), tmp_path / "fit.svg")
    texts = "".join(ET.parse(tmp_path / "fit.svg").getroot().itertext())
    assert "Density of 6,000 rows" in texts
    assert "−2" in texts  # the axes have numbers


def test_a_fit_is_drawn_without_an_application_or_a_display(tmp_path: Path) -> None:
    target = tmp_path / "fit.png"
    program = (
        "from tests.ui.plot_problems import mixture_of, normal_dataset\n"
        "from gmm_app.ui.plot_picture import draw_fit\n"
        f"draw_fit(normal_dataset(200, 1), mixture_of(2, 1), {str(target)!r})\n"
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
