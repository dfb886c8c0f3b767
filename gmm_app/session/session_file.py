"""Writing session files (.gmm): the work of a person in one file, to go on with another time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.files import atomic_write, expanded
from gmm_app.session.archive import ArrayWriter, write_archive
from gmm_app.session.plain import to_plain
from gmm_app.session.work import Work

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult

SUFFIX = ".gmm"
FORMAT, VERSION = "gmm-app-session", 1
TABLE_FORMAT = "gmm-app-table"


def is_session(path: str | Path) -> bool:
    """Whether a file's name says that it is a session."""
    return str(path).lower().endswith(SUFFIX)


def save_session(work: Work, path: str | Path) -> None:
    """Write a session file, with the data inside if that is wanted or they have no file.

    Raises
    ------
    ExportError
        The file cannot be written there.
    """
    target = expanded(path).absolute()
    arrays = ArrayWriter()
    data = {"table": table_to_plain(work.table, arrays)} if work.keeps_data else {}
    write_session(work, target, data, arrays, autosaved=False)


def write_session(
    work: Work, target: Path, data: dict[str, Any], arrays: ArrayWriter, *, autosaved: bool
) -> None:
    """Write a session file whose data are told as `data` says.

    Parameters
    ----------
    work : all that is kept.
    target : an absolute path.
    data : {"table": ...} with the table's arrays in `arrays`, {"beside": file name}, or {} where
        the work's own reference is enough.
    arrays : takes the arrays.
    autosaved : it is not the file to which the person saved the work.
    """
    origin = work.origin and work.origin.written_beside(target, work.table)
    text = {
        "format": FORMAT,
        "version": VERSION,
        "written_by": _written_by(),
        "written": round(time.time(), 3),
        "name": work.name if autosaved else target.name,
        "saved_as": work.path if autosaved else None,
        "unsaved": work.unsaved and autosaved,
        "embedded": work.embedded,
        "data": {"origin": to_plain(origin, arrays), **data},
        "choice": to_plain(work.state.choice, arrays),
        "options": to_plain(work.state.options, arrays),
        "results": [
            _result_to_plain(choice, result, arrays)
            for choice, result in work.state.results.items()
        ],
        "running": work.running and _result_to_plain(work.state.choice, work.running, arrays),
        "view": work.view,
    }
    with atomic_write(target) as file:
        write_archive(file, text, arrays)


def table_to_plain(table: Table, arrays: ArrayWriter) -> Any:
    """A table as JSON has it; how it was read stands in the reference to its file."""
    return to_plain(table, arrays, without=("read_options",))


def write_table(table: Table, target: Path) -> None:
    """Write a table alone, for sessions beside it that are written often.

    Raises
    ------
    ExportError
        The file cannot be written there.
    """
    arrays = ArrayWriter()
    text = {"format": TABLE_FORMAT, "version": VERSION, "table": table_to_plain(table, arrays)}
    with atomic_write(target) as file:
        write_archive(file, text, arrays)


def _result_to_plain(choice: DataChoice, result: FitResult, arrays: ArrayWriter) -> dict[str, Any]:
    return {
        "choice": to_plain(choice, arrays),
        # The rows follow from the choice.
        "result": to_plain(result, arrays, without=("dataset",)),
    }


def _written_by() -> str:
    from gmm_app import __version__

    return f"GMM Studio {__version__}"
