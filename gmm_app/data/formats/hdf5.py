"""HDF5 files, and in them what pandas stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.formats.arrays import Block, columns_of, opened_blocks
from gmm_app.data.formats.hdf5_tree import tables_of
from gmm_app.data.formats.parts import chosen_part
from gmm_app.data.formats.unpacking import check_unpacked
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError, GmmError

if TYPE_CHECKING:
    import h5py

_CACHE_BYTES = 1 << 26


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a table in the file; see `gmm_app.data.reading`.

    What counts as a table is said in `tables_of`. Columns are named by an attribute "columns" of
    the data set or its group, if it has one; those of a data set with two dimensions are x1, x2,
    ... otherwise.
    """
    with opened_hdf5(path) as file:
        tables = tables_of(file)
        part = chosen_part(
            path.name, list(tables), options, lambda name: columns_of(tables[name]())
        )
        blocks = tables[part]()
        check_claims(path, blocks)
        yield opened_blocks(blocks, replace(options, part=part), wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The paths of the tables in the file."""
    with opened_hdf5(path) as file:
        return tuple(tables_of(file))


def check_claims(path: Path, blocks: Sequence[Block]) -> None:
    """Refuse tables whose rows, as they claim to be, were never written.

    Raises
    ------
    DataError
        They are far larger than the file.
    """
    claimed = sum(block.n_rows * block.row_bytes for block in blocks)
    check_unpacked(path.name, path.stat().st_size, claimed)


@contextmanager
def opened_hdf5(path: Path) -> Iterator[h5py.File]:
    """The file, open for reading; what HDF5 complains of within the block becomes a sentence.

    Raises
    ------
    DataError
        It cannot be read.
    """
    import h5py

    # Filters from elsewhere would be programs that a data file can start.
    while h5py.h5pl.size():
        h5py.h5pl.remove(0)
    try:
        with h5py.File(path, "r", locking="best-effort", rdcc_nbytes=_CACHE_BYTES) as file:
            yield file
    except GmmError:
        raise
    except MemoryError as error:
        raise DataError(f"{path.name} does not fit into memory: save a part of it.") from error
    except Exception as error:  # damaged content makes h5py raise nearly anything
        raise DataError(_why_unreadable(path.name, str(error))) from error


def _why_unreadable(name: str, complaint: str) -> str:
    if "unable to lock" in complaint or "already open for write" in complaint:
        return f"{name} is being written by another program: close it there first."
    if "filter" in complaint and "not available" in complaint:
        return (
            f"{name} is packed in a way that cannot be read here: save it again without "
            "compression, or with gzip."
        )
    return (
        f"{name} is not a whole HDF5 file: it was cut off, is damaged or is of another kind. Copy "
        "or save it again."
    )
