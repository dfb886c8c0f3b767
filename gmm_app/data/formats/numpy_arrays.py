"""NumPy's own files: NPY with one array, NPZ with several. Never with pickle, which runs code."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.formats.arrays import opened_columns
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

_AS_NUMBERS = "save it again as a plain array of numbers, (rows, columns)"


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of an NPY or NPZ file; see `gmm_app.data.reading`.

    An array of shape (n_rows, n_columns) gives columns x1, x2, ...; one of shape (n_rows,) gives
    one column; one with named fields gives these. An NPZ file holds one such two-dimensional
    array, or one-dimensional arrays of one length, which are columns under their own names.
    """
    try:
        if zipfile.is_zipfile(path):
            named = _columns_of_archive(path)
        else:
            # The size that a damaged header gives may overflow.
            with np.errstate(over="ignore"):
                array = np.lib.format.open_memmap(path, mode="r")
            named = _columns_of_array(path.name, array)
    except DataError:
        raise
    except MemoryError as error:
        raise DataError(_too_large(path)) from error
    except Exception as error:  # damaged content makes numpy and zipfile raise nearly anything
        raise DataError(_why_unreadable(path, error)) from error
    yield opened_columns(named, options, wanted)


def _why_unreadable(path: Path, error: Exception) -> str:
    if "Object arrays" in str(error) or "Python objects" in str(error):
        return f"{path.name} holds Python objects, which are never loaded: {_AS_NUMBERS}."
    if "encrypted" in str(error):
        return f"{path.name} is encrypted: save it again without a password."
    return (
        f"{path.name} is not a whole NumPy file: it was cut off or is of another kind. Copy or "
        "save it again."
    )


def _too_large(path: Path) -> str:
    return f"{path.name} does not fit into memory: save fewer rows or columns of it."


def _columns_of_array(name: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """One-dimensional views by column name."""
    if array.ndim not in (1, 2):
        raise DataError(f"{name} holds an array of shape {array.shape}: {_AS_NUMBERS}.")
    if array.dtype.names and array.ndim == 1:
        return {field: array[field] for field in array.dtype.names}
    if array.dtype.kind == "c":
        raise DataError(
            f"{name} holds complex numbers: save their real and imaginary parts as two columns."
        )
    if array.ndim == 1:
        return {"x1": array}
    return {f"x{j + 1}": array[:, j] for j in range(array.shape[1])}


def _arrays_of_archive(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays by name; a note or licence beside them is passed over."""
    loaded = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if member.endswith(".npy"):
                with archive.open(member) as file:
                    array = np.lib.format.read_array(file, allow_pickle=False)
                loaded[member.removesuffix(".npy")] = array
    if not loaded:
        raise DataError(f"{path.name} holds no NumPy array: {_AS_NUMBERS}.")
    return loaded


def _columns_of_archive(path: Path) -> dict[str, NDArray[Any]]:
    loaded = _arrays_of_archive(path)
    if len(loaded) == 1:
        return _columns_of_array(path.name, next(iter(loaded.values())))
    matrices = [name for name, array in loaded.items() if array.ndim == 2]
    if len(matrices) == 1:
        return _columns_of_array(path.name, loaded[matrices[0]])
    lengths = {array.shape for array in loaded.values()}
    if not matrices and len(lengths) == 1 and len(next(iter(lengths))) == 1:
        return loaded
    shapes = ", ".join(f"{name} {array.shape}" for name, array in loaded.items())
    raise DataError(
        f"{path.name} holds several arrays ({shapes}), and which to read is not clear: "
        "save the one to fit as an NPY file."
    )
