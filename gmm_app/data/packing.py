"""Files packed with gzip or Zstandard: what their first bytes show, and what is in them."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from gmm_app.errors import DataError

PACKED_WITH = {"gzip": "gzip", "zstd": "Zstandard"}
"""What people call the ways of packing, by the names that DuckDB gives them."""

_GZIP = b"\x1f\x8b"
_FRAME, _SKIPPED, _REPEATED = 0xFD2FB528, 0x184D2A50, 1


def packing(path: Path) -> str:
    """How a file is packed, as DuckDB names it: "gzip", "zstd" or "none"; its name tells nothing.

    Browsers unpack what they load and leave ".gz" in the name.
    """
    with open(path, "rb") as file:
        magic = file.read(4)
    number = int.from_bytes(magic, "little")
    if magic.startswith(_GZIP):
        return "gzip"
    return "zstd" if number == _FRAME or number & 0xFFFFFFF0 == _SKIPPED else "none"


@contextlib.contextmanager
def unpacked(path: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of a file; `name` is what people call it.

    Raises
    ------
    DataError
        The file is damaged as far as it is read.
    """
    import zstandard

    kind = "none"
    try:
        kind = packing(path)
        with open(path, "rb") as file:
            if kind == "gzip":
                with gzip.open(file) as plain:
                    yield cast("BinaryIO", plain)
            elif kind == "zstd":
                with zstandard.ZstdDecompressor().stream_reader(
                    file, read_across_frames=True, closefd=False
                ) as plain:
                    yield cast("BinaryIO", plain)
                    if not plain.read(1):
                        _check_frames(file)
            else:
                yield file
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise DataError(why_broken(name, kind, str(error))) from error


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
    return (
        f"{name} is not a whole {PACKED_WITH[kind]} file: it was cut off or damaged. Copy it again."
    )
