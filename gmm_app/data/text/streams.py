"""The bytes of a text file, plain or packed with gzip or Zstandard."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from gmm_app.errors import DataError

_HEAD = 1 << 18
_LONGEST_HEAD = 1 << 23
_ENOUGH_LINES = 40
_BLOCK = 1 << 20
LONGEST_LINE = 1 << 21
"""Bytes of a line, at most; DuckDB takes no more."""

_FRAME, _SKIPPED, _REPEATED = 0xFD2FB528, 0x184D2A50, 1


class Head(NamedTuple):
    """The beginning of a file.

    Attributes
    ----------
    content : its first bytes, unpacked.
    whole : whether that is all there is.
    """

    content: bytes
    whole: bool


def packing(path: Path) -> str:
    """As DuckDB names it: "gzip", "zstd" or "none"; the name's ending tells."""
    return {".gz": "gzip", ".zst": "zstd"}.get(path.suffix.lower(), "none")


@contextlib.contextmanager
def unpacked(path: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of a file; `name` is what people call it.

    Raises
    ------
    DataError
        The file is damaged or cannot be read to its end.
    """
    import zstandard

    kind = packing(path)
    try:
        with open(path, "rb") as file:
            if kind == "gzip":
                with gzip.open(file) as plain:
                    yield cast("BinaryIO", plain)
            elif kind == "zstd":
                _check_frames(file)
                with zstandard.ZstdDecompressor().stream_reader(
                    file, read_across_frames=True
                ) as plain:
                    yield cast("BinaryIO", plain)
            else:
                yield file
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise DataError(why_broken(name, kind, str(error))) from error


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


def _check_frames(file: BinaryIO) -> None:
    """Follow the blocks of a Zstandard file to its end: decoders take one cut off for shorter.

    The layout is that of RFC 8878, section 3.1.

    Raises
    ------
    EOFError
        It ends within a frame.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    while file.tell() < size:
        magic = int.from_bytes(file.read(4), "little")
        if magic & 0xFFFFFFF0 == _SKIPPED:
            file.seek(int.from_bytes(file.read(4), "little"), io.SEEK_CUR)
        elif magic == _FRAME:
            _skip_frame(file)
        else:
            break  # the decoder complains of that
    if file.tell() > size:
        raise EOFError("it ends within a frame")
    file.seek(0)


def _skip_frame(file: BinaryIO) -> None:
    described = int.from_bytes(file.read(1), "little")
    single = described >> 5 & 1
    sizes = ((single, 2, 4, 8)[described >> 6], 1 - single, (0, 1, 2, 4)[described & 3])
    file.seek(sum(sizes), io.SEEK_CUR)
    last = 0
    while not last:
        head = file.read(3)
        if len(head) < 3:
            raise EOFError("it ends within a frame")
        block = int.from_bytes(head, "little")
        last, kind, n_bytes = block & 1, block >> 1 & 3, block >> 3
        file.seek(1 if kind == _REPEATED else n_bytes, io.SEEK_CUR)
    file.seek(4 * (described >> 2 & 1), io.SEEK_CUR)


def why_broken(name: str, kind: str, reason: str) -> str:
    """The sentence for a file, packed in some way, whose bytes cannot be had."""
    if kind == "none":
        return f"{name} could not be read to its end ({reason}): check its folder and try again."
    title = {"gzip": "gzip", "zstd": "Zstandard"}[kind]
    return f"{name} is not a whole {title} file: it was cut off or damaged. Copy it again."


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
