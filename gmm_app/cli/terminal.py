"""Where the command line prints: a terminal, pipe or file that may not take what is printed."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


def progress_bar() -> Progress:
    """A progress bar on a terminal, none in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    quiet = not sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet)


def accept_any_text() -> None:
    """Print a question mark for a character that the terminal's encoding lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def flush() -> None:
    """Print what is still waiting.

    Raises
    ------
    OSError
        It is not taken.
    """
    # There is no such stream where it was closed from the beginning.
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up_output() -> None:
    """If standard output takes nothing more, drop what waits, so that the end is a quiet one."""
    try:
        flush()
    except OSError:
        with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def complain(message: str) -> None:
    """Print one line to standard error, where that is still possible."""
    with contextlib.suppress(OSError):
        print(f"gmm-app: {' '.join(message.split())}", file=sys.stderr)


def refused(error: OSError) -> str:
    """The sentence for what the system refuses."""
    what = error.filename or "What is printed"
    reason = (error.strerror or str(error)).lower()
    return f"{what} cannot be read or written ({reason}): choose another place for it."
