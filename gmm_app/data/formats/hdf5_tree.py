"""What an HDF5 file holds that can be read as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.formats.arrays import Block, matrix, record, vector
from gmm_app.data.formats.parts import numbered

if TYPE_CHECKING:
    import h5py

_MOST_OBJECTS = 20_000
_LARGEST_CHUNK = 1 << 28
_NAMES = ("columns", "column_names", "names", "colnames", "Columns")
_USABLE = "iufbSUO"

Blocks = Callable[[], list[Block]]
"""Makes the columns of a table when they are needed."""


def tables_of(file: h5py.File) -> dict[str, Blocks]:
    """The tables of a file by their path.

    A table is a data set with two dimensions or named fields, a frame as pandas stores it, or all
    one-dimensional data sets of one length in a group. Links to other files are not followed.
    """
    tables: dict[str, Blocks] = {}
    for path, group in _groups(file):
        if _is_frame(group):
            tables[path] = partial(_frame, group)
            continue
        for name, dataset in _datasets(group):
            if dataset.ndim == 2 or (dataset.ndim == 1 and dataset.dtype.names):
                tables[_joined(path, name)] = partial(_table, dataset)
        tables.update(_tables_of_vectors(path, group))
    return tables


def _groups(file: h5py.File) -> Iterator[tuple[str, h5py.Group]]:
    """All groups with their paths, each once, whatever links lead to it."""
    import h5py

    seen: set[Any] = set()
    waiting: list[tuple[str, h5py.Group]] = [("/", file["/"])]
    while waiting and len(seen) < _MOST_OBJECTS:
        path, group = waiting.pop(0)
        place = h5py.h5o.get_info(group.id).addr
        if place in seen:
            continue
        seen.add(place)
        yield path, group
        waiting += [
            (_joined(path, name), thing)
            for name, thing in _members(group)
            if isinstance(thing, h5py.Group)
        ]


def _members(group: h5py.Group) -> Iterator[tuple[str, Any]]:
    import h5py

    for count, name in enumerate(group):
        if count == _MOST_OBJECTS:
            return
        if isinstance(group.get(name, getlink=True), h5py.HardLink):
            yield name, group[name]


def _datasets(group: h5py.Group) -> Iterator[tuple[str, h5py.Dataset]]:
    import h5py

    for name, thing in _members(group):
        # The values of some lie in other files.
        elsewhere = isinstance(thing, h5py.Dataset) and (thing.is_virtual or thing.external)
        if isinstance(thing, h5py.Dataset) and not elsewhere and _is_usable(thing):
            yield name, thing


def _is_usable(dataset: h5py.Dataset) -> bool:
    """Whether it has values, of a kind that can be read, in pieces that fit into memory."""
    if dataset.shape is None or not (dataset.dtype.names or dataset.dtype.base.kind in _USABLE):
        return False
    chunk = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    return chunk <= _LARGEST_CHUNK and dataset.dtype.itemsize <= _LARGEST_CHUNK


def _joined(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name}"


def _tables_of_vectors(path: str, group: h5py.Group) -> dict[str, Blocks]:
    """One table of all vectors if they are equally long, else a table of each."""
    vectors = {name: d for name, d in _datasets(group) if d.ndim == 1 and not d.dtype.names}
    if len(vectors) > 1 and len({dataset.shape for dataset in vectors.values()}) == 1:
        return {path: partial(_columns, group, vectors)}
    return {
        _joined(path, name): partial(_columns, dataset.parent, {name: dataset})
        for name, dataset in vectors.items()
    }


def _columns(group: h5py.Group, vectors: dict[str, h5py.Dataset]) -> list[Block]:
    """Vectors side by side, under the headings that the group gives if it has one for each."""
    given = (_names(group, len(vectors)) if len(vectors) > 1 else None) or list(vectors)
    by_heading = dict(zip((name.replace("/", "_") for name in given), given, strict=True))
    if by_heading.keys() == vectors.keys():
        return [_vector(by_heading[name], vectors[name]) for name in by_heading]
    return [_vector(name, dataset) for name, dataset in zip(given, vectors.values(), strict=True)]


def _vector(name: str, dataset: h5py.Dataset) -> Block:
    dtype, rows = _readable(dataset)
    return vector(name, dtype, rows, dataset.shape[0])


def _table(dataset: h5py.Dataset) -> list[Block]:
    dtype, rows = _readable(dataset)
    if dataset.dtype.names and dataset.ndim == 1:
        return [record(dtype, rows, dataset.shape[0])]
    names = _names(dataset, dataset.shape[1]) or numbered(dataset.shape[1])
    return [matrix(names, dtype, rows, dataset.shape[0])]


def _readable(dataset: h5py.Dataset) -> tuple[np.dtype[Any], Callable[[int, int], NDArray[Any]]]:
    """The type of the values as they are given, and how to get some rows of them."""
    import h5py

    if h5py.check_string_dtype(dataset.dtype) is None:
        return dataset.dtype, lambda begin, end: dataset[begin:end]
    strings = dataset.asstr(errors="replace")
    return np.dtype("U"), lambda begin, end: np.asarray(strings[begin:end], dtype=object)


def _names(thing: h5py.Group | h5py.Dataset, n_columns: int) -> list[str] | None:
    """The headings that an attribute gives, if there are as many."""
    for key in _NAMES:
        if key in thing.attrs:
            given = np.atleast_1d(np.asarray(thing.attrs[key], dtype=object))
            if given.shape == (n_columns,):
                return [_text(name) for name in given]
    return None


def _text(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _is_frame(group: h5py.Group) -> bool:
    """Whether pandas stored a data frame there, in its fixed format."""
    return {"axis0", "block0_items", "block0_values"} <= set(group)


def _frame(group: h5py.Group) -> list[Block]:
    members = dict(_datasets(group))
    blocks = []
    for key, values in members.items():
        items = members.get(key.replace("_values", "_items"))
        # Columns of text are stored as pickled objects, which are never loaded.
        if key.endswith("_values") and items is not None and values.ndim == 2:
            dtype, rows = _readable(values)
            names = [_text(name) for name in items[:]]
            blocks.append(matrix(names[: values.shape[1]], dtype, rows, values.shape[0]))
    return blocks
