"""Compile kernels on tiny arrays, and fill the cache: `python -m kernels.warmup`.

Compiling holds a lock for seconds. Done in a process of its own, at low priority, it leaves a
window free to move; the window's process then loads the kernels from the cache. What the first fit
of two columns needs comes first, in two processes; the kernels of other structures follow, in one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.binning import count_2d
from kernels.cholesky import factor_diagonal, factor_full
from kernels.density import score_rows
from kernels.em_pass import em_pass
from kernels.jit import as_input, cache_folder
from kernels.moments import diagonal_moments, full_moments, regularise
from kernels.rows import rows_of
from kernels.seeding import assign_to_centers
from kernels.structures import FULL_SMALL, MOST_UNROLLED, Diagonal, FullLarge, Structure
from kernels.tiles import n_sums, new_control, packed_size

Step = Callable[[], object]

_NICENESS = 10
# Numbers of columns in the order in which people are likely to need their kernels.
_OTHER_FEATURES = (3, 4, 5, 6, 1, 7, 8)
_LARGE = MOST_UNROLLED + 1
_NOTHING = np.empty(0)


def _structure(n_features: int, *, full: bool) -> Structure:
    """Two components, as `gmm_app.mixture.structure.structure_of` would lay them out."""
    means = as_input(np.arange(2.0 * n_features).reshape(2, n_features))
    own = np.eye(n_features) if full else np.ones(n_features)
    covariances = as_input(np.repeat(own[np.newaxis], 2, axis=0))
    weights = as_input(np.full(2, 0.5))
    log_normalizers = np.empty(2)
    factors = np.empty((2, packed_size(n_features) if full else n_features))
    (factor_full if full else factor_diagonal)(covariances, weights, factors, log_normalizers)
    kind = FULL_SMALL.get(n_features, FullLarge) if full else Diagonal
    return kind(as_input(log_normalizers), means, as_input(factors))


def _rows(n_features: int) -> NDArray[np.float64]:
    return np.arange(4.0 * n_features).reshape(4, n_features)


def _pass(n_features: int, *, full: bool) -> NDArray[np.float64]:
    """A pass, and the moments it leaves, (2, 1 + D + M)."""
    structure = _structure(n_features, full=full)
    second = packed_size(n_features) if full else n_features
    sums = np.empty(n_sums(2, n_features, second))
    X = _rows(n_features)
    workspace, control = np.empty((1, sums.size)), new_control()
    em_pass(rows_of(X), as_input(_NOTHING), structure, structure.means, 1, control, workspace, sums)
    return sums[2:].reshape(2, -1)


def _fit(n_features: int, *, full: bool) -> None:
    """All that one iteration needs of the kernels."""
    sums = _pass(n_features, full=full)
    nk, means = np.empty(2), np.empty((2, n_features))
    scatter = np.empty((2, n_features, n_features) if full else (2, n_features))
    centers = as_input(means.copy())
    (full_moments if full else diagonal_moments)(sums, centers, nk, nk.copy(), means, scatter)
    per_feature = np.zeros(n_features)
    regularise(scatter.reshape(-1), per_feature, per_feature, centers, means)


def _score(n_features: int, *, full: bool) -> None:
    X, structure = _rows(n_features), _structure(n_features, full=full)
    resp, log_density = np.empty((2, 4)), np.empty(4)
    labels, control = np.empty(4, dtype=np.int64), new_control()
    score_rows(rows_of(X), structure, 1, 1, control, resp, log_density, labels, log_density.copy())


def _place_means() -> None:
    X, means, scales = _rows(2), as_input(np.zeros((2, 2))), as_input(np.ones(2))
    distances, sums = np.full(4, np.inf), np.empty((1, 7))
    assign_to_centers(rows_of(X), means, 0, scales, 1, new_control(), distances, sums)


def _count() -> None:
    x = as_input(np.arange(4.0))
    count_2d(x, x, (0.0, 4.0, 0.0, 4.0), np.zeros((2, 2), np.int64))


def _first_steps() -> list[Step]:
    return [lambda: _structure(2, full=True), lambda: _fit(2, full=True), _place_means]


def _further_steps() -> list[Step]:
    steps: list[Step] = [_count]
    for d, full in ((_LARGE, True), (2, False)):
        steps.append(lambda d=d, full=full: _score(d, full=full))  # type: ignore[misc]
    for d in (*_OTHER_FEATURES, _LARGE):
        steps.append(lambda d=d: _fit(d, full=True))  # type: ignore[misc]
    return [*steps, lambda: _fit(2, full=False)]


def warm_up() -> Iterator[float]:
    """Compile, or load from the cache, what a first fit of two columns needs.

    Yields the share that is done, up to 1.
    """
    return _taken(_first_steps())


def _taken(steps: list[Step]) -> Iterator[float]:
    for done, step in enumerate(steps, start=1):
        step()
        yield done / len(steps)


def _first_steps_in_two_processes() -> list[Step]:
    """The first steps; the last of them is done elsewhere meanwhile, and here if it fails there.

    The other process ends by itself within seconds, also where this one is killed.
    """
    helper = multiprocessing.get_context("spawn").Process(target=_place_means)
    helper.start()
    *steps, last = _first_steps()
    return [*steps, helper.join, last]


def _mark(name: str) -> Path:
    return cache_folder() / name


def _set_mark(name: str) -> None:
    with contextlib.suppress(OSError):  # no folder can be written: there is no cache to mark
        _mark(name).touch()


def is_ready() -> bool:
    """Whether the cache has what a first fit of two columns needs."""
    return _mark("ready").is_file()


def is_complete() -> bool:
    """Whether the cache has the kernels of all structures."""
    return _mark("complete").is_file()


def main() -> None:
    """Fill the cache at low priority; print the share of `warm_up` that is done, line by line."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    for share in _taken(_first_steps_in_two_processes()):
        if share == 1.0:  # first the mark, then the word: whoever hears it may end this process
            _set_mark("ready")
        print(f"{share:.3f}", flush=True)
    for step in _further_steps():
        step()
    _set_mark("complete")


if __name__ == "__main__":
    main()
