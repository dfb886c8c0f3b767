"""The container of session files: a zip of one JSON text and arrays, written and read with bounds.

Nothing in it is code. Arrays lie uncompressed, so that no file can unpack to more than its size.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gmm_app.errors import SessionError
from gmm_app.files import expanded

_TEXT = "session.json"
_MOST_TEXT = 1 << 26
# The table of contents is read in one go: this is room for tens of thousands of entries.
_LONGEST_READ = 1 << 22
_PIECE = 1 << 20
# An array with more numbers gets an entry of its own; the others of a kind share one.
_MANY = 1 << 15
_KINDS = "fiub"

Array = NDArray[Any]


class ArrayWriter:
    """Collects arrays and says how each will be found again."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Array]] = {}
        self._sizes: dict[str, int] = {}

    def put(self, array: Array) -> dict[str, Any]:
        """Where the array will be: entry, position of its first number in it, and shape."""
        name = array.dtype.name
        if array.size > _MANY:
            name += f"-{len(self._entries)}"
        at = self._sizes.get(name, 0)
        self._entries.setdefault(name, []).append(array)
        self._sizes[name] = at + array.size
        return {"array": name, "at": at, "shape": list(array.shape)}

    def write(self, archive: zipfile.ZipFile) -> None:
        """Write all of them, without a second copy of a large one."""
        for name, arrays in self._entries.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                dtype = arrays[0].dtype.newbyteorder("<")
                header = {
                    "descr": npy.dtype_to_descr(dtype),
                    "fortran_order": False,
                    "shape": (self._sizes[name],),
                }
                npy.write_array_header_1_0(entry, header)
                for array in arrays:
                    _write_numbers(entry, array, dtype)


def _write_numbers(entry: Any, array: Array, dtype: np.dtype[Any]) -> None:
    for row in array if array.ndim > 1 else (array,):
        flat = row.reshape(-1)
        for begin in range(0, flat.size, _PIECE):
            piece = flat[begin : begin + _PIECE].astype(dtype, copy=False)
            entry.write(np.ascontiguousarray(piece).data.cast("B"))


class ArrayReader:
    """Gives back the arrays of an open archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries: dict[str, Array] = {}

    def get(self, place: object) -> Array:
        """The array at a place that `ArrayWriter.put` gave; raises ValueError where there is none.

        It is a part of its entry, so it costs no memory of its own.
        """
        if not isinstance(place, dict):
            raise ValueError("no array")
        name, at, shape = place["array"], place["at"], place["shape"]
        if not isinstance(name, str) or not isinstance(shape, list):
            raise ValueError("no array")
        if not all(type(number) is int and number >= 0 for number in (at, *shape)):
            raise ValueError("no array")
        if name not in self._entries:
            self._entries[name] = _read_numbers(self._archive, f"{name}.npy")
        numbers = self._entries[name]
        size = int(np.prod(shape, dtype=object)) if shape else 1
        if at + size > numbers.size:
            raise ValueError("an array ends too soon")
        return numbers[at : at + size].reshape(shape)


def _read_numbers(archive: zipfile.ZipFile, name: str) -> Array:
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > info.compress_size:
        raise ValueError("a compressed array")
    with archive.open(info) as entry:
        if npy.read_magic(entry) != (1, 0):
            raise ValueError("an array of another version")
        shape, _, dtype = npy.read_array_header_1_0(entry)
        if len(shape) != 1 or dtype.kind not in _KINDS:
            raise ValueError("no plain numbers")
        # A header may claim anything: memory is taken only for what the entry has.
        if shape[0] * dtype.itemsize > info.file_size:
            raise ValueError("an array that ends too soon")
        numbers = np.empty(shape[0], dtype)
        _fill(entry, numbers.data.cast("B") if numbers.size else memoryview(b""))
    numbers.setflags(write=False)
    return numbers


def _fill(entry: Any, room: memoryview) -> None:
    filled = 0
    while filled < len(room):
        piece = entry.read(min(_PIECE, len(room) - filled))
        if not piece:
            raise ValueError("an array that ends too soon")
        room[filled : filled + len(piece)] = piece
        filled += len(piece)
    if entry.read(1):  # reading to the end is what has the checksum compared
        raise ValueError("an array that is too long")


def write_archive(file: BinaryIO, text: dict[str, Any], arrays: ArrayWriter) -> None:
    """Write the text as JSON with a line for each of its parts, and the arrays that it speaks of.

    Raises
    ------
    SessionError
        It is so long that it would not be read again.
    """
    lines = [f"{_json(name)}: {_json(value)}" for name, value in text.items()]
    data = ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "backslashreplace")
    if len(data) > _MOST_TEXT:
        raise SessionError("There are too many results for one file: save fewer starts or fits.")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_TEXT, data, compress_type=zipfile.ZIP_DEFLATED)
        arrays.write(archive)


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


@contextmanager
def open_archive(path: str | Path) -> Iterator[tuple[dict[str, Any], ArrayReader]]:
    """The text of an archive, and its arrays for as long as the block lasts.

    Raises
    ------
    SessionError
        There is no such file, or it is no archive of this kind or damaged; also from within the
        block, where what is read there makes no sense.
    """
    path = expanded(path)
    try:
        if not path.is_file():
            what = "is no ordinary file" if path.exists() else "does not exist"
            raise SessionError(f"{path} {what}: choose a session file (.gmm).")
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            yield _text_of(archive), ArrayReader(archive)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SessionError(
            f"{path} cannot be read ({reason}): copy it to a folder of your own."
        ) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise damaged(path) from error
    except (ValueError, LookupError, TypeError, EOFError, OverflowError, zlib.error) as error:
        raise damaged(path) from error


def damaged(path: Path) -> SessionError:
    """What to say of a file that makes no sense."""
    return SessionError(
        f"{path.name} is damaged or no session file of this program: choose another, or an "
        "older copy."
    )


class _Bounded(io.FileIO):
    """A file of which nothing reads much at once, whatever lengths it claims to have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > _LONGEST_READ:
            raise ValueError("too much at once")
        return super().read(size) or b""


def _text_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    info = archive.getinfo(_TEXT)
    if info.file_size > _MOST_TEXT:
        raise ValueError("too long a text")
    with archive.open(info) as entry:
        content = b"".join(iter(lambda: entry.read(_PIECE), b""))
    try:
        text = json.loads(content)
    except RecursionError as error:
        raise ValueError("too deep a text") from error
    if not isinstance(text, dict):
        raise ValueError("no session")
    return text
