"""The programs' processes, seen from the one that conducts them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.exchange import Parameters
from benchmarks.peers.environments import ROOT, Peer

PLACE = ROOT / "build" / "bench"
DATA = PLACE / "data"
OURS = "ours"
_PATIENCE = 400.0  # seconds for one request


class ProgramFailed(Exception):
    """A program could not do what it was asked; the message says why in one line."""


def variables(n_threads: int) -> dict[str, str]:
    """The environment of every measured process: so many threads, and each BLAS as it comes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    names = ("OMP", "MKL", "OPENBLAS", "NUMBA")
    threads = {f"{name}_NUM_THREADS": str(n_threads) for name in names}
    return kept | threads | {"GMM_STUDIO_CACHE_DIR": str(PLACE / "kernels")}


class Worker:
    """One program's process, to be used as a context.

    Attributes
    ----------
    name, title : of the program, for records and for people.
    """

    def __init__(self, name: str, title: str, command: tuple[str, ...], n_threads: int) -> None:
        self.name, self.title = name, title
        PLACE.mkdir(parents=True, exist_ok=True)
        self._log = (PLACE / f"{name}.log").open("w")
        self._process = subprocess.Popen(
            [*command, str(n_threads)],
            cwd=ROOT,
            env=variables(n_threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def ask(self, do: str, **details: Any) -> dict[str, Any]:
        """Send a request of benchmarks/worker.py and wait for the reply.

        Raises
        ------
        ProgramFailed
            The program said so, ended, or took longer than anyone waits.
        """
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None
        try:
            sink.write(json.dumps({"do": do, **details}) + "\n")
            sink.flush()
        except BrokenPipeError:
            raise ProgramFailed("its process has ended") from None
        if not select.select([source], [], [], _PATIENCE)[0]:
            self._process.kill()
            raise ProgramFailed(f"no answer within {_PATIENCE:.0f} s")
        line = source.readline()
        if not line:
            raise ProgramFailed("its process has ended")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise ProgramFailed(str(reply["error"]))
        return reply

    def load(self, path: Path, rows: int | None = None) -> None:
        """Let the program take the data of a file (None: all rows)."""
        self.ask("load", path=str(path), rows=rows)

    def fit(self, start: Parameters, iterations: int, *, answer: bool = False) -> dict[str, Any]:
        """Let it iterate EM; `answer`: reply with the parameters it ends at."""
        return self.ask("fit", start=start.as_json(), iterations=iterations, answer=answer)

    def own(self, do: str, **details: Any) -> dict[str, Any]:
        """Let our own program do what only it can."""
        return self.ask(do, **{"with": details})


def our_worker(n_threads: int) -> Worker:
    """The process of the program that is measured."""
    command = (sys.executable, "-m", "benchmarks.worker", "benchmarks.ours")
    return Worker(OURS, "GMM Studio", command, n_threads)


def peer_worker(peer: Peer, n_threads: int) -> Worker:
    """The process of a peer."""
    return Worker(peer.name, peer.title, peer.command, n_threads)
