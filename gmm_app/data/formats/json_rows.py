"""JSON: one object per line (NDJSON), an array of objects or of arrays, or an object of arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.database import (
    connect,
    kind_of,
    literal_path,
    quoted,
    reachable,
    rows_of,
    stoppable,
)
from gmm_app.data.formats.parts import numbered
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.packing import packing
from gmm_app.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SOURCE = "read_json($path, compression => $compression, sample_size => $sample)"
_PREVIEW_SAMPLE, _ALL_ROWS = 20_000, -1


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a JSON file, plain or packed; see `gmm_app.data.reading`.

    The columns are the keys of all objects; an object that lacks one has a missing value there.
    Arrays of numbers give columns x1, x2, ...
    """
    import duckdb

    try:
        with connect() as connection, reachable(path) as stored:
            parameters = {
                "path": literal_path(stored),
                "compression": packing(path),
                # A key that first comes late in the file is seen only if all of it is looked at.
                "sample": _ALL_ROWS if wanted.limit is None else _PREVIEW_SAMPLE,
            }
            with stoppable(connection, wanted.cancelled):
                fields = _fields(path.name, connection, parameters)
            columns = [Column(name, kind) for name, (kind, _) in fields.items()]
            chosen = wanted.among(columns)
            selected = ", ".join(f"{fields[c.name][1]} AS {quoted(c.name)}" for c in chosen)
            query = f"SELECT {selected} FROM {_SOURCE}"
            with rows_of(connection, query, parameters, wanted) as batches:
                yield OpenFile(chosen, batches, options=options)
    except duckdb.Error as error:
        raise DataError(_why_unreadable(path.name, str(error))) from error


def _fields(
    name: str, connection: DuckDBPyConnection, parameters: dict[str, Any]
) -> dict[str, tuple[Kind, str]]:
    """By column name, what its values are and how to ask for them."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {_SOURCE}", parameters).fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    if not all(type_name.endswith("[]") for type_name in types.values()):
        return {key: _field(quoted(key), type_name) for key, type_name in types.items()}
    lengths = ", ".join(f"min(len({quoted(key)})), max(len({quoted(key)}))" for key in types)
    ((n_rows, *found),) = connection.execute(
        f"SELECT count(*), {lengths} FROM {_SOURCE}", parameters
    ).fetchall()
    if list(types) == ["json"]:
        return _across(name, types["json"], found)
    return _along(name, types, found) if n_rows == 1 else _as_they_are(types)


def _field(expression: str, type_name: str) -> tuple[Kind, str]:
    if type_name == "JSON":
        return Kind.TEXT, f"json_extract_string({expression}, '$')"
    return kind_of(type_name), expression


def _as_they_are(types: dict[str, str]) -> dict[str, tuple[Kind, str]]:
    return {key: (Kind.OTHER, quoted(key)) for key in types}


def _across(name: str, type_name: str, lengths: list[int | None]) -> dict[str, tuple[Kind, str]]:
    """Of arrays that are rows."""
    shortest, longest = (length or 0 for length in lengths)
    if shortest != longest:
        raise DataError(
            f"The rows of {name} have {shortest:,} to {longest:,} values: save rows of one length."
        )
    element = type_name.removesuffix("[]")
    return {x: _field(f"json[{j}]", element) for j, x in enumerate(numbered(longest), 1)}


def _along(
    name: str, types: dict[str, str], lengths: list[int | None]
) -> dict[str, tuple[Kind, str]]:
    """Of arrays that are columns."""
    if len(set(lengths)) > 1:
        named = ", ".join(
            f"{key} {length or 0:,}" for key, length in zip(types, lengths[::2], strict=True)
        )
        raise DataError(
            f"The arrays of {name} differ in length ({named}): save one length for all."
        )
    return {
        key: _field(f"unnest({quoted(key)})", type_name.removesuffix("[]"))
        for key, type_name in types.items()
    }


def _why_unreadable(name: str, complaint: str) -> str:
    place = re.search(r"in (?:line|record/value) (\d+)", complaint)
    if "maximum_object_size" in complaint:
        return (
            f"{name} has an object of more than 16 MB: save it with one object for each row, as "
            "NDJSON."
        )
    where = f"Record {int(place[1]):,} of {name}" if place else name
    return (
        f"{where} is not JSON with rows of values: it was cut off or is of another kind. Save it "
        "again, as one object for each row."
    )
