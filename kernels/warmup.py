"""Compile kernels on tiny arrays, and fill the cache: `python -m kernels.warmup`.

Compiling holds a lock for seconds. Done in a process of its own, at low priority, it leaves a
window free to move; the window's process then loads the kernels from the cache. What the first fit
of two columns needs comes first; the kernels of other structures follow. Two processes share the
work by kernels: of two that compile one kernel, each for other types, the cache may forget one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.binning import count_2d
from kernels.cholesky import factor_diagonal, factor_full
from kernels.density import score_rows
from kernels.em_pass import em_pass
from kernels.gaps import Gaps, gaps_of
from kernels.gaps_pass import gaps_pass, score_gaps
from kernels.jit import as_input, cache_folder
from kernels.moments import diagonal_moments, full_moments, look_over
from kernels.parsimony import share_axes, share_shape
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
    """Two components, of numbers that a pass can run with."""
    numbers = np.ones((2, packed_size(n_features) if full else n_features))
    kind = FULL_SMALL.get(n_features, FullLarge) if full else Diagonal
    means = as_input(np.ones((2, n_features)))
    return kind(as_input(np.zeros(2)), means, as_input(numbers))


def _rows(n_features: int) -> NDArray[np.float64]:
    return np.arange(4.0 * n_features).reshape(4, n_features)


def _pass(n_features: int, *, full: bool) -> None:
    structure = _structure(n_features, full=full)
    second = packed_size(n_features) if full else n_features
    sums = np.empty(n_sums(2, n_features, second))
    X = _rows(n_features)
    workspace, control = np.empty((1, sums.size)), new_control()
    em_pass(rows_of(X), as_input(_NOTHING), structure, structure.means, 1, control, workspace, sums)


def _between_passes(n_features: int, *, full: bool) -> None:
    """An M-step and the factors of its covariances, as `gmm_app` takes them."""
    n_second = packed_size(n_features) if full else n_features
    sums, centers = np.ones((2, 1 + n_features + n_second)), as_input(np.ones((2, n_features)))
    nk, means, per_feature = np.empty(2), np.empty((2, n_features)), np.ones(n_features)
    given = (sums, centers, per_feature)
    scatter = np.empty((2, n_features, n_features) if full else (2, n_features))
    (full_moments if full else diagonal_moments)(*given, nk, nk.copy(), means, scatter)
    look_over(scatter.reshape(-1), per_feature, centers, means)
    factors = np.empty((2, n_second))
    factor = factor_full if full else factor_diagonal
    factor(as_input(scatter), as_input(nk), factors, np.empty(2))


def _fit(n_features: int, *, full: bool) -> None:
    """All that one iteration needs of the kernels."""
    _pass(n_features, full=full)
    _between_passes(n_features, full=full)


def _score(n_features: int, *, full: bool) -> None:
    X, structure = _rows(n_features), _structure(n_features, full=full)
    resp, log_density = np.empty((2, 4)), np.empty(4)
    labels, control = np.empty(4, dtype=np.int64), new_control()
    score_rows(rows_of(X), structure, 1, 1, control, resp, log_density, labels, log_density.copy())


def _rows_with_gaps(n_features: int, *, full: bool) -> tuple[Gaps, Structure, NDArray[np.float64]]:
    """Rows with missing values, a structure and its precisions."""
    X = _rows(n_features)
    X[0, 0] = np.nan
    shape = (2, n_features, n_features) if full else (2, n_features)
    precisions = as_input(np.broadcast_to(np.eye(n_features) if full else 1.0, shape))
    return gaps_of(X, np.arange(4))[0], _structure(n_features, full=full), precisions


def _pass_with_gaps(n_features: int, *, full: bool) -> None:
    given = _rows_with_gaps(n_features, full=full)
    n_second = packed_size(n_features) if full else n_features
    sums = np.empty(n_sums(2, n_features, n_second))
    gaps_pass(*given, given[1].means, 1, new_control(), np.empty((1, sums.size)), sums)


def _score_with_gaps(n_features: int, *, full: bool) -> None:
    scores = np.empty((2, 4)), np.empty(4), np.empty(4, dtype=np.int64), np.empty(4)
    score_gaps(*_rows_with_gaps(n_features, full=full), 1, 1, new_control(), *scores)


def _place_means() -> None:
    X, means, scales = _rows(2), as_input(np.zeros((2, 2))), as_input(np.ones(2))
    distances, sums = np.full(4, np.inf), np.empty((1, 7))
    assign_to_centers(rows_of(X), means, 0, scales, 1, new_control(), distances, sums)


def _share() -> None:
    ones, eye = np.ones(2), np.eye(2)
    share_shape(ones, eye + 1.0, ones.copy(), ones.copy())
    share_axes(ones, np.repeat(eye[np.newaxis], 2, axis=0), True, eye)


def _count() -> None:
    x = as_input(np.arange(4.0))
    count_2d(x, x, (0.0, 4.0, 0.0, 4.0), np.zeros((2, 2), np.int64))


def _first_pass() -> None:
    _pass(2, full=True)


def _beside_first_pass() -> None:
    _place_means()
    _between_passes(2, full=True)


def _other_passes() -> list[Step]:
    numbers = (*_OTHER_FEATURES, _LARGE)
    return [*(partial(_fit, d, full=True) for d in numbers), partial(_fit, 2, full=False)]


def _beside_other_passes() -> None:
    steps: list[Step] = [_count, _share]
    for run in (_score, _pass_with_gaps, _score_with_gaps):
        steps += [partial(run, _LARGE, full=True), partial(run, 2, full=False)]
    parent = multiprocessing.parent_process()
    for step in steps:
        if parent is not None and not parent.is_alive():
            return
        step()


def make_ready() -> None:
    """Load from the cache, or compile, what a first fit of two columns needs.

    For a program that is a process of its own: Numba cannot multiply matrices there any more.
    """
    _leave_blas_alone()
    _first_pass()
    _beside_first_pass()


def _leave_blas_alone() -> None:
    """Keep Numba from loading SciPy's BLAS to see whether it is there: that takes a tenth of a
    second, and no kernel here needs it."""
    name = "scipy.linalg.cython_blas"
    if name in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]  # an import then fails at once
    try:
        import_module("numba.np.arraymath")
    finally:
        del sys.modules[name]


def _help(told: Connection) -> None:
    """Compile what is not passes; sends a word when a first fit has what it needs of that.

    It ends by itself after the step that it is at, also where the other process is killed.
    """
    with contextlib.suppress(OSError):  # nobody listens any more
        _beside_first_pass()
        told.send(None)
        _beside_other_passes()


def _helper() -> tuple[BaseProcess, Connection]:
    """A process that helps, and where its word arrives; or the end of that, if it fails."""
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    helper = context.Process(target=_help, args=(told,))
    helper.start()
    told.close()
    return helper, heard


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
    """Fill the cache at low priority; print the share a first fit has of what it needs."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    helper, heard = _helper()
    # What the other process has compiled is loaded here, or compiled if it failed there.
    steps: list[Step] = [_first_pass, partial(heard.poll, None), _beside_first_pass]
    for done, step in enumerate(steps, start=1):
        step()
        if done == len(steps):  # first the mark, then the word: who hears it may end this process
            _set_mark("ready")
        print(f"{done / len(steps):.3f}", flush=True)
    steps = [*_other_passes(), helper.join, _beside_other_passes]
    for step in steps:
        step()
    _set_mark("complete")


if __name__ == "__main__":
    main()
