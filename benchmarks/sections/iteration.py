"""Seconds of one EM iteration, over the grid of sizes, for every program."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.exchange import Parameters
from benchmarks.problems import Problem, write
from benchmarks.rounds import Effort, Turn, few_and_many, per_iteration, take_turns, warm_up
from benchmarks.workers import DATA, OURS, ProgramFailed, Worker

Replies = dict[str, list[dict[str, Any]]]

# The turns of a large product of matrices: a rate that passes can be held against.
_PRODUCT = "product"
_FILE = DATA / "iteration.npy"


def measure(workers: list[Worker], grid: tuple[Problem, ...], effort: Effort) -> dict[str, Any]:
    """Every case of the grid, one after another; the programs take turns within each."""
    return {"cases": [_case(workers, problem, effort) for problem in grid]}


def _case(workers: list[Worker], problem: Problem, effort: Effort) -> dict[str, Any]:
    start = write(problem, _FILE)
    turns: dict[str, Turn] = {}
    programs: dict[str, dict[str, Any]] = {}
    for worker in workers:
        try:
            warm_up(worker, _FILE, start)
            turns[worker.name] = few_and_many(worker, start)
        except ProgramFailed as error:
            programs[worker.name] = {"error": str(error)}
        if worker.name == OURS:
            turns[_PRODUCT] = partial(worker.own, "multiply")
    replies = take_turns(turns, effort)
    rate = max(reply["rate"] for reply in replies.pop(_PRODUCT))
    programs |= {name: per_iteration(found) for name, found in replies.items()}
    for name, difference in _differences(replies).items():
        programs[name]["difference"] = difference
    _say(problem, programs)
    return {**problem._asdict(), "product_rate": rate, "programs": programs}


def _differences(replies: Replies) -> dict[str, float]:
    """How far each program's parameters end from ours: all should compute the same."""
    ends = {name: found[0]["end"] for name, found in replies.items() if "end" in found[0]}
    return {
        name: max(
            float(np.abs(mine - theirs).max())
            for mine, theirs in zip(_arrays(ends[OURS]), _arrays(end), strict=True)
        )
        for name, end in ends.items()
    }


def _arrays(parameters: Parameters) -> tuple[np.ndarray, ...]:
    return parameters.weights, parameters.means, parameters.covariances


def _say(problem: Problem, programs: dict[str, dict[str, Any]]) -> None:
    parts = [
        f"{name} {1000 * found['seconds']:.4g}" if "seconds" in found else f"{name} failed"
        for name, found in programs.items()
    ]
    shape = "full" if problem.full else "diagonal"
    print(f"{problem.title}, {shape}, ms per iteration: {', '.join(parts)}", flush=True)
