"""What the conductor and every program's process agree on; imported in each environment.

It needs nothing but numpy, since the peers' environments hold little else.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Parameters:
    """A mixture as plain arrays, with components in the order of the start.

    Attributes
    ----------
    weights : (K,).
    means : (K, D).
    covariances : (K, D, D), or (K, D) where they are diagonal.
    """

    weights: Array
    means: Array
    covariances: Array

    @property
    def is_full(self) -> bool:
        return self.covariances.ndim == 3

    def as_json(self) -> dict[str, Any]:
        """The arrays as nested lists, in full precision."""
        return {name: np.asarray(array).tolist() for name, array in vars(self).items()}

    @classmethod
    def from_json(cls, lists: dict[str, Any]) -> Parameters:
        """The inverse of `as_json`."""
        return cls(**{name: np.array(lists[name], dtype=float) for name in cls.__annotations__})


class Fit(NamedTuple):
    """What a program did when asked for some iterations.

    Attributes
    ----------
    seconds : of the one call that iterates.
    parameters : at the end.
    history : log-likelihood of the start and after each iteration, where the program tells it.
    """

    seconds: float
    parameters: Parameters
    history: list[float]


class Program(Protocol):
    """One program, seen alike through a thin adapter.

    Attributes
    ----------
    version : of the program and of what it computes with.
    numbers : "float64" or "float32", what it computes in.
    """

    version: str
    numbers: str

    def load(self, path: Path, rows: int | None) -> None:
        """Take the data of an .npy file (None: all rows) into memory, in the order it likes."""

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """Time that many iterations of EM on the loaded data from `start`, without stopping."""


def rows_in_memory(path: Path, rows: int | None, dtype: type = np.float64) -> Array:
    """(N, D) first rows of an .npy file (None: all), C order, in this process's own memory."""
    return np.array(np.load(path, mmap_mode="r")[:rows], dtype=dtype, order="C")


def _status(field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    return 1024 * int(found[1]) if found else 0


def mark_memory() -> int:
    """Begin to watch the peak of this process's memory; bytes that it holds now (0: unknown)."""
    with contextlib.suppress(
        OSError, AttributeError
    ):  # glibc would serve new needs from old blocks
        ctypes.CDLL(None).malloc_trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM, see proc(5)
    except OSError:  # not Linux
        return 0
    return _status("VmRSS")


def peak_beyond(mark: int) -> int | None:
    """Bytes by which the peak since `mark_memory` exceeded what was held then; None: unknown."""
    return max(0, _status("VmHWM") - mark) if mark else None
