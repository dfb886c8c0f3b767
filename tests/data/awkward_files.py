"""Files as they should not be: how each is made, and what reading it must give.

Run as a program, it makes them all in a folder, reads each, and prints what came of it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.errors import DataError

Values = Mapping[str, list[float]]


@dataclass(frozen=True)
class Awkward:
    """A file that is damaged or unusual.

    Attributes
    ----------
    name : of the file.
    make : writes it at a path.
    expected : the columns of numbers that it has, how many rows and columns, or a pattern for the
        sentence that says why it cannot be read.
    options : how it is read.
    meanwhile : what happens to it while it is read.
    """

    name: str
    make: Callable[[Path], object]
    expected: Values | tuple[int, int] | str
    options: ImportOptions = AS_FOUND
    meanwhile: Callable[[Path], object] | None = None


_STATUS = Path("/proc/self/status")

LONGEST = 60
"""Seconds after which reading counts as hung."""


def outcome_of(case: Awkward, folder: Path) -> dict[str, Any]:
    """What reading a file gave, the seconds of work it took, and the most memory, in MB."""
    path = folder / case.name
    _forget_peak()
    begin = _work()
    try:
        table = read_table(path, options=case.options, on_progress=_once(case.meanwhile, path))
        few = table.values.size < 10_000
        given: dict[str, Any] = {
            "columns": list(table.columns),
            "shape": list(table.values.shape[::-1]),
            "values": table.values.tolist() if few else None,
        }
    except DataError as error:
        given = {"sentence": str(error)}
    except Exception as error:
        given = {"crash": repr(error)}
    return {"name": case.name, "seconds": _work() - begin, "peak": _peak(), **given}


def _work() -> float:
    """Seconds that processors worked: those that pass are more on a computer that is busy."""
    apart = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + apart.ru_utime + apart.ru_stime


def _once(action: Callable[[Path], object] | None, path: Path) -> Callable[..., object]:
    waiting = [action] if action is not None else []
    return lambda share, n_rows: waiting and waiting.pop()(path)


def _forget_peak() -> None:
    # The numbers of Linux; elsewhere the peak is not known.
    if _STATUS.exists():
        _STATUS.with_name("clear_refs").write_text("5")


def _peak() -> float:
    lines = _STATUS.read_text().splitlines() if _STATUS.exists() else ["VmHWM: 0 kB"]
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


def peak_of_others() -> float:
    """The most memory of any process that was started and has ended, in MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3


def main() -> None:
    """Make the files, read them, and print a line of JSON for each."""
    from tests.data.awkward_cases import CASES

    folder = Path(sys.argv[1])
    for case in CASES:
        case.make(folder / case.name)
    for case in CASES:
        signal.alarm(LONGEST)
        print(json.dumps(outcome_of(case, folder)), flush=True)
    print(json.dumps({"name": "processes apart", "peak": peak_of_others()}))


if __name__ == "__main__":
    main()
