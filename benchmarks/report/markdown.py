"""Numbers as people read them, and tables of them."""

from __future__ import annotations

from collections.abc import Iterable

DASH = "–"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table of Markdown: the first column to the left, numbers to the right."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def significant(value: float, digits: int = 3) -> str:
    """So many digits, never in powers of ten: 0.0123, 1.23, 12.3, 1,230."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = max(0, digits - len(str(int(abs(rounded)))) if abs(rounded) >= 1 else digits + 1)
    text = f"{rounded:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if abs(rounded) < 1 else text


def milliseconds(value: float | None) -> str:
    """Seconds as milliseconds."""
    return DASH if value is None else significant(1000 * value)


def times(value: float | None) -> str:
    """A ratio, as "2.3×"."""
    return DASH if value is None else f"{significant(value, 2 if value < 100 else 3)}×"


def percent(value: float | None) -> str:
    """A share, as "61%"."""
    return DASH if value is None else f"{100 * value:.{1 if abs(value) < 0.1 else 0}f}%"


def megabytes(value: float | None) -> str:
    """Bytes as millions of bytes."""
    return DASH if value is None else f"{value / 1e6:,.{0 if value > 1e7 else 1}f}"
