"""Several files of like columns, opened as one."""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.errors import DataError
from gmm_app.files import expanded

if TYPE_CHECKING:
    import pyarrow as pa

Open = Callable[[Path, Wanted], AbstractContextManager[OpenFile]]

FILE_COLUMN = "file"
"""Name of the column of words that says which file a row is from."""


BETWEEN_PATHS = "|"
"""Stands between paths that are opened together; hardly any file has it in its name."""


def files_named(path: str | Path) -> tuple[Path, ...]:
    """The files that a path names, or a pattern such as ``run_*.parquet``, by name and number.

    A file that has the very name is meant before any pattern is. Several paths or patterns with |
    between them name the files of each.

    Raises
    ------
    DataError
        No file is like the pattern.
    """
    path = expanded(path)
    if _exists(path):
        return (path,)
    several = [part.strip() for part in str(path).split(BETWEEN_PATHS)]
    found = [file for part in several if part for file in _files_like(expanded(part))]
    return tuple(dict.fromkeys(found)) or (path,)


def name_of(path: str | Path, files: Sequence[Path]) -> str:
    """Where rows come from, for people: the file, the pattern, or one file and how many more."""
    if len(files) == 1:
        return str(files[0])
    if BETWEEN_PATHS in str(path):
        return f"{files[0]} and {len(files) - 1} more"
    return str(expanded(path))


def _files_like(path: Path) -> tuple[Path, ...]:
    text = str(path)
    if not glob.has_magic(text) or _exists(path):
        return (path,)
    found = sorted((Path(name) for name in glob.glob(text)), key=_natural)
    files = tuple(file for file in found if not file.is_dir())
    if not files:
        raise DataError(f"No file is like {path}: check the pattern and the folder.")
    return files


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _natural(path: Path) -> tuple[tuple[int, str], ...]:
    """Sorts run_2 before run_10."""
    parts = re.split(r"(\d+)", str(path))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


@contextmanager
def opened_as_one(paths: Sequence[Path], open_one: Open, wanted: Wanted) -> Iterator[OpenFile]:
    """One file as it is; of several the rows of one after the other.

    All have the columns of the first, in any order; a column of words says which file each row is
    from.

    Parameters
    ----------
    paths : of the files.
    open_one : opens one of them.
    wanted : what is to be read of all of them together.

    Raises
    ------
    DataError
        A file lacks a column, or has one of another kind.
    """
    with open_one(paths[0], wanted) as first:
        if len(paths) == 1:
            yield first
            return
        columns = (*first.columns, _file_column(first.columns))
        batches = _chained(paths, first, columns, open_one, wanted)
        # How far the first file has been read says nothing of the others.
        yield replace(first, columns=columns, batches=batches, n_rows=None, share=lambda: None)


def _file_column(columns: Sequence[Column]) -> Column:
    name, taken = FILE_COLUMN, {column.name for column in columns}
    while name in taken:
        name += "_"
    return Column(name, Kind.TEXT)


def _chained(
    paths: Sequence[Path],
    first: OpenFile,
    columns: Sequence[Column],
    open_one: Open,
    wanted: Wanted,
) -> Iterator[pa.RecordBatch]:
    own = columns[:-1]
    left = wanted.limit
    called, *others = _told_apart(paths)
    for batch in first.batches:
        left = None if left is None else left - batch.num_rows
        yield _named(batch, range(len(own)), columns, called)
    names = [column.name for column in own]
    for path, called in zip(paths[1:], others, strict=True):
        if left == 0:
            return
        with open_one(path, replace(wanted, columns=names, limit=left)) as file:
            places = _places(file.columns, own, path, paths[0])
            for batch in file.batches:
                left = None if left is None else left - batch.num_rows
                yield _named(batch, places, columns, called)
        first.rejected.add_all(file.rejected, called)


def _told_apart(paths: Sequence[Path]) -> list[str]:
    """The files' names; with the folders in which they differ, where two have the same name."""
    names = [path.name for path in paths]
    if len(set(names)) == len(names):
        return names
    whole = [path.absolute() for path in paths]
    with contextlib.suppress(ValueError):  # on several drives
        folder = os.path.commonpath([path.parent for path in whole])
        return [path.relative_to(folder).as_posix() for path in whole]
    return [str(path) for path in whole]


def _places(
    found: Sequence[Column], wanted: Sequence[Column], path: Path, first: Path
) -> list[int]:
    kinds = {column.name: (i, column.kind) for i, column in enumerate(found)}
    for column in wanted:
        if column.name not in kinds:
            raise DataError(
                f"{path.name} has no column '{column.name}', which {first.name} has: open only "
                "files with the same columns together."
            )
        if kinds[column.name][1] is not column.kind:
            raise DataError(
                f"Column '{column.name}' is {_words(column.kind)} in {first.name} and "
                f"{_words(kinds[column.name][1])} in {path.name}: mend the values that differ, or "
                "open the files one by one."
            )
    return [kinds[column.name][0] for column in wanted]


def _words(kind: Kind) -> str:
    return "of numbers" if kind is Kind.NUMBER else f"of kind {kind}"


def _named(
    batch: pa.RecordBatch, places: Sequence[int], columns: Sequence[Column], name: str
) -> pa.RecordBatch:
    import pyarrow as pa

    file = pa.DictionaryArray.from_arrays(
        pa.array([0] * batch.num_rows, pa.int32()), pa.array([name])
    )
    arrays = [*(batch.column(i) for i in places), file]
    return pa.RecordBatch.from_arrays(arrays, [column.name for column in columns])
