"""Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gmm_app.data.database import (
    connect,
    is_number_type,
    literal_path,
    matrix,
    reachable,
    stoppable,
)
from gmm_app.data.table import Table
from gmm_app.errors import DataError

# Without this, a folder named "a=1" would add a column "a".
_SOURCE = "read_parquet($path, hive_partitioning => false)"


def read(path: Path, columns: Sequence[str] | None, cancelled: Callable[[], bool] | None) -> Table:
    """The numeric columns of a Parquet file; see `gmm_app.data.reading.read_table`."""
    import duckdb

    try:
        with connect() as connection, reachable(path) as stored:
            parameters = {"path": literal_path(stored)}
            with stoppable(connection, cancelled):
                connection.execute(f"DESCRIBE SELECT * FROM {_SOURCE}", parameters)
                types = {str(row[0]): str(row[1]) for row in connection.fetchall()}
            numeric = [name for name, type_name in types.items() if is_number_type(type_name)]
            if not numeric:
                raise DataError(
                    f"{path.name} has no numeric column (it has {', '.join(types)}): choose a "
                    "file with columns of numbers."
                )
            chosen = numeric
            if columns and set(columns) <= set(numeric):
                chosen = [name for name in numeric if name in columns]
            values = matrix(connection, _SOURCE, parameters, chosen, cancelled)
    except duckdb.Error as error:
        raise DataError(
            f"{path.name} is not a whole Parquet file: it was cut off or is of another kind. "
            "Copy or export it again."
        ) from error
    if values.shape[1] == 0:
        raise DataError(f"{path.name} has columns but no rows: choose a file with rows.")
    others = tuple(name for name in types if name not in numeric)
    return Table(values, tuple(chosen), str(path), others)
