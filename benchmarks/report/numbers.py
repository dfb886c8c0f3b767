"""What is read off the stored results: ratios, rates and spreads."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.workers import OURS

Case = dict[str, Any]


def seconds(case: Case, name: str) -> float | None:
    """Of a program in a case; None where it failed or took no part."""
    found: float | None = case["programs"].get(name, {}).get("seconds")
    return found


def ratio(case: Case, name: str) -> float | None:
    """How many times as long as ours a program takes; None where it has no time."""
    ours, theirs = seconds(case, OURS), seconds(case, name)
    return None if ours is None or theirs is None else theirs / ours


def ratios(cases: list[Case], name: str) -> list[float]:
    """The ratios of a program in all cases where it has a time."""
    return [found for case in cases if (found := ratio(case, name)) is not None]


def names(cases: list[Case]) -> list[str]:
    """Every program of the cases, ours first, in the order they took turns."""
    return list(dict.fromkeys(name for case in cases for name in case["programs"]))


def rate(case: Case) -> float | None:
    """Floating-point operations a second of our pass with full covariances."""
    ours = seconds(case, OURS)
    d = case["d"]
    # Per row and component: D(D+1) each for whitening and for second moments, 6D for the rest.
    return None if ours is None else case["n"] * case["k"] * (2 * d * (d + 1) + 6 * d) / ours


def share_of_product(case: Case) -> float | None:
    """Our rate over that of a large product of float64 matrices in the same turns."""
    found = rate(case)
    return None if found is None else found / case["product_rate"]


def geometric_mean(values: list[float]) -> float:
    """Of ratios."""
    return statistics.geometric_mean(values)


def spread(each: list[float]) -> float:
    """By which share the median turn lies above the fastest."""
    return statistics.median(each) / min(each) - 1.0
