"""Seconds until a common log-likelihood, from the same start.

Every program is first run far. Where all end in the same optimum, the target is that level less
1e-7 per row; each then gets the fewest iterations with which it reaches the target, in one call.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.exchange import Array, Parameters
from benchmarks.problems import Problem, log_likelihood, write
from benchmarks.rounds import Effort, Turn, take_turns, warm_up
from benchmarks.workers import DATA, OURS, Worker

# All in log-likelihood per row: what counts as having arrived, as the same optimum, and as the end
# of textbook EM, whose steps become ever smaller.
_TOLERANCE = 1e-7
_SAME = 1e-8
_STILL = 1e-13
_FAR = 20_000
_STRIDE = 500
# Rows x iterations of textbook EM beyond which scikit-learn would take minutes for one problem.
_MOST_WORK = 1e8
_SEEDS = 8
_PROGRAMS = (OURS, "onedal", "scikit_learn")
_FILE = DATA / "level.npy"


class Unsuitable(Exception):
    """A seed whose programs end in different optima, or that takes too long; the message says."""


def measure(workers: list[Worker], problems: tuple[Problem, ...], effort: Effort) -> dict[str, Any]:
    """Each problem, with the first seed for which all agree where the optimum is, in time."""
    chosen = [worker for worker in workers if worker.name in _PROGRAMS]
    return {"cases": [_first_agreed(chosen, problem, effort) for problem in problems]}


def _first_agreed(workers: list[Worker], problem: Problem, effort: Effort) -> dict[str, Any]:
    skipped: dict[str, str] = {}
    for seed in range(_SEEDS):
        seeded = problem._replace(seed=seed)
        try:
            return {**_case(workers, seeded, effort), "skipped": skipped}
        except Unsuitable as error:
            print(f"{problem.title}: seed {seed} is skipped, {error}", flush=True)
            skipped[str(seed)] = str(error)
    return {**problem._asdict(), "skipped": skipped, "programs": {}}


def _case(workers: list[Worker], problem: Problem, effort: Effort) -> dict[str, Any]:
    start = write(problem, _FILE)
    rows = np.load(_FILE)
    for worker in workers:
        warm_up(worker, _FILE, start)
    by_name = {worker.name: worker for worker in workers}
    textbook = _textbook_history(by_name[OURS], start, problem.n)
    arrived = _first_at(textbook, textbook[-1] - _TOLERANCE * problem.n)
    if arrived * problem.n > _MOST_WORK:
        raise Unsuitable(f"textbook EM takes {arrived:,} iterations")
    default = by_name[OURS].own("fit_by_default", start=start.as_json(), iterations=_FAR)
    level = _common_level(by_name, start, rows, textbook, default)
    target = level - _TOLERANCE * problem.n
    iterations = dict.fromkeys(by_name, _first_at(textbook, target))
    iterations[OURS] = _first_at(default["history"], target)
    if "onedal" in by_name:
        iterations["onedal"] = _fewest(by_name["onedal"], start, rows, target, iterations["onedal"])
    turns = {name: _turn(worker, start, iterations[name]) for name, worker in by_name.items()}
    programs = {
        name: _summary(replies, rows, target, iterations[name])
        for name, replies in take_turns(turns, effort).items()
    }
    _say(problem, programs)
    return {**problem._asdict(), "level": level / problem.n, "programs": programs}


def _textbook_history(ours: Worker, start: Parameters, n: int) -> list[float]:
    """Log-likelihood of the start and after each iteration of textbook EM, until it stands still.

    The peers' iterates are the same but for rounding; the section on iterations shows it.
    """
    history: list[float] = []
    while len(history) < _FAR:
        reply = ours.fit(start, _STRIDE, answer=True)
        history += reply["history"]
        start = Parameters.from_json(reply["parameters"])
        if history[-1] - history[-2] < _STILL * n:
            break
    return history


def _common_level(
    by_name: dict[str, Worker],
    start: Parameters,
    rows: Array,
    textbook: list[float],
    default: dict[str, Any],
) -> float:
    """The highest log-likelihood found; raises Unsuitable if some program ends elsewhere."""
    ends = {
        "textbook EM": textbook[-1],
        "our default": log_likelihood(rows, Parameters.from_json(default["parameters"])),
    }
    if "onedal" in by_name:
        far = by_name["onedal"].fit(start, len(textbook), answer=True)
        ends["oneDAL"] = log_likelihood(rows, Parameters.from_json(far["parameters"]))
    if max(ends.values()) - min(ends.values()) > _SAME * len(rows):
        words = ", ".join(f"{name} {end / len(rows):.8f}" for name, end in ends.items())
        raise Unsuitable(f"they end at {words} per row")
    return max(ends.values())


def _first_at(history: list[float], target: float) -> int:
    return int(np.argmax(np.array(history) >= target))


def _fewest(worker: Worker, start: Parameters, rows: Array, target: float, guess: int) -> int:
    """The fewest iterations after which the program reaches the target, sought from a guess."""

    def reached(iterations: int) -> bool:
        end = worker.fit(start, iterations, answer=True)["parameters"]
        return log_likelihood(rows, Parameters.from_json(end)) >= target

    while not reached(guess):
        guess += 1
    while guess > 1 and reached(guess - 1):
        guess -= 1
    return guess


def _turn(worker: Worker, start: Parameters, iterations: int) -> Turn:
    if worker.name == OURS:
        return lambda: worker.own("fit_by_default", start=start.as_json(), iterations=iterations)
    return lambda: worker.fit(start, iterations, answer=True)


def _summary(
    replies: list[dict[str, Any]], rows: Array, target: float, iterations: int
) -> dict[str, Any]:
    """Fastest seconds, all seconds, and by how much the end exceeds the target per row."""
    if "error" in replies[-1]:
        return replies[-1]
    end = Parameters.from_json(replies[0]["parameters"])
    each = [reply["seconds"] for reply in replies]
    excess = (log_likelihood(rows, end) - target) / len(rows)
    return {"seconds": min(each), "each": each, "iterations": iterations, "excess": excess}


def _say(problem: Problem, programs: dict[str, dict[str, Any]]) -> None:
    parts = [
        f"{name} {found['seconds']:.4g} s ({found['iterations']}, {found['excess']:.0e})"
        if "seconds" in found
        else f"{name} failed"
        for name, found in programs.items()
    ]
    print(f"{problem.title}, seed {problem.seed}: {', '.join(parts)}", flush=True)
