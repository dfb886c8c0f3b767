"""How fast the window comes, how smooth it stays, how soon it stops: `python -m benchmarks.window`.

Each figure comes from a process of its own, with the program as a person runs it, off screen. The
goals are those of the project: first paint within 1.5 s; during a fit of 2 million rows x 2 with
nothing compiled yet, a 10 ms timer in the window's thread late by no more than 25 ms in 99 of 100
ticks and never by more than 100 ms; a stop during a fit of 5 million rows within 100 ms.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import description
from benchmarks.report.markdown import percent, significant, table
from benchmarks.rounds import Quiet

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = Path(__file__).with_name("RESULTS-window.md")
# What stands below this line of the document was written by hand, and stays.
_NOTES = "\n## Notes"
_REPEATS, _COLD_REPEATS = 5, 3


class Figure(NamedTuple):
    """One line of the table: its title, the most that is allowed in ms, and what was measured."""

    title: str
    goal: float
    values: list[float]

    def row(self) -> list[str]:
        """Title, median, worst and goal, in milliseconds."""
        median, worst = statistics.median(self.values), max(self.values)
        return [self.title, significant(median), significant(worst), significant(self.goal)]


def measured(scene: str, **environment: str) -> dict[str, float]:
    """Play a scene of benchmarks/window_scenes.py in a fresh process; what it measured."""
    with tempfile.TemporaryDirectory() as home:
        homes = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "DATA", "STATE")}
        variables = os.environ | homes | {"QT_QPA_PLATFORM": "offscreen"} | environment
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.window_scenes", scene, str(time.time())],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure() -> list[Figure]:
    """Play every scene several times."""
    measured("start")  # fills the cache
    starts = [1000 * measured("start")["seconds"] for _ in range(_REPEATS)]
    figures = [Figure("start of `python main.py` to first paint, off screen", 1500.0, starts)]
    figures += _smoothness("kernels cached", [measured("smoothness") for _ in range(_REPEATS)])
    figures += _smoothness("nothing compiled", [_cold_smoothness() for _ in range(_COLD_REPEATS)])
    stops = [1000 * measured("stop")["seconds"] for _ in range(_REPEATS)]
    return [*figures, Figure("stop during a fit of 5e6 x 2, until its result", 100.0, stops)]


def _cold_smoothness() -> dict[str, float]:
    cache = tempfile.mkdtemp()
    try:
        return measured("smoothness", GMM_STUDIO_CACHE_DIR=cache)
    finally:
        shutil.rmtree(cache)


def _smoothness(name: str, found: list[dict[str, float]]) -> list[Figure]:
    late, worst = ([run[key] for run in found] for key in ("p99", "worst"))
    return [
        Figure(f"lateness of a 10 ms timer, p99, fits of 2e6 x 2, {name}", 25.0, late),
        Figure(f"longest stall in those fits, {name}", 100.0, worst),
    ]


def main() -> None:
    """Measure, print the table, and write it into the document."""
    quiet = Quiet()
    figures = measure()
    share = sum(quiet.share().values())
    rows = [figure.row() for figure in figures]
    text = "\n\n".join(
        [
            "# Results: the window",
            f"Written by `make bench-window` on {datetime.date.today().isoformat()}: "
            f"{description()}. Others took {percent(share)} of its cores meanwhile. Median and "
            f"worst of {_REPEATS} processes ({_COLD_REPEATS} where nothing was compiled).",
            table(["", "median ms", "worst ms", "goal ms"], rows),
        ]
    )
    _, _, notes = DOCUMENT.read_text(encoding="utf-8").partition(_NOTES)
    DOCUMENT.write_text(text + "\n" + (_NOTES + notes if notes else ""), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
