"""Scenes that costs.py plays, each in a process of its own: it prints what it measured as JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from kernels.garbage import nothing_searched

with nothing_searched():  # as the window imports all that fits need
    import numpy as np

    from benchmarks import ours
    from benchmarks.exchange import mark_memory, peak_beyond
    from benchmarks.problems import Problem, draw, start_of

_REPEATS = 7
_SIDE = 512
_ITERATIONS = 3


def m_step(**problem: Any) -> dict[str, Any]:
    """Seconds of a pass, and of the M-step with its Cholesky factors."""
    asked = Problem(**problem)
    rows = np.empty((asked.n, asked.d))
    draw(asked, rows)
    measured, step = ours.pass_and_step(rows, start_of(asked, rows), _REPEATS)
    return {"pass": measured, "m_step": step}


def memory(n: int, d: int, k: int, order: str) -> dict[str, Any]:
    """Bytes by which a fit's peak exceeds what the process held with its data.

    The data are columns, as a reader of files leaves them, or rows (C order), as scripts have them.
    """
    problem = Problem(n, d, k)
    data: Any = np.empty((d, n)).T if order == "columns" else np.empty((n, d))
    draw(problem, data)
    if order == "columns":
        data = ours.dataset_of_columns(data.T)
    ours.fit_publicly(np.random.default_rng(0).standard_normal((1000, d)), k, _ITERATIONS)
    mark = mark_memory()
    began = time.perf_counter()
    ours.fit_publicly(data, k, _ITERATIONS)
    seconds = time.perf_counter() - began
    return {"order": order, "n": n, "d": d, "k": k, "beyond": peak_beyond(mark), "seconds": seconds}


def counts(n: int) -> dict[str, Any]:
    """Fastest seconds to count rows in the cells of a grid, for a density image."""
    x, y = np.random.default_rng(0).standard_normal((2, n))
    bounds = (-4.0, 4.0, -4.0, 4.0)
    seconds = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        ours.count_rows(x, y, bounds, _SIDE)
        seconds.append(time.perf_counter() - began)
    return {"n": n, "side": _SIDE, "seconds": min(seconds[1:]), "each": seconds[1:]}


def ready(began: float) -> dict[str, Any]:
    """Seconds from the start of the process: modules imported, kernels ready, first fit done."""
    imported = time.time() - began
    ours.make_ready()
    prepared = time.time() - began
    ours.fit_publicly(np.random.default_rng(0).standard_normal((1000, 2)), 3, _ITERATIONS)
    return {"imported": imported, "ready": prepared, "fitted": time.time() - began}


def sweep(file: str, most: int, seed: int) -> dict[str, Any]:
    """Seconds and the lowest BIC of the public `select`, all families, by default."""
    ours.select_publicly(file, 2, seed)  # loads the kernels
    began = time.perf_counter()
    bic = ours.select_publicly(file, most, seed)
    return {"seconds": time.perf_counter() - began, "bic": bic}


if __name__ == "__main__":
    scenes = {scene.__name__: scene for scene in (m_step, memory, counts, ready, sweep)}
    print(json.dumps(scenes[sys.argv[1]](**json.loads(sys.argv[2]))))
