"""How the price of an iteration grows with rows, components and threads."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import numpy as np

from benchmarks.exchange import Parameters
from benchmarks.problems import Problem, draw, start_of, write
from benchmarks.rounds import Effort, few_and_many, per_iteration, take_turns, warm_up
from benchmarks.workers import DATA, OURS, ProgramFailed, Worker, our_worker

ROWS = tuple(Problem(10**exponent, 2, 5) for exponent in range(4, 9))
COMPONENTS = tuple(Problem(100_000, 3, 2**exponent) for exponent in range(9))
THREADED = (Problem(1_000_000, 2, 5), Problem(200_000, 16, 16))
# Beyond this many rows, the file is mapped into memory and never read as a whole.
_MOST_IN_MEMORY = 10_000_000
# Rows x components beyond which a program would hold up the others for minutes.
_REACH = {"scikit_learn": 5_000_000}
_PROGRAMS = (OURS, "onedal", "scikit_learn")
_FILE = DATA / "growth.npy"


def measure(workers: list[Worker], n_threads: int, effort: Effort) -> dict[str, Any]:
    """Growth with N, with K and with the number of threads."""
    chosen = [worker for worker in workers if worker.name in _PROGRAMS]
    return {
        "rows": [_point(chosen, problem, effort) for problem in ROWS],
        "components": [_point(chosen, problem, effort) for problem in COMPONENTS],
        "threads": [_threads(problem, n_threads, effort) for problem in THREADED],
    }


def _point(workers: list[Worker], problem: Problem, effort: Effort) -> dict[str, Any]:
    able = [w for w in workers if problem.n * problem.k <= _REACH.get(w.name, np.inf)]
    mapped = problem.n > _MOST_IN_MEMORY
    start = _write_mapped(problem) if mapped else write(problem, _FILE)
    programs: dict[str, Any] = {}
    turns = {}
    for worker in able:
        try:
            warm_up(worker, _FILE, start)
            if mapped and worker.name == OURS:
                worker.own("load_mapped", path=str(_FILE))
            turns[worker.name] = few_and_many(worker, start)
        except ProgramFailed as error:
            programs[worker.name] = {"error": str(error)}
    replies = take_turns(turns, effort)
    programs |= {name: per_iteration(found) for name, found in replies.items()}
    _say(problem.title, programs)
    return {**problem._asdict(), "mapped": mapped, "programs": programs}


def _write_mapped(problem: Problem) -> Parameters:
    """Write the rows to an .npy file column by column, the order in which they can be mapped."""
    rows = np.lib.format.open_memmap(
        _FILE, mode="w+", dtype=float, shape=(problem.n, problem.d), fortran_order=True
    )
    draw(problem, rows)
    return start_of(problem, rows)


def _threads(problem: Problem, most: int, effort: Effort) -> dict[str, Any]:
    start = write(problem, _FILE)
    with ExitStack() as stack:
        turns = {}
        for n_threads in _thread_counts(most):
            worker = stack.enter_context(our_worker(n_threads))
            warm_up(worker, _FILE, start)
            turns[str(n_threads)] = few_and_many(worker, start)
        replies = take_turns(turns, effort)
    counts = {n_threads: per_iteration(found) for n_threads, found in replies.items()}
    _say(f"{problem.title}, by threads", counts)
    return {**problem._asdict(), "threads": counts}


def _thread_counts(most: int) -> Iterable[int]:
    """1, 2, 4, ... and all."""
    return sorted({min(2**exponent, most) for exponent in range(most.bit_length() + 1)})


def _say(title: str, found: dict[str, dict[str, Any]]) -> None:
    parts = [f"{name} {1000 * f['seconds']:.4g}" for name, f in found.items() if "seconds" in f]
    print(f"{title}, ms per iteration: {', '.join(parts)}", flush=True)
