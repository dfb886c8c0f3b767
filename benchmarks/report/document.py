"""RESULTS.md as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.report import tables
from benchmarks.report.goals import goals
from benchmarks.report.markdown import percent, table

_HEAD = """# Results

Written by `make bench`; [README.md](README.md) says how each number is made. Times are wall-clock,
64-bit numbers unless said otherwise, the same data, start and number of threads for every program.
In brackets: how many times as long as ours."""

_SECTIONS: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "iteration": ("One iteration of EM", tables.iteration),
    "level": ("Time to the same log-likelihood", tables.level),
    "growth": ("Growth", tables.growth),
    "sweep": ("All families, 1 to 9 components", tables.sweep),
    "costs": ("What else a person pays", tables.costs),
}
# Above this share of the machine taken by others, times of short calls are not to be trusted.
_NOISY = 0.05


def document(results: dict[str, Any], picture: str | None) -> str:
    """The text of RESULTS.md from the stored results of all sections."""
    parts = [_HEAD]
    if picture:
        parts.append(f"![Times of the programs side by side]({picture})")
    rows = [goal.row() for goal in goals(results)]
    parts += ["## Goals", table(["goal", "asked", "measured", ""], rows)]
    for name, (title, show) in _SECTIONS.items():
        if name in results:
            parts += [f"## {title}", _circumstances(results[name]), show(results[name])]
    return "\n\n".join([*parts, "## Programs", _programs(results)]) + "\n"


def _circumstances(record: dict[str, Any]) -> str:
    """When and where it was measured, and how quiet it was."""
    taken = record["quiet"]["others"] + record["quiet"]["stolen"]
    warning = " **Not quiet: take these times with caution.**" if taken > _NOISY else ""
    return (
        f"{record['when']}, {record['machine']}, {record['threads']} threads. Others took "
        f"{percent(taken)} of its cores meanwhile.{warning}"
    )


def _programs(results: dict[str, Any]) -> str:
    """Versions of all programs, and those that were left out."""
    lines = [
        f"- {about['version']}, {'32' if about['numbers'] == 'float32' else '64'}-bit numbers"
        for record in results.values()
        for about in record["programs"].values()
    ] + [
        f"- {title} is left out: {why}"
        for record in results.values()
        for title, why in record["left_out"].items()
    ]
    return "\n".join(dict.fromkeys(lines))
