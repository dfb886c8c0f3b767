"""Compile every kernel on tiny arrays, and fill the cache: `python -m kernels.warmup`.

Compiling holds a lock for seconds. Done in a process of its own, at low priority, it leaves a
window free to move; the window's process then loads the kernels from the cache.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from kernels.binning import count_2d
from kernels.cholesky import precision_cholesky
from kernels.density import score_rows
from kernels.diagonal import diagonal_pass
from kernels.full import full_pass
from kernels.jit import as_input, cache_folder
from kernels.seeding import lloyd_step, nearer_distances
from kernels.tiles import n_sums, new_control, packed_size

_NICENESS = 10


def _passes() -> list[Callable[[], object]]:
    writable = np.array([[0.0, 1.0, 2.0, 4.0], [1.0, 0.0, 3.0, 2.0]])
    columns = as_input(writable)
    log_normalizers = as_input(np.log([0.5, 0.5]))
    means = as_input(columns[:, :2].T)
    whitening = as_input(np.repeat(np.eye(2)[np.newaxis], 2, axis=0))
    factors = np.empty((2, 2, 2))
    control = new_control()
    full = np.empty((2, n_sums(2, 2, packed_size(2))))
    diagonal = np.empty((2, n_sums(2, 2, 2)))
    resp, per_row = np.empty((2, 4)), np.full(4, np.inf)
    counts = np.empty(2)
    start = (columns, log_normalizers, means)
    return [
        lambda: precision_cholesky(whitening, factors, counts),
        lambda: nearer_distances(columns, means[0], per_row),
        lambda: lloyd_step(columns, means, counts, means.copy()),
        lambda: full_pass(*start, whitening, means, 1, control, full, full[0].copy()),
        lambda: diagonal_pass(*start, means, means, 1, control, diagonal, diagonal[0].copy()),
        lambda: score_rows(*start, whitening, resp, per_row),
        lambda: count_2d(columns[0], columns[1], (0.0, 4.0, 0.0, 4.0), np.zeros((2, 2), np.int64)),
    ]


def warm_up() -> Iterator[float]:
    """Compile each kernel, or load it from the cache; yields the share that is done, up to 1."""
    steps = _passes()
    for done, step in enumerate(steps, start=1):
        step()
        yield done / len(steps)


def _stamp() -> Path:
    return cache_folder() / "complete"


def is_cached() -> bool:
    """Whether an earlier warm-up has left all kernels in the cache folder."""
    return _stamp().is_file()


def main() -> None:
    """Fill the cache at low priority, and print the share that is done, line by line."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    for share in warm_up():
        print(f"{share:.3f}", flush=True)
    with contextlib.suppress(OSError):  # no folder can be written: there is no cache to mark
        _stamp().touch()


if __name__ == "__main__":
    main()
