"""The program's font: the system's own, or the bundled Inter where there is none."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication

from gmm_app.ui.sheet import TEXT_PIXELS

BUNDLED_FAMILY = "Inter"
BUNDLED_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
BUNDLED_POINT_SIZE = 10.0


def ensure_font(app: QGuiApplication) -> None:
    """Keep the system's font; where the system has no font at all, use the bundled one.

    Parameters
    ----------
    app : the application whose font is looked after.
    """
    # The list of families names aliases even where no font stands behind them.
    if not QFontInfo(app.font()).family():
        use_bundled_font(app)


def use_bundled_font(app: QGuiApplication) -> None:
    """Use the bundled font whatever the system has, so that pictures come out alike everywhere.

    Parameters
    ----------
    app : the application whose font is set.
    """
    if BUNDLED_FAMILY not in QFontDatabase.families():
        folder = files("gmm_app.resources").joinpath("fonts")
        for name in BUNDLED_FILES:
            data = QByteArray(folder.joinpath(name).read_bytes())
            QFontDatabase.addApplicationFontFromData(data)
    font = QFont(BUNDLED_FAMILY)
    font.setPointSizeF(BUNDLED_POINT_SIZE)
    app.setFont(font)


def paper_font() -> QFont:
    """The program's font for pictures: so many pixels high whatever it is drawn on."""
    font = QGuiApplication.font()
    font.setPixelSize(TEXT_PIXELS)
    # Hinted for a screen, letters stand unevenly on paper.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
