"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gmm_app.data.batches import Column, OpenFile, Wanted
from gmm_app.data.database import connect, kind_of, literal_path, quoted, reachable, rows_of
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

# Without this, a folder named "a=1" would add a column "a".
_SOURCE = "read_parquet($path, hive_partitioning => false)"


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a Parquet file; see `gmm_app.data.reading`."""
    import duckdb

    try:
        with connect() as connection, reachable(path) as stored:
            parameters = {"path": literal_path(stored)}
            described = connection.execute(f"DESCRIBE SELECT * FROM {_SOURCE}", parameters)
            columns = [Column(row[0], kind_of(str(row[1]))) for row in described.fetchall()]
            chosen = wanted.among(columns)
            fields = ", ".join(quoted(column.name) for column in chosen)
            query = f"SELECT {fields} FROM {_SOURCE}"
            with rows_of(connection, query, parameters, wanted) as batches:
                yield OpenFile(chosen, batches, options=options)
    except duckdb.Error as error:
        raise DataError(
            f"{path.name} is not a whole Parquet file: it was cut off or is of another kind. "
            "Copy or export it again."
        ) from error
