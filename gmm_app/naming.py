"""Names in a sentence: the first of them, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence


def some_names(names: Sequence[str], most: int = 8) -> str:
    """Such as "a, b, c and 12 more"."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def named_columns(names: Sequence[str], most: int = 3) -> str:
    """Such as "column 'a'", or "columns 'a', 'b', 'c' and 12 more"."""
    quoted = [f"'{name}'" for name in names]
    return f"column{'s' * (len(names) != 1)} {some_names(quoted, most)}"
