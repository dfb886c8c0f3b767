"""MATLAB's .mat files: version 4 to 7, and 7.3, which is HDF5."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.formats.arrays import Block, columns_of, matrix, opened_blocks, vector
from gmm_app.data.formats.damage import told_in_a_sentence
from gmm_app.data.formats.hdf5 import opened_hdf5
from gmm_app.data.formats.parts import chosen_part, numbered
from gmm_app.data.formats.unpacking import check_unpacked
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import h5py

_NOT_WHOLE = (
    "not a whole MATLAB file: it was cut off, is damaged or is of another kind. "
    "Copy or save it again."
)

_NUMBERS = {
    *("double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
}
_TRUTH = "logical"
_WORDS = {"char", "cell"}
_LONGEST_WORD = 1 << 16
_SIDE_BY_SIDE = ", "


@dataclass(frozen=True)
class _Variable:
    """A variable in a file.

    Attributes
    ----------
    name, shape : as in MATLAB, where all have two dimensions or more; char arrays lack the last.
    kind : its class there.
    block : reads it as columns.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    block: Callable[[], Block]

    @property
    def is_matrix(self) -> bool:
        """Whether it is a table by itself."""
        numbers = self.kind in _NUMBERS or self.kind == _TRUTH
        return numbers and len(self.shape) == 2 and min(self.shape) > 1

    @property
    def is_vector(self) -> bool:
        """Whether it is a column."""
        known = self.kind in _NUMBERS or self.kind in _WORDS or self.kind == _TRUTH
        return known and 1 < math.prod(self.shape) == max(self.shape)


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a matrix, or of vectors side by side; see `gmm_app.data.reading`.

    If there is no matrix, all vectors of one length are the columns of one table. Structures,
    tables and other objects of MATLAB are not read.
    """
    with _variables(path) as variables:
        tables = _tables(variables)
        if not tables:
            raise DataError(_holds_no_table(path.name, variables))
        part = chosen_part(
            path.name, list(tables), options, lambda name: columns_of(_blocks(path, tables[name]))
        )
        blocks = _blocks(path, tables[part])
        yield opened_blocks(blocks, replace(options, part=part), wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The matrices, or the vectors; those that make one table in one name, "a, b, c"."""
    with _variables(path) as variables:
        return tuple(_tables(variables))


def _tables(variables: Sequence[_Variable]) -> dict[str, list[_Variable]]:
    matrices = [variable for variable in variables if variable.is_matrix]
    if matrices:
        return {variable.name: [variable] for variable in matrices}
    vectors = [variable for variable in variables if variable.is_vector]
    if len({max(variable.shape) for variable in vectors}) == 1:
        return {_SIDE_BY_SIDE.join(variable.name for variable in vectors): vectors}
    return {variable.name: [variable] for variable in vectors}


def _blocks(path: Path, variables: Sequence[_Variable]) -> list[Block]:
    claimed = sum(8 * math.prod(variable.shape) for variable in variables)
    check_unpacked(path.name, path.stat().st_size, claimed)
    return [variable.block() for variable in variables]


def _holds_no_table(name: str, variables: Sequence[_Variable]) -> str:
    has = ", ".join(f"{variable.name} of class {variable.kind}" for variable in variables[:8])
    return (
        f"{name} has no matrix or vectors of numbers (it has {has or 'no variable'}): save the "
        "columns as variables of their own."
    )


