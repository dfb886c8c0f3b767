"""DuckDB's own files: their tables and views."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.batches import Column, OpenFile, Wanted
from gmm_app.data.database import connect, kind_of, quoted, reachable, rows_of, stoppable
from gmm_app.data.formats.parts import chosen_part
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLES = (
    "SELECT schema_name, table_name AS name, table_oid AS number FROM duckdb_tables() "
    "WHERE database_name = 'stored' AND NOT internal"
)
_VIEWS = (
    "SELECT schema_name, view_name, view_oid FROM duckdb_views() "
    "WHERE database_name = 'stored' AND NOT internal"
)


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a table or view; see `gmm_app.data.reading`.

    The file is opened for reading only, and a view in it can reach no other file.
    """
    with _attached(path) as connection, stoppable(connection, wanted.cancelled):
        tables = _tables(connection)
        part = chosen_part(
            path.name, list(tables), options, lambda name: _columns(connection, tables[name])
        )
        chosen = wanted.among(_columns(connection, tables[part]))
        fields = ", ".join(quoted(column.name) for column in chosen)
        with rows_of(connection, f"SELECT {fields} FROM {tables[part]}", {}, wanted) as batches:
            yield OpenFile(chosen, batches, options=replace(options, part=part))


def parts(path: Path) -> tuple[str, ...]:
    """The tables and views of the file; those outside the main schema with its name before."""
    with _attached(path) as connection:
        return tuple(_tables(connection))


@contextmanager
def _attached(path: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    try:
        with connect() as connection, reachable(path) as stored:
            place = str(stored.absolute()).replace("'", "''")
            connection.execute(f"ATTACH '{place}' AS stored (READ_ONLY)")
            connection.execute("SET enable_external_access = false")
            yield connection
    except duckdb.Error as error:
        raise DataError(_why_unreadable(path.name, str(error))) from error


def _tables(connection: DuckDBPyConnection) -> dict[str, str]:
    """How to ask for each table and view, by the name that people see."""
    rows = connection.execute(f"{_TABLES} UNION ALL {_VIEWS} ORDER BY number").fetchall()
    return {
        name if schema == "main" else f"{schema}.{name}": f"stored.{quoted(schema)}.{quoted(name)}"
        for schema, name, _ in rows
    }


def _columns(connection: DuckDBPyConnection, table: str) -> list[Column]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    return [Column(str(row[0]), kind_of(str(row[1]))) for row in described]


def _why_unreadable(name: str, complaint: str) -> str:
    if "Could not set lock" in complaint:
        return f"{name} is being written by another program: close it there first."
    if "version number" in complaint:
        return (
            f"{name} was written by another version of DuckDB than this program can read: export "
            "the table there as Parquet."
        )
    if "Permission Error" in complaint:
        return (
            f"A view of {name} reads another file, which is not allowed here: export its rows as "
            "Parquet."
        )
    if "encrypt" in complaint:
        return f"{name} is encrypted: export the table as Parquet."
    return (
        f"{name} cannot be read as a DuckDB file: it was cut off, is damaged or is of another "
        "kind. Copy it again, or export the table as Parquet."
    )
