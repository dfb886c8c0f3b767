"""The search for garbage, kept out of the way of loading. It needs no Numba, so it can be first."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_searched() -> Iterator[None]:
    """Search for no garbage while much is made that stays.

    A search holds the interpreter's lock; over all of Numba it takes up to a fifth of a second.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
