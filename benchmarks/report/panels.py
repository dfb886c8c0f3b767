"""The panels of the picture, each drawn into a plot of its own; axes are logarithmic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from benchmarks.problems import Problem
from benchmarks.report.markdown import significant
from benchmarks.report.numbers import geometric_mean, ratios, seconds
from benchmarks.workers import OURS

TEXT, DIM, LINE = "#1d2430", "#667085", "#dfe2e7"
# Colours of Okabe & Ito (2008), which stay apart for colour-blind eyes.
_COLOURS = {
    OURS: "#0072B2",
    "onedal": "#D55E00",
    "scikit_learn": "#009E73",
    "pomegranate": "#CC79A7",
    "armadillo": "#E69F00",
    "mclust": "#56B4E9",
}
_BELOW = (0.5, 0.0)
_FLAG = 0.95  # decades that a name takes
_DECADES = {-6: "1 µs", -5: "10 µs", -4: "100 µs", -3: "1 ms", -2: "10 ms", -1: "100 ms"} | {
    0: "1 s",
    1: "10 s",
    2: "100 s",
}


def draw_iterations(
    plot: pg.PlotItem,
    cases: list[dict[str, Any]],
    titles: dict[str, str],
    reach: tuple[float, float],
) -> None:
    """A row per case: each program's seconds as a dot, with ours in words and oneDAL's ratio.

    `reach` is the range of seconds, which two panels side by side share.
    """
    for row, case in enumerate(cases):
        times = {name: value for name in titles if (value := seconds(case, name)) is not None}
        span = [np.log10(min(times.values())), np.log10(max(times.values()))]
        plot.plot(span, [-row, -row], pen=pg.mkPen(LINE, width=4))
        for name, value in times.items():
            _dot(plot, name, np.log10(value), -row)
        ours = times[OURS]
        _label(plot, _short(ours), np.log10(ours) - 0.08, -row, OURS, anchor=(1.0, 0.5))
        if "onedal" in times:
            there = np.log10(times["onedal"])
            _label(
                plot, _ratio(times["onedal"] / ours), there, -row - 0.08, "onedal", anchor=_BELOW
            )
        if row == 0:
            _name_dots(plot, times, titles)
    low, high = np.log10(reach[0]) - 0.75, np.log10(reach[1]) + 0.25
    _dress(plot, (low, high), (-len(cases) + 0.4, 2.6), width=124)
    plot.getAxis("bottom").setTicks([_decades(low, high)])
    heads = [Problem(case["n"], case["d"], case["k"]).title for case in cases]
    plot.getAxis("left").setTicks([[(-row, head) for row, head in enumerate(heads)]])
    plot.showGrid(x=True, alpha=0.12)


def _name_dots(plot: pg.PlotItem, times: dict[str, float], titles: dict[str, str]) -> None:
    """The programs' names above the first row, like flags: no pole crosses another's cloth."""
    level, beyond = 0, np.inf
    for name, value in sorted(times.items(), key=lambda pair: -pair[1]):
        x = np.log10(value)
        level = level + 1 if beyond - x < _FLAG else 0
        beyond = x
        top = 0.5 + 0.38 * level
        plot.plot([x, x], [0.15, top + 0.3], pen=pg.mkPen(LINE, width=2))
        _label(plot, titles[name], x, top + 0.15, name, anchor=(0.0, 0.5))


def draw_levels(plot: pg.PlotItem, cases: list[dict[str, Any]], titles: dict[str, str]) -> None:
    """A row per peer: how many times as long as ours it takes, a dot per problem."""
    others = [name for name in titles if name != OURS and ratios(cases, name)]
    for row, name in enumerate(others):
        known = ratios(cases, name)
        for value in known:
            _dot(plot, name, np.log10(value), -row, faint=True)
        mean = geometric_mean(known)
        x = np.log10(mean)
        plot.plot([x, x], [-row - 0.25, -row + 0.25], pen=pg.mkPen(_COLOURS[name], width=8))
        words = f"{_ratio(mean)} ours"
        _label(plot, words, x, -row + 0.3, name, anchor=(0.5, 1.0))
    least = min([1.0, *(value for name in others for value in ratios(cases, name))])
    most = max(value for name in others for value in ratios(cases, name))
    plot.addItem(pg.InfiniteLine(0.0, angle=90, pen=pg.mkPen(_COLOURS[OURS], width=4)))
    _label(plot, "as fast as ours", 0.0, 0.75, OURS, anchor=(-0.03, 0.5))
    low, high = np.log10(least) - 0.1, np.log10(most) + 0.25
    ticks = [(e, _ratio(10.0**e)) for e in range(int(np.ceil(low)), int(high) + 1)]
    _dress(plot, (low, high), (-len(others) + 0.4, 1.0), width=92)
    plot.getAxis("bottom").setTicks([ticks])
    plot.getAxis("left").setTicks([[(-row, titles[name]) for row, name in enumerate(others)]])


def draw_growth(plot: pg.PlotItem, cases: list[dict[str, Any]], titles: dict[str, str]) -> None:
    """Seconds of an iteration against the number of rows, a line per program."""
    every = []
    for name, title in titles.items():
        points = [
            (case["n"], value) for case in cases if (value := seconds(case, name)) is not None
        ]
        if not points:
            continue
        x, y = np.log10(np.array(points)).T
        plot.plot(x, y, pen=pg.mkPen(_COLOURS[name], width=6 if name == OURS else 4))
        for point in zip(x, y, strict=True):
            _dot(plot, name, *point)
        anchor = (0.0, 0.5) if name != OURS else (0.0, 0.2)
        _label(plot, f" {title}", x[-1] + 0.06, y[-1], name, anchor=anchor)
        every += list(y)
    rows = [np.log10(case["n"]) for case in cases]
    low, high = min(every) - 0.3, max(every) + 0.3
    _dress(plot, (min(rows) - 0.2, max(rows) + 1.25), (low, high), width=58)
    plot.getAxis("bottom").setTicks([[(e, f"1e{e:.0f}") for e in rows]])
    plot.getAxis("left").setTicks([_decades(low, high)])
    plot.showGrid(y=True, alpha=0.12)


def _decades(low: float, high: float) -> list[tuple[float, str]]:
    return [(e, words) for e, words in _DECADES.items() if low <= e <= high]


def _dress(
    plot: pg.PlotItem, x: tuple[float, float], y: tuple[float, float], *, width: int
) -> None:
    """Fix ranges and the width of the left axis, and keep of the axes what says something."""
    plot.setXRange(*x, padding=0)
    plot.setYRange(*y, padding=0)
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.getAxis("left").setWidth(width)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(LINE))
        axis.setTextPen(pg.mkPen(DIM))
        axis.setStyle(tickLength=0, tickTextOffset=8)


def _dot(plot: pg.PlotItem, name: str, x: float, y: float, *, faint: bool = False) -> None:
    colour = QColor(_COLOURS[name])
    if faint:
        colour.setAlpha(140)
    size = 14 if name == OURS else 10
    plot.plot([x], [y], pen=None, symbol="o", symbolSize=size, symbolBrush=colour, symbolPen="w")


def _label(
    plot: pg.PlotItem, words: str, x: float, y: float, name: str, *, anchor: tuple[float, float]
) -> None:
    """Words in a darker shade of a program's colour, which thin letters need on white."""
    label = pg.TextItem(words, color=QColor(_COLOURS[name]).darker(125), anchor=anchor)
    label.setPos(x, y)
    plot.addItem(label)
    label.textItem.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)


def _short(value: float) -> str:
    return f"{significant(1000 * value, 2)} ms"


def _ratio(value: float) -> str:
    return f"{significant(value, 2 if value < 10 else 3).removesuffix('.0')}\N{MULTIPLICATION SIGN}"
