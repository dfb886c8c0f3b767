"""Programs take turns, so that whatever else the machine does strikes all of them alike."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.exchange import Parameters
from benchmarks.workers import ProgramFailed, Worker

# Iterations of the two calls whose difference is the price of an iteration without that of a call.
FEW, MANY = 1, 6
# A second turn is always taken where the first was shorter than this: one difference of two calls
# says little when either was disturbed.
_SHORT = 20.0
# Threads of the program before may spin for a moment after it is done.
_PAUSE = 0.03


Turn = Callable[[], dict[str, Any]]


class Effort(NamedTuple):
    """How long to measure.

    Attributes
    ----------
    rounds : at most so many turns for each program.
    budget : seconds after which a program gets no further turn in a case.
    """

    rounds: int
    budget: float


def take_turns(turns: dict[str, Turn], effort: Effort) -> dict[str, list[dict[str, Any]]]:
    """Replies of every turn by name, in rounds that each begin with another program.

    A program that fails gets no further turn; its last reply is then {"error": why}.
    """
    replies: dict[str, list[dict[str, Any]]] = {name: [] for name in turns}
    spent = dict.fromkeys(turns, 0.0)
    for turn in range(effort.rounds):
        names = list(turns)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if _failed(replies[name]) or not _has_time(turn, spent[name], effort):
                continue
            time.sleep(_PAUSE)
            began = time.perf_counter()
            try:
                replies[name].append(turns[name]())
            except ProgramFailed as error:
                replies[name].append({"error": str(error)})
            spent[name] += time.perf_counter() - began
    return replies


def _has_time(turns: int, spent: float, effort: Effort) -> bool:
    """Whether a program that has had so many turns may have another."""
    if turns == 0 or (turns == 1 and spent < _SHORT):
        return True
    return spent + spent / turns <= effort.budget


def _failed(replies: list[dict[str, Any]]) -> bool:
    return bool(replies) and "error" in replies[-1]


def few_and_many(worker: Worker, start: Parameters) -> Turn:
    """A turn: the seconds of FEW and of MANY iterations, the peak of memory and where it ended."""

    def turn() -> dict[str, Any]:
        few, many = worker.fit(start, FEW), worker.fit(start, MANY, answer=True)
        end = Parameters.from_json(many["parameters"])
        return {"few": few["seconds"], "many": many["seconds"], "peak": few["peak"], "end": end}

    return turn


def per_iteration(replies: list[dict[str, Any]]) -> dict[str, Any]:
    """The price of an iteration from the least disturbed calls, and what the turns say one by one.

    Returns
    -------
    {"seconds", "each" (a list, one per turn), "peak" of the first turn}, or {"error"}.
    """
    if "error" in replies[-1]:
        return replies[-1]
    fastest = {call: min(reply[call] for reply in replies) for call in ("few", "many")}
    return {
        "seconds": _difference(fastest),
        "each": [_difference(reply) for reply in replies],
        "peak": replies[0]["peak"],
    }


def _difference(call: dict[str, Any]) -> float:
    return float(call["many"] - call["few"]) / (MANY - FEW)


def warm_up(worker: Worker, path: Path, start: Parameters) -> None:
    """Let a program compile and load whatever it needs, on few rows; then load all of them."""
    worker.load(path, rows=max(1000, 4 * start.weights.size))
    worker.fit(start, FEW)
    worker.load(path)


class Quiet:
    """How quiet the machine was: what others took of its cores between `__init__` and `share`."""

    def __init__(self) -> None:
        self._before = _spent()

    def share(self) -> dict[str, float]:
        """Shares of all cores' time: of other processes here, and of other virtual machines."""
        busy, stolen, all_time, own = (
            now - before for now, before in zip(_spent(), self._before, strict=True)
        )
        return {"others": max(0.0, busy - own) / all_time, "stolen": stolen / all_time}


def _spent() -> tuple[float, float, float, float]:
    """Seconds of all cores: busy, stolen by the host, in all; and of this process's family."""
    own = sum(os.times()[:4])
    try:
        first = Path("/proc/stat").read_text().splitlines()[0]
    except OSError:  # not Linux
        return own, 0.0, time.monotonic(), own
    ticks = [int(word) / os.sysconf("SC_CLK_TCK") for word in first.split()[1:9]]
    idle, stolen = ticks[3] + ticks[4], ticks[7]
    return sum(ticks) - idle - stolen, stolen, sum(ticks), own
