"""How fast a large text file is read, beside DuckDB alone: `python -m benchmarks.reading`.

The goals are those of the project: 10 million rows x 5 of CSV on 2 threads in no more than 1.3
times the time of DuckDB alone, with no more than 600 MB beyond the data, and stopped within 200 ms
at any time. Every reading is a process of its own; they take turns.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.exchange import mark_memory, peak_beyond
from benchmarks.machine import description
from benchmarks.report.markdown import percent, significant, table
from benchmarks.rounds import Quiet

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = Path(__file__).with_name("RESULTS-reading.md")
_N_ROWS, _THREADS, _TURNS, _STOPS = 10_000_000, 2, 5, 20
_BLOCK = 100_000
_FILES = ("numbers", "numbers and labels")


def write_file(path: Path, n_rows: int, *, labels: bool) -> None:
    """Five columns with all the digits that numbers have, or four and one of words."""
    rng = np.random.default_rng(0)
    words = np.array(["control", "treated", "washed", "unknown"])
    with open(path, "w", encoding="utf-8") as file:
        file.write("a,b,c,d,label\n" if labels else "a,b,c,d,e\n")
        for begin in range(0, n_rows, _BLOCK):
            n = min(_BLOCK, n_rows - begin)
            columns: list[list[object]] = [
                rng.standard_normal(n).tolist(),
                rng.gamma(2.0, size=n).tolist(),
                (500 * rng.random(n)).tolist(),
                rng.exponential(0.001, size=n).tolist(),
                (words[rng.integers(0, 4, n)] if labels else 1e6 * rng.random(n)).tolist(),
            ]
            file.writelines(",".join(map(str, row)) + "\n" for row in zip(*columns, strict=True))


def _ours(path: str) -> None:
    from gmm_app.data.reading import read_table

    read_table(path)


def _into_a_table(path: str) -> None:
    import duckdb

    with duckdb.connect(config={"threads": _THREADS}) as connection:
        connection.execute(f"CREATE TABLE read AS FROM read_csv('{path}')")


def _into_arrays(path: str) -> None:
    import duckdb

    with duckdb.connect(config={"threads": _THREADS}) as connection:
        connection.sql(f"FROM read_csv('{path}')").fetchnumpy()


WAYS: dict[str, Callable[[str], None]] = {
    "GMM Studio": _ours,
    "DuckDB into a table of its own": _into_a_table,
    "DuckDB into numpy arrays": _into_arrays,
}


def read_once(way: str, path: str) -> dict[str, float]:
    """Seconds and peak bytes of one reading, in this process."""
    import duckdb  # noqa: F401  (loading the libraries is no part of reading)
    import pyarrow  # noqa: F401

    import gmm_app.data.formats.delimited
    import gmm_app.data.reading  # noqa: F401

    mark = mark_memory()
    begin = time.perf_counter()
    WAYS[way](path)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "bytes": peak_beyond(mark) or 0}


def stop_once(path: str, share: float, whole: float) -> dict[str, float]:
    """Seconds from the wish to stop, at a share of the time for the whole, to the end."""
    from gmm_app.data.reading import read_table
    from gmm_app.errors import Cancelled

    wish = threading.Event()
    wished: list[float] = []

    def stop() -> None:
        wished.append(time.perf_counter())
        wish.set()

    timer = threading.Timer(share * whole, stop)
    timer.start()
    try:
        read_table(path, cancelled=wish.is_set)
    except Cancelled:
        return {"seconds": time.perf_counter() - wished[0]}
    finally:
        timer.cancel()
    return {"seconds": 0.0}  # it was done before


def _in_a_process(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", "--play", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _taking_turns(path: Path, n_turns: int) -> dict[str, list[dict[str, float]]]:
    """Each way in turn, begun with another one each time; a warm-up fills the file cache."""
    names = list(WAYS)
    for name in names:
        _in_a_process(name, str(path))
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for turn in range(n_turns):
        for i in range(len(names)):
            name = names[(turn + i) % len(names)]
            found[name].append(_in_a_process(name, str(path)))
    return found


def _rows(found: dict[str, list[dict[str, float]]]) -> list[list[str]]:
    least = {name: min(turn["seconds"] for turn in turns) for name, turns in found.items()}
    fastest = min(seconds for name, seconds in least.items() if name != "GMM Studio")
    rows = []
    for name, turns in found.items():
        seconds = [turn["seconds"] for turn in turns]
        rows.append(
            [
                name,
                significant(least[name]),
                significant(statistics.median(seconds)),
                f"{least[name] / fastest:.2f}×",
                f"{max(turn['bytes'] for turn in turns) / 1e6:,.0f}",
            ]
        )
    return rows


def measure(n_rows: int, n_turns: int, n_stops: int) -> str:
    """Read and stop; what came of it, as Markdown."""
    draws = random.Random(0)
    quiet = Quiet()
    parts = []
    with tempfile.TemporaryDirectory(prefix="gmm-") as folder:
        path = Path(folder) / "data.csv"
        for kind in _FILES:
            write_file(path, n_rows, labels=kind != "numbers")
            found = _taking_turns(path, n_turns)
            head = ["program", "least s", "median s", "beside the faster DuckDB", "peak MB"]
            data = 8 * n_rows * (5 if kind == "numbers" else 4) / 1e6
            parts.append(
                f"## {kind.capitalize()}: {n_rows:.0e} x 5, "
                f"{path.stat().st_size / 1e9:.2f} GB of CSV, {data:,.0f} MB of numbers\n\n"
                + table(head, _rows(found))
            )
            whole = statistics.median(turn["seconds"] for turn in found["GMM Studio"])
            shares = [draws.random() for _ in range(n_stops)]
            stops = [
                1000 * _in_a_process("stop", str(path), str(share), str(whole))["seconds"]
                for share in shares
            ]
            parts.append(
                f"Stopped at {n_stops} moments drawn over the whole of a reading: within "
                f"{significant(statistics.median(stops))} ms in the median, "
                f"{significant(max(stops))} ms at worst (goal: 200)."
            )
    day = datetime.date.today().isoformat()
    return (
        f"# Results: reading\n\nWritten by `make bench-reading` on {day}: {description()}, "
        f"{_THREADS} threads. Others took {percent(sum(quiet.share().values()))} of its cores "
        "meanwhile. Programs take turns, each time in a process of its own that has its libraries "
        "loaded and finds the file in the system's cache. The goals: no more than 1.3 times the "
        "faster DuckDB; the numbers and no more than 600 MB of memory, beyond the libraries.\n\n"
        + "\n\n".join(parts)
        + "\n"
    )


def main() -> None:
    """Measure and write the results or, in a process of its own, play one scene."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--play", nargs="+", help="a way to read, or stop, and what it needs")
    parser.add_argument("--rows", type=int, default=_N_ROWS)
    parser.add_argument("--turns", type=int, default=_TURNS)
    asked = parser.parse_args()
    if asked.play is None:
        text = measure(asked.rows, asked.turns, _STOPS)
        print(text)
        if asked.rows == _N_ROWS:
            DOCUMENT.write_text(text, encoding="utf-8")
    elif asked.play[0] == "stop":
        _, path, share, whole = asked.play
        print(json.dumps(stop_once(path, float(share), float(whole))))
    else:
        print(json.dumps(read_once(*asked.play)))


if __name__ == "__main__":
    main()
