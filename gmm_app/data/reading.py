"""Reading data files: one registry of formats, one way in."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from gmm_app.data.batches import LookAgain, OpenFile, Wanted
from gmm_app.data.collecting import NumbersInMemory, Place, Progress, TooLarge, collect
from gmm_app.data.column_store import (
    ColumnStores,
    NumbersOnDisk,
    key_of,
    memory_to_fill,
    write_rest,
)
from gmm_app.data.condition.tokens import names_in
from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.recognition import FORMATS, format_of
from gmm_app.data.several_files import files_named, name_of, opened_as_one
from gmm_app.data.table import Table
from gmm_app.errors import DataError
from gmm_app.naming import some_names

_MOST_LOOKS = 4
_CHANGING = "The file changes while it is read: wait until it is complete, or copy it."

_T = TypeVar("_T")


WAYS_TO_OPEN: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (fmt.title, fmt.suffixes) for fmt in FORMATS
)


def read(
    path: str | Path,
    columns: Sequence[str] | None = None,
    *,
    missing: Missing = "keep",
    weights: str | None = None,
    known: str | None = None,
    where: str = "",
    transforms: Mapping[str, str] | str = "",
    options: ImportOptions = AS_FOUND,
) -> Dataset:
    """Read a data file.

    Parameters
    ----------
    path : of any format in `gmm_app.data.recognition`, where its content counts before its name; or
        a pattern such as ``run_*.parquet``, or several paths with | between: their files are read
        as one, with a column of words ``file``.
    columns : names of numeric columns; None for all of them, but for those of weights and known
        components.
    missing : what becomes of rows with missing values: "keep" them, with what they have, or "drop".
    weights : name of the column that says how many times each row counts; None: each once.
    known : name of the column of words or whole numbers that says which component each row is from,
        where it is not missing.
    where : condition that rows must fulfil, such as "CD4 > 200 and CD8 < 400".
    transforms : under which columns are to be fitted: {"CD4": "log", "CD8": "arcsinh:150"}, or one
        for all, "standardise", "log", "logit", "logit:0:100", "arcsinh" or "boxcox".
    options : how to read the file; what they do not say is found out.

    Raises
    ------
    DataError
        The file cannot be read, has no such numeric column, or has no row that can be used, or a
        column has values outside its transform's domain. The message says what to do.
    OptionError
        There is no such transform.
    """
    # One name given as text would otherwise be taken letter by letter.
    chosen = (columns,) if isinstance(columns, str) else columns
    table = read_table(path, columns_needed(chosen, weights, known, where), options)
    return table.dataset(
        chosen, missing=missing, weights=weights, known=known, where=where, transforms=transforms
    )


def columns_needed(
    columns: Sequence[str] | None, weights: str | None, known: str | None, where: str
) -> list[str] | None:
    """All columns that a choice has to do with, each once; None: all of the file.

    Raises
    ------
    ConditionError
        The condition has something in it that no condition has.
    """
    asked = names_in(where)
    if columns is None:
        return None
    named = (*columns, weights, known, *asked)
    return list(dict.fromkeys(name for name in named if name is not None))


def read_table(
    path: str | Path,
    columns: Sequence[str] | None = None,
    options: ImportOptions = AS_FOUND,
    *,
    cancelled: Callable[[], bool] | None = None,
    on_progress: Progress | None = None,
    stores: ColumnStores | None = None,
    memory: int | None = None,
) -> Table:
    """Read the columns of a data file.

    Parameters
    ----------
    path : as for `read`. What nothing marks as another format is read as delimited text.
    columns : read only these, where the file has them all; None for all columns.
    options : how to read the file; what they do not say is found out.
    cancelled : asked now and then, possibly from another thread, whether to stop.
    on_progress : called now and then with the share that has been read (None where that is not
        known) and the number of rows.
    stores : where numbers are kept that do not fit into memory; None: in the cache folder.
    memory : how many bytes of numbers fit into it; None: most of what is free.

    Raises
    ------
    DataError
        The file cannot be read or has no numeric column. The message says what to do.
    Cancelled
        It was asked to stop.
    """
    files = files_named(path)
    stores = ColumnStores() if stores is None else stores
    key = key_of(files, options, columns)
    table = None if options.storage == "memory" else stores.find(key)
    reading = _Reading(
        files,
        name_of(path, files),
        Wanted(columns, cancelled=cancelled),
        on_progress,
        stores,
        lambda: key_of(files, options, columns),
        memory_to_fill() if memory is None else memory,
    )
    if table is None:
        table = with_second_looks(reading.once, options)
    return table if options == AS_FOUND else replace(table, read_options={"options": options})


@dataclass(frozen=True)
class _Reading:
    """How a table is read, and where its numbers go.

    Attributes
    ----------
    files : of which it is read.
    source : what people call them.
    wanted : what is to be read.
    on_progress : as for `read_table`.
    stores : where numbers go that do not fit into memory.
    key : gives what stands for the files as they are now.
    memory : how many bytes of numbers fit into it.
    """

    files: Sequence[Path]
    source: str
    wanted: Wanted
    on_progress: Progress | None
    stores: ColumnStores
    key: Callable[[], str]
    memory: int

    def once(self, options: ImportOptions) -> Table:
        """Read it in one way."""
        if options.storage == "disk":
            return self._on_disk(options)
        limit = self.memory if options.storage == "auto" else None
        try:
            return self._table(options, partial(NumbersInMemory, most_bytes=limit))
        except (MemoryError, TooLarge) as error:
            if options.storage == "auto":
                raise LookAgain(replace(options, storage="disk")) from error
            raise DataError(
                f"The numbers of {self._name} do not fit into memory: let them be kept on disk, or "
                "choose fewer columns."
            ) from error

    def _on_disk(self, options: ImportOptions) -> Table:
        key = self.key()
        with self.stores.writing(key) as folder:
            write_rest(
                folder, self._table(options, partial(NumbersOnDisk, folder, options.precision))
            )
            if self.key() != key:
                raise DataError(_CHANGING)
        table = self.stores.find(key)
        if table is None:
            raise DataError(f"What was read of {self._name} was removed at once: read it again.")
        return table

    def _table(self, options: ImportOptions, place: Place) -> Table:
        with opened(self.files, options, self.wanted) as file:
            table = collect(file, self.source, self.wanted, self.on_progress, place)
        _check_numbers(self._name, table)
        return table

    @property
    def _name(self) -> str:
        return Path(self.source).name


def with_second_looks(read_once: Callable[[ImportOptions], _T], options: ImportOptions) -> _T:
    """What `read_once` gives; it is called again where late rows show a better way to read.

    Parameters
    ----------
    read_once : reads a file with the options it is given; may raise `LookAgain`.
    options : for the first time.

    Raises
    ------
    DataError
        The file has shown something else each time.
    """
    for _ in range(_MOST_LOOKS):
        try:
            return read_once(options)
        except LookAgain as again:
            options = again.options
    raise DataError(_CHANGING)


def opened(
    files: Sequence[Path], options: ImportOptions, wanted: Wanted
) -> AbstractContextManager[OpenFile]:
    """Open one file, or several as one.

    Parameters
    ----------
    files : their paths.
    options : how to read each.
    wanted : what is to be read of all of them together.

    Raises
    ------
    DataError, Cancelled
        As for `read_table`, also while the rows are read.
    LookAgain
        Late rows show that the file is to be read in another way.
    """

    def open_one(path: Path, wanted: Wanted) -> AbstractContextManager[OpenFile]:
        _check_file(path)
        return format_of(path).opened(path, options, wanted)

    return opened_as_one(files, open_one, wanted)


def parts_of(path: Path) -> tuple[str, ...]:
    """Names of the sheets, tables or data sets of a file; none where its format has no such.

    Raises
    ------
    DataError
        The file cannot be read.
    """
    _check_file(path)
    return format_of(path).parts(path)


def _check_numbers(name: str, table: Table) -> None:
    if not table.columns:
        has = some_names(table.other_columns) or "no column"
        raise DataError(
            f"{name} has no numeric column (it has {has}): choose a file with columns of numbers, "
            "or mend the cells that are not numbers."
        )
    if table.n_rows == 0:
        raise DataError(f"{name} has columns but no rows: choose a file with rows of numbers.")


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DataError(f"{path} is a folder: choose a data file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is not an ordinary file: save the data to a file first.")
        with open(path, "rb"):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"There is no file {path}: check the name and the folder.") from error
    except PermissionError as error:
        raise DataError(
            f"Reading {path} is not allowed: ask its owner for permission, or copy it to a "
            "folder of your own."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be opened ({reason}): check the name.") from error
    if status.st_size == 0:
        raise DataError(f"{path.name} is empty: choose a file with rows of numbers.")
