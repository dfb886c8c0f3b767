"""Data that come through a pipe: kept in a file for as long as they are read."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gmm_app.errors import DataError

STANDARD_INPUT = "-"
"""Stands for the standard input in place of a file's path."""


@contextlib.contextmanager
def in_a_file(path: str | Path) -> Iterator[Path]:
    """The path as it is or, for "-", a temporary file with all that comes from standard input.

    Raises
    ------
    DataError
        Nothing comes, the standard input is a terminal, or there is no room for it.
    """
    if str(path) != STANDARD_INPUT:
        yield Path(path)
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise DataError("Nothing is piped in for '-': give a file, or put '< FILE' at the end.")
    with tempfile.TemporaryDirectory(prefix="gmm-") as folder:
        copy = Path(folder) / "standard input"
        try:
            with open(copy, "xb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        except OSError as error:
            reason = error.strerror or error
            raise DataError(
                f"The standard input cannot be kept in a temporary file ({reason}): save it to a "
                "file of your own first."
            ) from error
        yield copy
