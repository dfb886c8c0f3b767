"""Killed at any moment: the session file opens, and no more than a few seconds of work are lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gmm_app.session.opening import OpenedSource
from gmm_app.session.reopening import open_session
from gmm_app.session.slots import left_behind
from gmm_app.session.work import Work

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "gmm_app" / "samples"
PROGRAM = Path(__file__).with_name("work_until_killed.py")

MOST_LOST_SECONDS = 10.0
# How long after its first word a program is killed, at most.
LONGEST = {"save": 0.4, "fit": 9.0}

Said = list[tuple[float, int]]


def _killed(what: str, folder: Path, moment: float) -> tuple[Said, float]:
    """What a program said until it was killed, and when that was."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("STATE", "CONFIG", "DATA")},
    }
    data = SAMPLES / "gvhd_control.csv"
    command = [sys.executable, str(PROGRAM), what, str(data), str(folder / "work.gmm")]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        first = program.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(moment)
        program.kill()
        when = time.time()
        lines = [first, *program.stdout]
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(float(at), int(number)) for at, number in whole], when


def _opened(path: Path) -> Work:
    opened = open_session(path, lambda: False)
    assert isinstance(opened, OpenedSource) and opened.work is not None
    return opened.work


def _lost_seconds(said: Said, when: float, n_kept: int) -> float:
    """How old the oldest work is that was done and not kept."""
    missing = [at for at, number in said if number > n_kept]
    return when - missing[0] if missing else 0.0


def _n_iterations(work: Work | None) -> int:
    result = work and work.running
    return sum(start.history.size for start in result.starts) if result else 0


def _autosaved(folder: Path) -> Work | None:
    """What the next start would offer."""
    found = left_behind(folder / "STATE" / "gmm-studio" / "autosave")
    assert len(found) <= 1
    work = None
    for left in found:
        work = _opened(left.slot.work_file)
        left.slot.release()
    return work


def check_killed_while_saving(folder: Path, moment: float) -> float:
    """Every save that was reported is in the file: no second of work is lost."""
    said, _ = _killed("save", folder, moment)
    kept = _opened(folder / "work.gmm").state.options.seed or 0
    assert said[-1][1] <= kept <= said[-1][1] + 1
    _autosaved(folder)
    return 0.0


def check_killed_while_fitting(folder: Path, moment: float) -> float:
    """Seconds of work that were lost, by the autosave and by the session file the more."""
    said, when = _killed("fit", folder, moment)
    lost = _lost_seconds(said, when, _n_iterations(_autosaved(folder)))
    session = folder / "work.gmm"
    if session.exists():
        lost = max(lost, _lost_seconds(said, when, _n_iterations(_opened(session))))
    assert lost <= MOST_LOST_SECONDS
    return lost


CHECKS = {"save": check_killed_while_saving, "fit": check_killed_while_fitting}


def _kill_many(folder: Path, seed: int, n_each: int, longest: dict[str, float]) -> list[float]:
    """Kill programs at random moments, two at a time; the seconds that each kill has cost."""
    draw = random.Random(seed)
    plan = [(what, draw.uniform(0.0, longest[what])) for what in CHECKS for _ in range(n_each)]

    def one(number: int) -> float:
        what, moment = plan[number]
        own = folder / str(number)
        own.mkdir()
        return CHECKS[what](own, moment)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(len(plan))))


def test_killed_at_a_few_moments(tmp_path: Path) -> None:
    lost = _kill_many(tmp_path, 1, 3, {"save": 0.4, "fit": 4.0})
    assert len(lost) == 6


@pytest.mark.proof
@pytest.mark.parametrize("round_number", range(20))
def test_killed_at_ten_moments_more(round_number: int, tmp_path: Path) -> None:
    lost = _kill_many(tmp_path, round_number, 5, LONGEST)
    print(*(f"{seconds:.2f}" for seconds in lost))
