"""A program's process: `python -m benchmarks.worker NAME THREADS`, run in its own environment.

It reads requests and writes replies as JSON, one a line, so that the conductor can let the programs
take turns while each keeps its data and its threads. mclust's, in R, is peers/mclust.R.

    {"do": "about"}                                -> {"version", "numbers"}
    {"do": "load", "path", "rows"}                 -> {}
    {"do": "fit", "start", "iterations", "answer"} -> {"seconds", "peak", "history", "parameters"}

A request that a program cannot fulfil is answered with {"error": one line}.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.exchange import Parameters, Program, mark_memory, peak_beyond


def answer(program: Program, request: dict[str, Any]) -> dict[str, Any]:
    """Do what a request asks for."""
    match request["do"]:
        case "about":
            return {"version": program.version, "numbers": program.numbers}
        case "load":
            program.load(Path(request["path"]), request["rows"])
            return {}
        case "fit":
            return _fitted(program, request)
        case other:
            # What only our own program can do, such as a fit with its default options.
            return getattr(program, other)(**request["with"])


def _fitted(program: Program, request: dict[str, Any]) -> dict[str, Any]:
    start = Parameters.from_json(request["start"])
    gc.collect()
    mark = mark_memory()
    fit = program.fit(start, request["iterations"])
    reply = {"seconds": fit.seconds, "peak": peak_beyond(mark), "history": fit.history}
    return reply | ({"parameters": fit.parameters.as_json()} if request["answer"] else {})


def main(name: str, n_threads: int) -> None:
    """Answer requests until standard input ends."""
    # Whatever a library prints goes to the log, so that replies stay clean.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    program: Program = importlib.import_module(name).load_program(n_threads)
    for line in sys.stdin:
        try:
            reply = answer(program, json.loads(line))
        except Exception as error:  # whatever a peer may raise
            reply = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:200]}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
