"""Opening a session file, as a job for the worker thread: its data may have moved or changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.errors import Cancelled, DataError
from gmm_app.session.data_reference import DataReference
from gmm_app.session.opening import OpenedSource, open_table
from gmm_app.session.stored_session import StoredSession, load_session
from gmm_app.session.work import DocumentState, Work

Asked = Callable[[], bool]


class DataQuestion(NamedTuple):
    """The data of a session are not what they were: a person must say how to go on.

    Attributes
    ----------
    session : the session.
    problem : one plain sentence.
    table : other data, which stand where its own were; None where nothing can be read.
    origin : where those were read.
    """

    session: StoredSession
    problem: str
    table: Table | None = None
    origin: DataReference | None = None


def open_session(path: str | Path, cancelled: Asked) -> OpenedSource | DataQuestion:
    """Read a session file and its data.

    Parameters
    ----------
    path : the file.
    cancelled : asked now and then whether to stop.

    Raises
    ------
    SessionError
        It cannot be read.
    Cancelled
        It was asked to stop.
    """
    session = load_session(path)
    if session.table is not None:
        # What is inside can be had from the file as well only as long as that is the same.
        still_there = session.origin is not None and session.origin.is_unchanged()
        return _opened(session, session.table, session.origin if still_there else None)
    assert session.origin is not None
    return _with_first_of(session, session.origin.candidates(session.file), cancelled)


def locate(session: StoredSession, path: str, cancelled: Asked) -> OpenedSource | DataQuestion:
    """Open a session with the data file that the person says is its own.

    Errors as for `open_session`.
    """
    return _with_first_of(session, [path], cancelled)


def without_results(question: DataQuestion) -> OpenedSource:
    """Open a session with other data than it had: its options, and its choice where that is
    possible.

    Raises
    ------
    DataError
        There is nothing in the data that could be fitted.
    """
    session = question.session
    assert question.table is not None
    try:
        dataset, choice = session.choice.rows_of(question.table), session.choice
        opened = OpenedSource(question.table, dataset, question.origin)
    except DataError:
        opened = open_table(question.table, question.origin)
        choice = DataChoice(opened.dataset.columns)
    state = DocumentState(choice, session.options)
    work = Work(
        question.table, question.origin, state, view=session.view, path=session.path, unsaved=True
    )
    return opened._replace(work=work)


def _with_first_of(
    session: StoredSession, paths: list[str], cancelled: Asked
) -> OpenedSource | DataQuestion:
    """With the first of these files that has the session's data."""
    question: DataQuestion | None = None
    for path in paths:
        found = _with_file(session, path, cancelled)
        if isinstance(found, OpenedSource):
            return found
        # A file with other data says more than one that is not there.
        if question is None or (question.table is None and found.table is not None):
            question = found
    assert question is not None
    return question


def _with_file(session: StoredSession, path: str, cancelled: Asked) -> OpenedSource | DataQuestion:
    assert session.origin is not None
    origin = DataReference.of(path, session.origin.options)
    try:
        table = origin.read(path, cancelled)
    except Cancelled:
        raise
    except DataError as error:
        return DataQuestion(session, str(error))
    if table.digest == session.origin.digest:
        return _opened(session, table, origin)
    was, now = session.origin.description(), origin.description()
    problem = f"{Path(path).name} has changed since the session was saved (then {was}; now {now})."
    return DataQuestion(session, problem, table, origin)


def _opened(session: StoredSession, table: Table, origin: DataReference | None) -> OpenedSource:
    work, dataset = session.with_table(table, origin)
    return OpenedSource(table, dataset, origin, work)
