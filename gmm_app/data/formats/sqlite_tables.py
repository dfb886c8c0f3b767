"""SQLite files: their tables and views."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.database import quoted
from gmm_app.data.formats.cells import as_arrow, in_batches, is_missing, is_number
from gmm_app.data.formats.parts import chosen_part, distinct
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_ASK_EVERY = 20_000
"""SQLite's instructions between two questions whether to stop: some milliseconds."""

_PARTS = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    r"AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid"
)
_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.TEXT, Kind.OTHER)
"""By the rank that `_rank` gives: all missing, numbers, text among them, bytes among them."""

_WAL_MODE = 2


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a table or view; see `gmm_app.data.reading`.

    In SQLite each cell has a type of its own: a column is of numbers if all its cells are numbers,
    text that is one, or missing.
    """
    with _connected(path, wanted) as connection:
        part = chosen_part(
            path.name, _parts(connection), options, lambda name: _columns(connection, name, wanted)
        )
        columns = _columns(connection, part, wanted)
        chosen = wanted.among(columns)
        batches = _batches(connection, part, columns, chosen, wanted)
        yield OpenFile(chosen, batches, options=replace(options, part=part))


def parts(path: Path) -> tuple[str, ...]:
    """The tables and views of the file, in the order in which they were made."""
    with _connected(path, Wanted()) as connection:
        return tuple(_parts(connection))


@contextmanager
def _connected(path: Path, wanted: Wanted) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(_address(path), uri=True, timeout=1.0)) as connection:
            connection.text_factory = lambda content: content.decode("utf-8", "replace")
            connection.set_progress_handler(lambda: _asked_to_stop(wanted), _ASK_EVERY)
            connection.create_function("rank_of_text", 1, _rank_of_text, deterministic=True)
            # What SQLite advises for files of others.
            for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
                connection.execute(f"PRAGMA {setting}")
            yield connection
    except (sqlite3.Error, UnicodeError) as error:  # names and complaints may not be UTF-8
        wanted.ask()
        raise DataError(_why_unreadable(path.name, str(error))) from error


def _asked_to_stop(wanted: Wanted) -> bool:
    return wanted.cancelled is not None and wanted.cancelled()


def _address(path: Path) -> str:
    with open(path, "rb") as file:
        mode = file.read(20)[18:19]
    # Opening a file in write-ahead mode makes neighbours, unless it is said that nobody writes.
    quiet = mode == bytes([_WAL_MODE]) and not _has_log(path)
    place = quote(os.fsencode(path.absolute()))
    return f"file:{place}?mode=ro{'&immutable=1' if quiet else ''}"


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _rank_of_text(word: str) -> int:
    if is_missing(word):
        return 0
    return 1 if is_number(word) else 2


def _parts(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_PARTS)]


def _columns(connection: sqlite3.Connection, part: str, wanted: Wanted) -> list[Column]:
    stored = _stored_names(connection, part)
    ranks = ", ".join(
        f"max(CASE typeof({c}) WHEN 'null' THEN 0 WHEN 'text' THEN rank_of_text({c}) "
        f"WHEN 'blob' THEN 3 ELSE 1 END)"
        for c in map(quoted, stored)
    )
    limit = -1 if wanted.limit is None else wanted.limit
    query = f"SELECT {ranks} FROM (SELECT * FROM {quoted(part)} LIMIT ?)"
    found = connection.execute(query, [limit]).fetchone()
    return [
        Column(name, _KINDS[rank or 0]) for name, rank in zip(distinct(stored), found, strict=True)
    ]


def _stored_names(connection: sqlite3.Connection, part: str) -> list[str]:
    described = connection.execute(f"SELECT * FROM {quoted(part)} LIMIT 0").description
    return [column[0] for column in described]


def _batches(
    connection: sqlite3.Connection,
    part: str,
    columns: list[Column],
    chosen: tuple[Column, ...],
    wanted: Wanted,
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    stored = dict(zip(columns, _stored_names(connection, part), strict=True))
    fields = ", ".join("NULL" if c.kind is Kind.OTHER else quoted(stored[c]) for c in chosen)
    limit = -1 if wanted.limit is None else wanted.limit
    rows = connection.execute(f"SELECT {fields} FROM {quoted(part)} LIMIT ?", [limit])
    for found in in_batches(rows, len(chosen)):
        wanted.ask()
        values = [
            as_arrow(cells, column.kind)
            for cells, column in zip(zip(*found, strict=True), chosen, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(values, [column.name for column in chosen])


def _why_unreadable(name: str, complaint: str) -> str:
    if "locked" in complaint or "readonly" in complaint:
        return f"{name} is being written by another program: close it there first."
    if "no such" in complaint:
        return f"A view of {name} no longer works ({complaint}): choose another table."
    return (
        f"{name} cannot be read as an SQLite file: it was cut off, is damaged or encrypted, or is "
        "of another kind. Copy it again."
    )
