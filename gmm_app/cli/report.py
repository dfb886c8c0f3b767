"""A fit's result, printed to a terminal or a pipe."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from gmm_app.fitting.bootstrap import Bootstrap
from gmm_app.fitting.report import report
from gmm_app.fitting.result import FitResult

_PIPE_WIDTH = 100


def print_report(
    result: FitResult, left_aside: Sequence[str], bootstrap: Bootstrap | None = None
) -> None:
    """Print the data, the components, the criteria and what to beware of.

    Parameters
    ----------
    result : of the fit.
    left_aside : columns of the file that are no measurements.
    bootstrap : how sure the parameters are, if that was asked for.

    Raises
    ------
    OSError
        The terminal, pipe or file that takes the output does not take it.
    """
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if on_terminal else _PIPE_WIDTH
    print(report(result, left_aside, bootstrap, width=width), end="", flush=True)


def print_written(paths: Sequence[Path]) -> None:
    """Print which files have been written."""
    for path in paths:
        print(f"wrote {path}", flush=True)
