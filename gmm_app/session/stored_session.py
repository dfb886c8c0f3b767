"""Reading session files: nothing in one is believed before it has been looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.errors import GmmError, SessionError
from gmm_app.files import expanded
from gmm_app.fitting.options import FitOptions
from gmm_app.session.archive import ArrayReader, damaged, open_archive
from gmm_app.session.data_reference import DataReference
from gmm_app.session.plain import from_plain
from gmm_app.session.session_file import FORMAT, TABLE_FORMAT, VERSION
from gmm_app.session.work import DocumentState, Work

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset
    from gmm_app.fitting.result import FitResult

    Kept = tuple[DataChoice, FitResult]


@dataclass(frozen=True, eq=False)
class StoredSession:
    """What a session file says.

    Attributes
    ----------
    file : the file.
    origin : where the data lie; None where they have no file.
    table : the data, None where they are to be read from `origin`.
    choice, options : as they were.
    results : by their choices; they have no rows yet.
    running : of the fit that ran, for the choice.
    view : what the window showed.
    path : the session file that the person has saved the work to; "" if there is none.
    embedded : the person wanted the data kept inside.
    unsaved : there was something that was not in that file.
    """

    file: Path
    origin: DataReference | None
    table: Table | None
    choice: DataChoice
    options: FitOptions
    results: tuple[Kept, ...]
    running: Kept | None
    view: dict[str, Any]
    path: str
    embedded: bool
    unsaved: bool

    def with_table(self, table: Table, origin: DataReference | None) -> tuple[Work, Dataset]:
        """The work that it is with these data, and the chosen rows of them.

        Raises
        ------
        SessionError
            It does not go together with the data.
        """
        rows: dict[DataChoice, Dataset] = {}
        kept = [*self.results, *filter(None, [self.running])]
        try:
            for choice in (self.choice, *(choice for choice, _ in kept)):
                if choice not in rows:
                    rows[choice] = choice.rows_of(table)
            results = {choice: _joined(result, rows[choice]) for choice, result in self.results}
            running = self.running and _joined(self.running[1], rows[self.choice])
        except (GmmError, ValueError, IndexError, RuntimeError) as error:
            raise damaged(self.file) from error
        state = DocumentState(self.choice, self.options, results)
        work = Work(
            table, origin, state, running, self.view, self.path, self.embedded, self.unsaved
        )
        return work, rows[self.choice]


def load_session(path: str | Path) -> StoredSession:
    """Read a session file, but for data that lie elsewhere.

    Raises
    ------
    SessionError
        There is no such file, or it is none that this program can read; the message says what to
        do.
    """
    path = expanded(path).absolute()
    try:
        with open_archive(path) as (text, arrays):
            _check_format(path, text, FORMAT)
            return _stored(path, text, arrays)
    except SessionError:
        raise
    except GmmError as error:  # options or mixtures that are none
        raise damaged(path) from error


def _stored(path: Path, text: dict[str, Any], arrays: ArrayReader) -> StoredSession:
    data, view = text["data"], text["view"]
    if not isinstance(data, dict) or not isinstance(view, dict):
        raise ValueError("no session")
    origin = from_plain(DataReference | None, data.get("origin"), arrays)
    table = _table(path, data, arrays)
    if origin is not None and table is not None:
        table = replace(table, read_options=origin.read_options)
    if origin is None and table is None:
        raise ValueError("no data")
    choice = from_plain(DataChoice, text["choice"], arrays)
    saved_as = from_plain(str | None, text["saved_as"], arrays)
    running = _kept([text["running"]] if text.get("running") else [], arrays)
    return StoredSession(
        file=path,
        origin=origin,
        table=table,
        choice=choice,
        options=from_plain(FitOptions, text["options"], arrays),
        results=_kept(text["results"], arrays),
        running=(choice, running[0][1]) if running else None,
        view=view,
        path=str(path) if saved_as is None else saved_as,
        embedded=from_plain(bool, text["embedded"], arrays),
        unsaved=from_plain(bool, text["unsaved"], arrays),
    )


def _kept(plain: Iterable[Any], arrays: ArrayReader) -> tuple[Kept, ...]:
    from gmm_app.fitting.result import FitResult

    return tuple(
        (
            from_plain(DataChoice, one["choice"], arrays),
            from_plain(FitResult, one["result"], arrays, dataset=None),
        )
        for one in plain
    )


def _table(path: Path, data: dict[str, Any], arrays: ArrayReader) -> Table | None:
    if "table" in data:
        return _checked(from_plain(Table, data["table"], arrays))
    if "beside" not in data:
        return None
    beside = path.parent / Path(str(data["beside"])).name
    with open_archive(beside) as (text, its_arrays):
        _check_format(beside, text, TABLE_FORMAT)
        return _checked(from_plain(Table, text["table"], its_arrays))


def _checked(table: Table) -> Table:
    names = (*table.columns, *table.other_columns)
    if table.values.ndim != 2 or table.values.shape[0] != len(table.columns):
        raise ValueError("columns without values")
    if len(set(names)) < len(names) or not table.columns or not table.n_rows:
        raise ValueError("an empty table")
    for label in table.labels:
        codes = label.codes
        if codes.shape != (table.n_rows,) or not ((codes >= -1) & (codes < len(label.words))).all():
            raise ValueError("words without rows")
    return table


def _joined(result: FitResult, rows: Dataset) -> FitResult:
    """The result with its rows; raises ValueError where they do not go together."""
    joined = replace(result, dataset=rows)
    n_starts = len(result.starts)
    whole = (
        result.mixture.columns == rows.columns
        and result.mixture.n_features == rows.n_features
        and 0 <= result.best_start < n_starts
        and all(start.history.ndim == 1 for start in result.starts)
        and result.history.size > 0
        and any(result.best_start in optimum.starts for optimum in result.optima)
        and all(optimum.mixture.n_features == rows.n_features for optimum in result.optima)
    )
    if not whole:
        raise ValueError("a result that does not go with its rows")
    # Found here, as at the end of a fit: the window must not wait for it.
    _ = joined.doubts
    return joined


def _check_format(path: Path, text: dict[str, Any], wanted: str) -> None:
    if text.get("format") != wanted:
        raise damaged(path)
    version = text.get("version")
    if type(version) is not int or version < 1:
        raise damaged(path)
    if version > VERSION:
        raise SessionError(
            f"{path.name} was saved by a newer program (session version {version}; this one reads "
            f"version {VERSION}): update this program."
        )


class Heading(NamedTuple):
    """What a session file says of itself, for a list.

    Attributes
    ----------
    name : of the work.
    written : seconds since 1970.
    n_results : how many fits it has.
    unsaved : it has something that was not saved elsewhere.
    """

    name: str
    written: float
    n_results: int
    unsaved: bool


def heading(path: Path) -> Heading:
    """Read no more of a session file than it says of itself.

    Raises
    ------
    SessionError
        It cannot be read.
    """
    with open_archive(path) as (text, arrays):
        _check_format(path, text, FORMAT)
        return Heading(
            from_plain(str, text["name"], arrays),
            from_plain(float, text["written"], arrays),
            len(text["results"]) + bool(text["running"]),
            from_plain(bool, text["unsaved"], arrays),
        )
