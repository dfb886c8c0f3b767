"""The size of a picture in a file: how large, how large its text, how fine its pixels. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gmm_app.errors import ExportError, OptionError

TEXT_PIXELS = 13
"""Height of a plot's text in the pixels that it is laid out in."""

MILLIMETRES_PER_INCH = 25.4
SCREEN_DPI = 96
MOST_POINTS = 72.0

_POINTS_PER_INCH = 72.0
# Text that reads well on sheets of such diagonals, in millimetres: of a column, a page, a slide.
_DIAGONALS = (40.0, 107.0, 209.0, 388.0, 1500.0)
_TEXT_POINTS = (5.0, 7.0, 9.0, 16.0, 48.0)
_FEWEST_PIXELS = 120
_LEAST, _MOST = 20.0, 2_000.0
_MOST_PIXELS = 80_000_000


@dataclass(frozen=True)
class Sheet:
    """What a picture is drawn on.

    Attributes
    ----------
    width, height : in millimetres.
    text_points : size of its text, in points of 1/72 inch; all else keeps its proportion to it.
    dpi : pixels per inch, for pictures that are made of pixels.
    """

    width: float
    height: float
    text_points: float
    dpi: int = 300

    @property
    def layout_dpi(self) -> float:
        """Pixels per inch that the plot is laid out in, so that its text has its size."""
        return TEXT_PIXELS * _POINTS_PER_INCH / self.text_points

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height at `dpi`."""
        return round(_pixels(self.width, self.dpi)), round(_pixels(self.height, self.dpi))

    @property
    def layout(self) -> tuple[float, float]:
        """Width and height in the pixels that the plot is laid out in."""
        return _pixels(self.width, self.layout_dpi), _pixels(self.height, self.layout_dpi)

    def check(self, *, has_pixels: bool) -> None:
        """Refuse sizes on which nothing can be drawn.

        Parameters
        ----------
        has_pixels : whether the picture is made of pixels, and not of lines.

        Raises
        ------
        ExportError
            The sheet is too small for its text, or has too many pixels.
        """
        if min(self.layout) < _FEWEST_PIXELS:
            raise ExportError(
                f"{self.width:,.4g} x {self.height:,.4g} mm has no room for text of "
                f"{self.text_points:g} pt: make the picture larger, or its text smaller."
            )
        if has_pixels and math.prod(self.pixels) > _MOST_PIXELS:
            raise ExportError(
                f"{self.pixels[0]:,} x {self.pixels[1]:,} pixels are too many: make the picture "
                "smaller, or its resolution lower."
            )


@dataclass(frozen=True)
class Preset:
    """A size with a name.

    Attributes
    ----------
    title : its name for people.
    width, height : in millimetres.
    dpi : pixels per inch that suit it.
    """

    title: str
    width: float
    height: float
    dpi: int

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.width, self.height, suitable_text(self.width, self.height), self.dpi)


PRESETS = {
    "single": Preset("Single column, 85 mm", 85.0, 65.0, 600),
    "double": Preset("Double column, 175 mm", 175.0, 115.0, 300),
    "slide": Preset("Slide, 16:9", 338.6, 190.5, 144),
}


def suitable_text(width: float, height: float) -> float:
    """Points of text that read well on a sheet of so many millimetres, to half a point."""
    return round(2.0 * float(np.interp(math.hypot(width, height), _DIAGONALS, _TEXT_POINTS))) / 2.0


def sheet_named(name: str) -> Sheet:
    """The sheet that is meant by a preset's name, or by width and height such as "120x80".

    Raises
    ------
    OptionError
        It is neither.
    """
    if name in PRESETS:
        return PRESETS[name].sheet
    try:
        width, height = (float(side) for side in name.lower().split("x"))
    except ValueError:
        width = height = 0.0
    if not (_LEAST <= width <= _MOST and _LEAST <= height <= _MOST):
        raise OptionError(
            f"A plot cannot be as large as '{name}': give {', '.join(PRESETS)}, or width and "
            f"height in millimetres from {_LEAST:g} to {_MOST:,g}, such as 120x80."
        )
    return Sheet(width, height, suitable_text(width, height))


def screen_sheet(width: int, height: int, screen_dpi: int = SCREEN_DPI) -> Sheet:
    """A sheet on which a plot of so many of a screen's pixels looks as it does there.

    Parameters
    ----------
    width, height : of the plot on the screen.
    screen_dpi : the screen's pixels per inch; the picture gets two for each of them.
    """
    return Sheet(
        width / screen_dpi * MILLIMETRES_PER_INCH,
        height / screen_dpi * MILLIMETRES_PER_INCH,
        TEXT_PIXELS * _POINTS_PER_INCH / screen_dpi,
        2 * screen_dpi,
    )


def _pixels(millimetres: float, dpi: float) -> float:
    return millimetres / MILLIMETRES_PER_INCH * dpi
