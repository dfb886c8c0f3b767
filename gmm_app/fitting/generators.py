"""Fits are generators: running one to its end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

_Step = TypeVar("_Step")
_Result = TypeVar("_Result")


def end_of(
    steps: Generator[_Step, None, _Result], each: Callable[[_Step], object] | None = None
) -> _Result:
    """What a generator returns; `each` is told of every step on the way."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result
        if each is not None:
            each(step)
