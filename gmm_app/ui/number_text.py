"""Numbers as a person reads them: thousands marks, a proper minus, no more digits than matter."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"

_LARGEST_PLAIN = 1e9
_SIGNIFICANT = 3


def number(value: float, decimals: int = 0) -> str:
    """`value` with thousands marks and that many decimals; a dash where there is no number."""
    if not math.isfinite(value):
        return NONE
    text = f"{value:,.{decimals}f}"
    # A value that rounds to zero has no sign worth showing.
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", MINUS)


def scientific(value: float, digits: int = 1, *, sign: bool = False) -> str:
    """`value` as 2.1e-5, without the padding of Python's exponents."""
    if not math.isfinite(value):
        return NONE
    mantissa, exponent = f"{value:{'+' if sign else ''}.{digits}e}".split("e")
    return f"{mantissa.replace('-', MINUS)}e{int(exponent)}".replace("e-", f"e{MINUS}")


def decimals_for(scale: float) -> int:
    """Decimals that show three digits of a spread: 1 for 53.0, 3 for 0.183."""
    if not math.isfinite(scale) or scale <= 0.0:
        return _SIGNIFICANT
    return max(0, _SIGNIFICANT - 1 - math.floor(math.log10(scale)))


def measured(value: float, scale: float) -> str:
    """`value` to the precision that a spread of `scale` makes worth showing."""
    decimals = decimals_for(scale)
    if decimals > 6 or abs(value) >= _LARGEST_PLAIN:
        return scientific(value, _SIGNIFICANT - 1)
    return number(value, decimals)


def correlation(value: float) -> str:
    """A correlation to two places, signed unless it rounds to zero, with no nought before the dot.

    What cannot exceed one is printed so by custom, and a table of many has the room.
    """
    text = number(value, 2)
    positive = value > 0 and any(digit in text for digit in "123456789")
    return ("+" if positive else "") + text.replace("0.", ".")


def count(n: int, one: str, many: str = "") -> str:
    """`n` with its noun: "1 row", "6,809 rows"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """A time left, as coarse as a forecast deserves: "2 s", "3 min", "1.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def memory(n_bytes: float) -> str:
    """An amount of memory: "218 kB", "0.2 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if n_bytes >= 0.1 * size:
            return f"{n_bytes / size:,.1f} {unit}"
    return f"{n_bytes / 1e3:,.0f} kB"


def on_sample(n_rows: int) -> str:
    """Where a start is that is not yet on all rows."""
    return f"on a sample of {n_rows:,} rows"
