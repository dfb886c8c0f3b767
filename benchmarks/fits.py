"""How fast mixtures are fitted, beside other programs: `python -m benchmarks.fits`.

Every section keeps its numbers in results.json when it has ended; RESULTS.md and its picture are
made from all that is kept. With --quick, a small part is measured, printed, and not kept.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.machine import description, n_cores
from benchmarks.peers.environments import PEERS, Peer, make_peers
from benchmarks.problems import GRID, LEVELS, QUICK_GRID, QUICK_LEVELS
from benchmarks.report.document import document
from benchmarks.rounds import Effort, Quiet
from benchmarks.sections import costs, growth, iteration, level, sweep
from benchmarks.workers import DATA, ProgramFailed, Worker, our_worker, peer_worker

HERE = Path(__file__).parent
STORE = HERE / "results.json"
DOCUMENT = HERE / "RESULTS.md"
PICTURE = HERE / "results.png"
SECTIONS = ("iteration", "level", "growth", "costs", "sweep")
_QUICK_PEERS = {"onedal", "scikit_learn"}


def main() -> None:
    """Measure the sections that are asked for and write the document."""
    asked = _arguments()
    try:
        _run(asked)
    finally:
        shutil.rmtree(DATA, ignore_errors=True)


def _run(asked: argparse.Namespace) -> None:
    if asked.quick:
        print(document(_quick(asked.threads), None))
        return
    results: dict[str, Any] = json.loads(STORE.read_text()) if STORE.exists() else {}
    if not asked.report:
        peers, left_out = make_peers(set(asked.peer) if asked.peer else None)
        for section in asked.section or SECTIONS:
            print(f"-- {section}", flush=True)
            try:
                found = _measured(section, peers, asked.threads)
            except ProgramFailed as error:
                print(f"{section} is not measured: {error}", flush=True)
                continue
            results[section] = found | {"left_out": left_out}
            STORE.write_text(json.dumps(results, indent=1) + "\n")
    _publish(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure fits beside other programs.")
    parser.add_argument("--section", action="append", choices=SECTIONS, help="only this one")
    names = [peer.name for peer in PEERS]
    parser.add_argument("--peer", action="append", choices=names, help="beside this one only")
    parser.add_argument("--quick", action="store_true", help="a minute's worth; nothing is kept")
    parser.add_argument("--report", action="store_true", help="only write the document again")
    parser.add_argument("--threads", type=int, default=n_cores(), help="for every program")
    return parser.parse_args()


def _measured(section: str, peers: list[Peer], n_threads: int) -> dict[str, Any]:
    """One section with the circumstances under which it was measured."""
    quiet = Quiet()
    with ExitStack() as stack:
        workers = [] if section in ("costs", "sweep") else _workers(stack, peers, n_threads)
        programs = {worker.name: _about(worker) for worker in workers}
        if section == "iteration":
            found = iteration.measure(workers, GRID, Effort(7, 7.0))
        elif section == "level":
            found = level.measure(workers, LEVELS, Effort(5, 10.0))
        elif section == "growth":
            found = growth.measure(workers, n_threads, Effort(5, 4.0))
        elif section == "sweep":
            found = sweep.measure(peers, n_threads)
        else:
            found = costs.measure(n_threads)
    return _record(found, programs, n_threads, quiet)


def _quick(n_threads: int) -> dict[str, Any]:
    """A small grid and three problems, against the two peers that matter most."""
    peers, left_out = make_peers(_QUICK_PEERS)
    quiet = Quiet()
    with ExitStack() as stack:
        workers = _workers(stack, peers, n_threads)
        programs = {worker.name: _about(worker) for worker in workers}
        found = {
            "iteration": iteration.measure(workers, QUICK_GRID, Effort(3, 1.0)),
            "level": level.measure(workers, QUICK_LEVELS, Effort(3, 1.0)),
        }
    return {
        name: _record(part, programs, n_threads, quiet) | {"left_out": left_out}
        for name, part in found.items()
    }


def _workers(stack: ExitStack, peers: list[Peer], n_threads: int) -> list[Worker]:
    ours = stack.enter_context(our_worker(n_threads))
    return [ours, *(stack.enter_context(peer_worker(peer, n_threads)) for peer in peers)]


def _about(worker: Worker) -> dict[str, Any]:
    return {"title": worker.title, **worker.ask("about")}


def _record(
    found: dict[str, Any], programs: dict[str, Any], n_threads: int, quiet: Quiet
) -> dict[str, Any]:
    return {
        "when": datetime.date.today().isoformat(),
        "machine": description(),
        "threads": n_threads,
        "quiet": quiet.share(),
        "programs": programs,
        "found": found,
    }


def _publish(results: dict[str, Any]) -> None:
    """Write RESULTS.md, and the picture where there is enough to draw."""
    from benchmarks.report.picture import draw_results

    picture = draw_results(results, PICTURE)
    DOCUMENT.write_text(document(results, PICTURE.name if picture else None))
    print(f"wrote {DOCUMENT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
