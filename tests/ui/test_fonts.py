"""Words and figures, on a machine with fonts and on one without."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication

from gmm_app.ui.fonts import BUNDLED_FAMILY, BUNDLED_FILES, ensure_font, use_bundled_font

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "gmm_app" / "resources" / "fonts"
LARGEST_FILE = 200_000

NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{cache}</cachedir></fontconfig>
"""
PROGRAM = """
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication
from gmm_app.ui.fonts import ensure_font
app = QApplication([])
before = QFontInfo(app.font()).family()
ensure_font(app)
print([before, QFontInfo(app.font()).family()])
"""


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    font = qapp.font()
    yield qapp
    qapp.setFont(font)


def test_the_bundled_font_has_both_weights(app: QApplication) -> None:
    use_bundled_font(app)
    assert QFontInfo(app.font()).family() == BUNDLED_FAMILY
    assert QFontInfo(app.font()).weight() == QFont.Weight.Normal
    strong = QFont(app.font())
    strong.setWeight(QFont.Weight.DemiBold)
    assert QFontInfo(strong).styleName() == "Semi Bold"


def test_figures_are_equally_wide(app: QApplication) -> None:
    use_bundled_font(app)
    metrics = QFontMetricsF(app.font())
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_the_systems_font_is_kept(app: QApplication) -> None:
    use_bundled_font(app)  # a font that is surely there
    font = QFont(app.font())
    font.setPointSizeF(17.5)
    app.setFont(font)
    ensure_font(app)
    assert app.font() == font


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a system has fonts")
def test_a_machine_without_fonts_gets_the_bundled_one(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text(NO_FONTS.format(cache=tmp_path))
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ast.literal_eval(done.stdout) == ["", BUNDLED_FAMILY]


@pytest.mark.parametrize("name", BUNDLED_FILES)
def test_every_sign_that_the_program_shows_is_bundled(qapp: QApplication, name: str) -> None:
    font = QRawFont(str(FONTS / name), 12.0)
    assert font.isValid()
    shown = {sign for path in (ROOT / "gmm_app").rglob("*.py") for sign in _signs(path)}
    assert "\N{MIDDLE DOT}" in shown
    assert not sorted(sign for sign in shown if not font.supportsCharacter(ord(sign)))


def _signs(path: Path) -> set[str]:
    """The printable characters in the strings of a source file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    texts = (value for value in constants if isinstance(value, str))
    return {sign for text in texts for sign in text if sign.isprintable()}


def test_the_files_stay_small_and_carry_their_licence() -> None:
    assert all((FONTS / name).stat().st_size < LARGEST_FILE for name in BUNDLED_FILES)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()
