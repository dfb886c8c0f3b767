"""Reading data files: one registry of formats, one way in."""

from __future__ import annotations

import importlib
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.table import Table
from gmm_app.errors import DataError
from gmm_app.files import expanded


@dataclass(frozen=True)
class Format:
    """A kind of data file.

    Attributes
    ----------
    title : its name for people, as in a file dialog.
    suffixes : how names of such files end, in lower case.
    module : the module whose ``read(path, columns, cancelled) -> Table`` reads it, imported when
        it is first needed.
    """

    title: str
    suffixes: tuple[str, ...]
    module: str


_DELIMITED = Format(
    "delimited text",
    (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
    "gmm_app.data.delimited",
)

FORMATS: tuple[Format, ...] = (
    _DELIMITED,
    Format("Parquet", (".parquet", ".pq"), "gmm_app.data.parquet"),
    Format("NumPy arrays", (".npy", ".npz"), "gmm_app.data.numpy_arrays"),
)

WAYS_TO_OPEN: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (fmt.title, fmt.suffixes) for fmt in FORMATS
)


def read(
    path: str | Path,
    columns: Sequence[str] | None = None,
    *,
    missing: Missing = "keep",
    weights: str | None = None,
) -> Dataset:
    """Read a data file.

    Parameters
    ----------
    path : CSV, TSV or other delimited text (also .gz), Parquet, NPY or NPZ.
    columns : names of numeric columns; None for all of them, but for that of the weights.
    missing : what becomes of rows with missing values: "keep" them, with what they have, or "drop".
    weights : name of the column that says how many times each row counts; None: each once.

    Raises
    ------
    DataError
        The file cannot be read, has no such numeric column, or has no row that can be used. The
        message says what to do.
    """
    # One name given as text would otherwise be taken letter by letter.
    chosen = [columns] if isinstance(columns, str) else columns
    wanted = chosen if chosen is None or weights is None else [*chosen, weights]
    return read_table(path, wanted).dataset(chosen, missing=missing, weights=weights)


def read_table(
    path: str | Path,
    columns: Sequence[str] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """Read the numeric columns of a data file.

    Parameters
    ----------
    path : as for `read`. A name with an unknown ending is read as delimited text.
    columns : read only these, where the file has them all; None for all numeric columns.
    cancelled : asked now and then, possibly from another thread, whether to stop.

    Raises
    ------
    DataError
        The file cannot be read or has no numeric column. The message says what to do.
    Cancelled
        It was asked to stop.
    """
    path = expanded(path)
    _check_file(path)
    reader = importlib.import_module(format_of(path).module)
    table: Table = reader.read(path, columns, cancelled)
    return table


def format_of(path: Path) -> Format:
    """The format that the file's name speaks for; delimited text where it does not say."""
    name = path.name.lower()
    return next((fmt for fmt in FORMATS if name.endswith(fmt.suffixes)), _DELIMITED)


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