@contextmanager
def _variables(path: Path) -> Iterator[list[_Variable]]:
    import h5py

    if h5py.is_hdf5(path):
        with opened_hdf5(path) as file:
            yield _variables_of_hdf5(file)
        return
    with (
        told_in_a_sentence(path, "save a part of it", lambda _: _NOT_WHOLE),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield _variables_of_mat(path)


def _variables_of_mat(path: Path) -> list[_Variable]:
    from scipy.io import whosmat

    with open(path, "rb") as file:
        return [
            _Variable(name, shape, kind, partial(_loaded, path, name, kind))
            for name, shape, kind in whosmat(file)
        ]


def _loaded(path: Path, name: str, kind: str) -> Block:
    from scipy.io import loadmat

    with open(path, "rb") as file:
        values = loadmat(file, variable_names=[name])[name]
    if kind == "cell":
        values = np.array([_word(cell) for cell in values.ravel()], dtype=object)
        return vector(name, np.dtype("U"), lambda begin, end: values[begin:end], values.shape[0])
    return _held(name, values.astype(bool) if kind == _TRUTH else values)


def _word(cell: Any) -> str | None:
    """The text in a cell; None where there is something else."""
    if isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size == 1:
        return str(cell.item())
    return None


def _held(name: str, values: NDArray[Any]) -> Block:
    if values.ndim == 2 and min(values.shape) > 1:
        return matrix(
            numbered(values.shape[1]), values.dtype, lambda b, e: values[b:e], values.shape[0]
        )
    # MATLAB fills up the lines of a char array with blanks.
    column = np.char.rstrip(values.ravel()) if values.dtype.kind == "U" else values.ravel()
    return vector(name, column.dtype, lambda begin, end: column[begin:end], column.shape[0])


def _variables_of_hdf5(file: h5py.File) -> list[_Variable]:
    """MATLAB's arrays run down the columns, those of HDF5 along the rows: shapes are reversed."""
    import h5py

    found = []
    for name in file:
        if isinstance(file.get(name, getlink=True), h5py.HardLink) and not name.startswith("#"):
            thing = file[name]
            kind = _class_of(thing)
            shape = thing.shape[::-1] if isinstance(thing, h5py.Dataset) and thing.shape else ()
            shape = shape[:1] if kind == "char" else shape
            found.append(_Variable(name, shape, kind, partial(_stored, thing, kind)))
    return found


def _class_of(thing: h5py.Group | h5py.Dataset) -> str:
    given = thing.attrs.get("MATLAB_class", b"struct")
    return given.decode("latin-1") if isinstance(given, bytes) else str(given)


def _stored(dataset: h5py.Dataset, kind: str) -> Block:
    name = dataset.name.removeprefix("/")
    if kind in _WORDS:
        words = _stored_words(dataset, kind)
        return vector(name, np.dtype("U"), lambda begin, end: words[begin:end], words.shape[0])
    dtype = np.dtype(bool) if kind == _TRUTH else dataset.dtype
    n_columns, n_rows = dataset.shape
    if min(dataset.shape) > 1:
        return matrix(
            numbered(n_columns), dtype, lambda b, e: dataset[:, b:e].T.astype(dtype), n_rows
        )
    column = dataset[()].ravel().astype(dtype)
    return vector(name, dtype, lambda begin, end: column[begin:end], column.shape[0])


def _stored_words(dataset: h5py.Dataset, kind: str) -> NDArray[Any]:
    """Text is stored as UTF-16 code units; a cell refers to where its own is."""
    words: list[str | None]
    if kind == "char":
        words = [_text(dataset[:, i]) for i in range(dataset.shape[1])]
    else:
        words = [_word_at(reference, dataset.file) for reference in dataset[()].ravel()]
    return np.array(words, dtype=object)


def _word_at(reference: h5py.Reference, file: h5py.File) -> str | None:
    """The text in a cell; None where it is empty or there is something else."""
    from h5py import h5a, h5d, h5r, h5s

    cell = h5r.dereference(reference, file.id)
    if not isinstance(cell, h5d.DatasetID) or cell.dtype != np.uint16:
        return None
    if h5a.exists(cell, b"MATLAB_empty") or math.prod(cell.shape) > _LONGEST_WORD:
        return None
    units = np.empty(cell.shape, np.uint16)
    cell.read(h5s.ALL, h5s.ALL, units)
    return _text(units.T.ravel())


def _text(units: NDArray[Any]) -> str:
    return units.astype("<u2").tobytes().decode("utf-16-le", "replace").rstrip()
