"""What views show, as plain JSON values, read back with care: a file may hold anything."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QByteArray

Range = tuple[float, float]


def part(state: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The state of one view; empty where there is none."""
    found = state.get(name)
    return found if isinstance(found, dict) else {}


def one_of(texts: Sequence[str], state: Mapping[str, Any], name: str) -> str | None:
    """One of some texts, None where it is none of them."""
    found = state.get(name)
    return found if isinstance(found, str) and found in texts else None


def whole_number(state: Mapping[str, Any], name: str) -> int | None:
    """A whole number, None where there is none."""
    found = state.get(name)
    return found if type(found) is int else None


def span(value: object) -> Range | None:
    """A range from low to high, None where it is none that could be shown."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(type(end) in (int, float) and math.isfinite(end) for end in value):
        return None
    low, high = float(value[0]), float(value[1])
    return (low, high) if low < high else None


def two_spans(value: object) -> tuple[Range, Range] | None:
    """Ranges of both axes, None where they are none."""
    ends = [span(one) for one in value] if isinstance(value, list) else []
    x, y = ends if len(ends) == 2 else (None, None)
    return (x, y) if x and y else None


def ranges_as_plain(ranges: Mapping[tuple[str, str], tuple[Range, Range]]) -> list[Any]:
    """The ranges of pairs of columns."""
    return [[list(names), [list(one) for one in spans]] for names, spans in ranges.items()]


def ranges_of(state: Mapping[str, Any]) -> dict[tuple[str, str], tuple[Range, Range]]:
    """The ranges that were written so under "ranges"; what makes no sense is passed over."""
    kept = state.get("ranges")
    found = {}
    for pair in kept if isinstance(kept, list) else []:
        names, spans = pair if isinstance(pair, list) and len(pair) == 2 else ([], None)
        both = two_spans(spans)
        if both and isinstance(names, list) and len(names) == 2:
            found[str(names[0]), str(names[1])] = both
    return found


def bytes_as_text(data: QByteArray) -> str:
    """Bytes as a text of JSON may have them."""
    return base64.b64encode(data.data()).decode("ascii")


def bytes_of(state: Mapping[str, Any], name: str) -> QByteArray:
    """Bytes that were written so; none where there are none."""
    try:
        return QByteArray(base64.b64decode(state.get(name) or "", validate=True))
    except (binascii.Error, ValueError, TypeError):
        return QByteArray()
