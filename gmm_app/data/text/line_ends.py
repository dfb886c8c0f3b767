"""Text files whose lines end in more than one way, which DuckDB refuses."""

from __future__ import annotations

import contextlib
import gzip
import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from gmm_app.errors import Cancelled, DataError

_BLOCK = 1 << 20
_MOST = 1 << 24


@contextlib.contextmanager
def opened(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """A text file, plain or gzipped; every line ends in a newline however it ends in the file."""
    packed = path.name.lower().endswith(".gz")
    with (
        gzip.open(path) if packed else open(path, "rb") as binary,
        io.TextIOWrapper(binary, encoding, "replace", newline=None) as text,
    ):
        yield text


def lines_of(path: Path, encoding: str) -> list[str]:
    """The lines of a file; of a large one the first that are whole, of a damaged one none."""
    try:
        with opened(path, encoding) as text:
            lines = text.read(_MOST).split("\n")
            return lines[:-1] if text.read(1) else lines
    except (OSError, EOFError, zlib.error):
        return []


def mixes_line_ends(path: Path, encoding: str, cancelled: Callable[[], bool] | None) -> bool:
    """Whether lines end in different ways, such as CR LF here and LF there."""
    try:
        with opened(path, encoding) as text:
            while text.read(_BLOCK):
                _ask(cancelled)
                if isinstance(text.newlines, tuple):
                    return True
    except (OSError, EOFError, zlib.error):
        pass  # a damaged file has worse to complain of
    return False


@contextlib.contextmanager
def with_one_line_end(
    path: Path, encoding: str, cancelled: Callable[[], bool] | None
) -> Iterator[Path]:
    """A temporary copy, in UTF-8, in which all lines end alike.

    Raises
    ------
    DataError
        There is no room for it.
    Cancelled
        It was asked to stop.
    """
    with tempfile.TemporaryDirectory(prefix="gmm-") as folder:
        copy = Path(folder) / "data.csv"
        try:
            with opened(path, encoding) as text, open(copy, "wb") as file:
                while block := text.read(_BLOCK):
                    _ask(cancelled)
                    file.write(block.encode())
        except OSError as error:
            raise DataError(
                f"{path.name} ends its lines in different ways, and there is no room for a copy "
                "that does not: save it again with one kind of line end."
            ) from error
        yield copy


def _ask(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled
