"""The first bytes of a text file, and what nobody else looks at in the rest."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gmm_app.data.packing import packing, unpacked
from gmm_app.errors import DataError

_HEAD = 1 << 18
_LONGEST_HEAD = 1 << 23
_ENOUGH_LINES = 40
_BLOCK = 1 << 20
LONGEST_LINE = 1 << 21
"""Bytes of a line, at most; DuckDB takes no more."""


class Head(NamedTuple):
    """The beginning of a file.

    Attributes
    ----------
    content : its first bytes, unpacked.
    whole : whether that is all there is.
    """

    content: bytes
    whole: bool


def check_content(path: Path, name: str, ask: Callable[[], object]) -> None:
    """Look at what DuckDB does not: the sums of a packed file, and a last line beyond all measure.

    Parameters
    ----------
    path : of the file.
    name : what people call it.
    ask : called now and then; raises an error where the work is to stop.

    Raises
    ------
    DataError
        The file is damaged, or ends in a line that DuckDB would pass over without a word.
    """
    n_bytes = 0  # since the last line end
    with unpacked(path, name) as file:
        if packing(path) == "none":
            file.seek(max(file.seek(0, io.SEEK_END) - LONGEST_LINE - _BLOCK, 0))
        while block := file.read(_BLOCK):
            ask()
            lines = block.replace(b"\r", b"\n")
            ends = [lines.find(b"\n"), lines.rfind(b"\n")]
            n_bytes += len(block) if ends[0] < 0 else ends[0]
            if n_bytes > LONGEST_LINE:
                raise DataError(
                    f"A line of {name} is longer than {LONGEST_LINE >> 20} MB: mend or remove it."
                )
            if ends[0] >= 0:
                n_bytes = len(block) - ends[1] - 1


def head_of(path: Path, name: str) -> Head:
    """The first bytes of a file, more of them where its lines are long.

    Raises
    ------
    DataError
        The file is damaged already there, or has no content.
    """
    with unpacked(path, name) as file:
        content = _read(file, _HEAD)
        if len(content) == _HEAD and content.count(b"\n") < _ENOUGH_LINES:
            content += _read(file, _LONGEST_HEAD - _HEAD)
        whole = not file.read(1)
    if not content:
        raise DataError(f"{name} is empty: choose a file with rows of numbers.")
    return Head(content, whole)


def _read(file: BinaryIO, n_bytes: int) -> bytes:
    """As many bytes as asked for, if there are so many; a packed file gives them in pieces."""
    pieces = []
    while n_bytes > 0 and (piece := file.read(n_bytes)):
        pieces.append(piece)
        n_bytes -= len(piece)
    return b"".join(pieces)
