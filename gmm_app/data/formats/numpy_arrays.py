"""NumPy's own files: NPY with one array, NPZ with several. Never with pickle, which runs code."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.formats.arrays import (
    Block,
    columns_of,
    matrix,
    opened_blocks,
    read_exactly,
    record,
    vector,
)
from gmm_app.data.formats.damage import told_in_a_sentence
from gmm_app.data.formats.parts import chosen_part, numbered
from gmm_app.data.formats.unpacking import check_archive
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

_AS_NUMBERS = "save it again as a plain array of numbers, (rows, columns)"


@dataclass(frozen=True)
class _Stored:
    """An array in a file, of which only the header has been read.

    Attributes
    ----------
    file : open where the array is.
    begin : where its values begin.
    shape, dtype : what the header says.
    by_columns : whether the first index runs fastest.
    """

    file: IO[bytes]
    begin: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool

    def rows(self, begin: int, end: int) -> NDArray[Any]:
        """The rows from one number up to another."""
        if self.by_columns and len(self.shape) > 1:
            columns = [
                self._values(j * self.shape[0] + begin, end - begin) for j in range(self.shape[1])
            ]
            return np.stack(columns, axis=1)
        width = int(np.prod(self.shape[1:], dtype=np.int64))
        values = self._values(begin * width, (end - begin) * width)
        return values.reshape(end - begin, *self.shape[1:])

    def _values(self, first: int, n_values: int) -> NDArray[Any]:
        self.file.seek(self.begin + first * self.dtype.itemsize)
        content = read_exactly(self.file, n_values * self.dtype.itemsize)
        return np.frombuffer(content, self.dtype, n_values)


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of an NPY or NPZ file; see `gmm_app.data.reading`.

    An array of shape (n_rows, n_columns) gives columns x1, x2, ...; one of shape (n_rows,) gives
    one column; one with named fields gives these. Of an NPZ file with several arrays, one with two
    dimensions or fields is read; if there is none, arrays of one length are columns together.
    """
    with _readable(path), ExitStack() as open_files:
        if zipfile.is_zipfile(path):
            arrays = _arrays_of_archive(path, open_files)
            part, blocks = _chosen(path.name, arrays, options)
        else:
            file = open_files.enter_context(open(path, "rb"))
            part, blocks = (
                None,
                [_block(path.name, "x1", _stored(path.name, file, path.stat().st_size))],
            )
        yield opened_blocks(blocks, replace(options, part=part), wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The arrays of an NPZ file that can be read each by itself."""
    with _readable(path), ExitStack() as open_files:
        if not zipfile.is_zipfile(path):
            return ()
        return tuple(_tables(_arrays_of_archive(path, open_files)))


def _readable(path: Path) -> AbstractContextManager[None]:
    return told_in_a_sentence(path, "save fewer rows or columns of it", _why_unreadable)


def _why_unreadable(error: Exception) -> str:
    if "encrypted" in str(error):
        return "encrypted: save it again without a password."
    return "not a whole NumPy file: it was cut off or is of another kind. Copy or save it again."


def _stored(name: str, file: IO[bytes], size: int) -> _Stored:
    """The array that a file of so many bytes holds."""
    version = np.lib.format.read_magic(file)
    read_header = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, by_columns, dtype = read_header(file)
    if version == (3, 0) and dtype.names:
        dtype.names = tuple(field.encode("latin-1").decode() for field in dtype.names)
    if dtype.hasobject:
        raise DataError(f"{name} holds Python objects, which are never loaded: {_AS_NUMBERS}.")
    begin = file.tell()
    whole = all(type(n) is int and n >= 0 for n in shape)
    if not whole or math.prod(shape) * dtype.itemsize > size - begin:
        raise EOFError("the header claims more than there is")
    return _Stored(file, begin, shape, dtype, by_columns)


def _block(file_name: str, name: str, stored: _Stored) -> Block:
    shape, dtype = stored.shape, stored.dtype
    if len(shape) not in (1, 2):
        raise DataError(f"{file_name} holds an array of shape {shape}: {_AS_NUMBERS}.")
    if dtype.kind == "c":
        raise DataError(
            f"{file_name} holds complex numbers: save their real and imaginary parts as two "
            "columns."
        )
    if dtype.names and len(shape) == 1:
        return record(dtype, stored.rows, shape[0])
    if len(shape) == 1:
        return vector(name, dtype, stored.rows, shape[0])
    return matrix(numbered(shape[1]), dtype, stored.rows, shape[0])


def _arrays_of_archive(path: Path, open_files: ExitStack) -> dict[str, _Stored]:
    """The arrays by name; a note or licence beside them is passed over."""
    check_archive(path)
    archive = open_files.enter_context(zipfile.ZipFile(path))
    stored = {}
    for member in archive.infolist():
        if member.filename.endswith(".npy"):
            file = open_files.enter_context(archive.open(member))
            array = _stored(path.name, file, member.file_size)
            if array.by_columns and len(array.shape) > 1:
                # Going to and fro in what is packed would unpack it again for each column.
                content = io.BytesIO(read_exactly(file, member.file_size - array.begin))
                array = replace(array, file=content, begin=0)
            stored[member.filename.removesuffix(".npy")] = array
    if not stored:
        raise DataError(f"{path.name} holds no NumPy array: {_AS_NUMBERS}.")
    return stored


def _tables(arrays: Mapping[str, _Stored]) -> list[str]:
    """Names of the arrays that are tables by themselves; none where all are columns of one."""
    tables = [name for name, array in arrays.items() if _is_table(array)]
    if tables:
        return tables
    return [] if len({array.shape for array in arrays.values()}) == 1 else list(arrays)


def _is_table(array: _Stored) -> bool:
    return len(array.shape) == 2 or (len(array.shape) == 1 and bool(array.dtype.names))


def _chosen(
    file_name: str, arrays: Mapping[str, _Stored], options: ImportOptions
) -> tuple[str | None, list[Block]]:
    """Which array is read, and its columns."""
    tables = _tables(arrays)
    if not tables:
        alone = len(arrays) == 1
        columns = {"x1" if alone else name: array for name, array in arrays.items()}
        return None, [_block(file_name, name, array) for name, array in columns.items()]
    blocks = {name: [_block(file_name, "x1", arrays[name])] for name in tables}
    part = chosen_part(file_name, tables, options, lambda name: columns_of(blocks[name]))
    return part, blocks[part]
