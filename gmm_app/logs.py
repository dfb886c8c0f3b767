"""The log file, and what is kept when the program dies without a word."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import platformdirs

_log = logging.getLogger("gmm_app")

_MOST_BYTES = 1_000_000


def log_folder() -> Path:
    """Where the log and crash reports are kept."""
    return Path(platformdirs.user_log_dir("gmm-studio"))


def start_logging() -> str | None:
    """Log to a file from now on, crashes included; how the last run died, if it did.

    A folder that cannot be written must not stop the program: it then runs without a log.

    Returns
    -------
    The path of a report of a crash of an earlier run, or None.
    """
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "gmm-studio.log", maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8"
        )
        report = _take_crash_report(folder)
        crash_file = (folder / "crash.txt").open("w", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(crash_file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    sys.excepthook = _log_exception
    threading.excepthook = _log_thread_exception
    return report


def _take_crash_report(folder: Path) -> str | None:
    """Set a crash report of an earlier run aside, so that it is shown once; its path."""
    written = folder / "crash.txt"
    if not written.exists() or not written.stat().st_size:
        return None
    kept = folder / "last-crash.txt"
    written.replace(kept)
    return str(kept)


def _log_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.error("unexpected", exc_info=(kind, error, trace))


def _log_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_exception(args.exc_type, args.exc_value, args.exc_traceback)
