"""What else a person pays: M-steps, memory, density images, and the wait before the first fit."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from typing import Any

from benchmarks.problems import GRID
from benchmarks.workers import PLACE, ROOT, variables

_ROWS = 100_000
_REPEATS = 3


def measure(n_threads: int) -> dict[str, Any]:
    """Every cost, each measured in a process of its own (benchmarks/sections/cost_scenes.py)."""
    return {
        "m_step": [_m_step(p._replace(n=_ROWS)._asdict(), n_threads) for p in GRID],
        "memory": [_memory(order, n_threads) for order in ("columns", "rows")],
        "counts": played("counts", {"n": 10_000_000}, n_threads),
        "ready": {
            "nothing compiled": [_ready(n_threads, empty=True) for _ in range(_REPEATS)],
            "from the cache": [_ready(n_threads, empty=False) for _ in range(_REPEATS)],
        },
    }


def _m_step(problem: dict[str, Any], n_threads: int) -> dict[str, Any]:
    found = played("m_step", problem, n_threads)
    print(f"M-step over pass, {problem}: {found['m_step'] / found['pass']:.4f}", flush=True)
    return {**problem, **found}


def _memory(order: str, n_threads: int) -> dict[str, Any]:
    found = played("memory", {"n": 20_000_000, "d": 5, "k": 10, "order": order}, n_threads)
    print(f"memory beyond {order}: {found['beyond'] / 1e6:.0f} MB", flush=True)
    return found


def _ready(n_threads: int, *, empty: bool) -> dict[str, float]:
    """Seconds from the start of a process until its first fit can begin, and until it is done."""
    cache = PLACE / "ready"
    if empty:
        shutil.rmtree(cache, ignore_errors=True)
    began = time.time()
    found = played("ready", {"began": began}, n_threads, GMM_STUDIO_CACHE_DIR=str(cache))
    print(f"ready to fit{', nothing compiled' if empty else ''}: {found}", flush=True)
    return found


def played(
    scene: str, details: dict[str, Any], n_threads: int, **environment: str
) -> dict[str, Any]:
    """What a scene of cost_scenes.py prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sections.cost_scenes", scene, json.dumps(details)],
        cwd=ROOT,
        env=variables(n_threads) | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
