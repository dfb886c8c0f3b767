"""The goals of the project and how far they are met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from benchmarks.report.markdown import megabytes, milliseconds, percent, significant, times
from benchmarks.report.numbers import geometric_mean, ratio, ratios, share_of_product
from benchmarks.workers import OURS

Cases = list[dict[str, Any]]


class Goal(NamedTuple):
    """One line of the summary.

    Attributes
    ----------
    title : what is held against the goal.
    value, bound : measured and asked for; None where it was not measured.
    at_least : whether the bound is the least or the most that is allowed.
    show : makes words of both.
    """

    title: str
    value: float | None
    bound: float
    at_least: bool
    show: Callable[[float], str]

    def row(self) -> list[str]:
        """Title, goal, measured value and verdict."""
        sign = "≥" if self.at_least else "≤"
        asked = f"{sign} {self.show(self.bound)}"
        if self.value is None:
            return [self.title, asked, "not measured", ""]
        met = self.value >= self.bound if self.at_least else self.value <= self.bound
        return [self.title, asked, self.show(self.value), "met" if met else "**missed**"]


def goals(results: dict[str, Any]) -> list[Goal]:
    """Every goal whose section has been measured."""
    makers = {"iteration": _iteration, "level": _level, "costs": _costs, "sweep": _sweep}
    return [
        goal
        for section, make in makers.items()
        if section in results
        for goal in make(results[section]["found"])
    ]


def _least(title: str, values: Iterable[float | None], bound: float) -> Goal:
    known = [value for value in values if value is not None]
    return Goal(title, min(known, default=None), bound, True, times)


def _iteration(found: dict[str, Any]) -> list[Goal]:
    full = [case for case in found["cases"] if case["full"]]
    diagonal = [case for case in found["cases"] if not case["full"]]
    bounds = (
        ("onedal", "oneDAL", 1, 16, 2.0),
        ("onedal", "oneDAL", 64, 64, 1.6),
        ("scikit_learn", "scikit-learn", 1, 5, 60.0),
        ("scikit_learn", "scikit-learn", 16, 16, 20.0),
        ("scikit_learn", "scikit-learn", 64, 64, 10.0),
    )
    listed = []
    for name, title, low, high, bound in bounds:
        where = f"D = {low}" if low == high else f"D ≤ {high}"
        chosen = [case for case in full if low <= case["d"] <= high]
        listed.append(
            _least(f"iteration, full, {where}: {title} / ours", ratios(chosen, name), bound)
        )
    others = [
        ratio(case, name)
        for case in diagonal
        for name in case["programs"]
        if name not in (OURS, "onedal")
    ]
    shares = [share_of_product(case) for case in full if case["d"] >= 16]
    slowest = min((share for share in shares if share is not None), default=None)
    return [
        *listed,
        _least("iteration, diagonal: oneDAL / ours", ratios(diagonal, "onedal"), 2.0),
        _least("iteration, diagonal: any other / ours", others, 3.0),
        Goal("full, D ≥ 16: rate over that of a matrix product", slowest, 0.6, True, percent),
    ]


def _level(found: dict[str, Any]) -> list[Goal]:
    listed = []
    for name, title, bound in (("onedal", "oneDAL", 5.0), ("scikit_learn", "scikit-learn", 100.0)):
        known = ratios(found["cases"], name)
        mean = geometric_mean(known) if known else None
        listed += [
            Goal(f"same log-likelihood, mean: {title} / ours", mean, bound, True, times),
            _least(f"same log-likelihood, worst: {title} / ours", known, 1.0),
        ]
    return listed


def _sweep(found: dict[str, Any]) -> list[Goal]:
    ours, theirs = found["turns"]["ours"], found["turns"].get("mclust")
    if theirs is None:
        return [Goal("all families, K = 1 to 9: mclust / ours", None, 5.0, True, times)]
    faster = min(t["seconds"] for t in theirs) / max(t["seconds"] for t in ours)
    higher = max(t["bic"] for t in ours) - min(t["bic"] for t in theirs)
    return [
        Goal("all families, K = 1 to 9: mclust / ours", faster, 5.0, True, times),
        Goal("lowest BIC of these: ours less mclust's", higher, 0.0, False, significant),
    ]


def _costs(found: dict[str, Any]) -> list[Goal]:
    step = max(case["m_step"] / case["pass"] for case in found["m_step"])
    cold, warm = (min(run["ready"] for run in runs) for runs in found["ready"].values())
    return [
        Goal("M-step and factors over a pass, N = 1e5", step, 0.02, False, percent),
        Goal(
            "memory of a fit beyond its data (MB), 2e7 x 5, K = 10",
            found["memory"][0]["beyond"],
            200e6,
            False,
            megabytes,
        ),
        Goal(
            "density image of 1e7 rows (ms)", found["counts"]["seconds"], 0.06, False, milliseconds
        ),
        Goal("first fit can start, nothing compiled (ms)", cold, 10.0, False, milliseconds),
        Goal("first fit can start, from the cache (ms)", warm, 0.5, False, milliseconds),
    ]
