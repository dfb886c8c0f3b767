"""A private DuckDB: how files are queried, how a query is stopped, how its numbers come out."""

from __future__ import annotations

import contextlib
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import Cancelled, DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Asked = Callable[[], bool]

# Rows handed to numpy at a time: DuckDB holds the interpreter's lock for a few milliseconds per
# block, so that a window in another thread stays live.
BLOCK = 1 << 16
_ASK_EVERY = 0.05

_NUMBERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("FLOAT", "DOUBLE"),
}


def connect() -> DuckDBPyConnection:
    """A database in memory that fetches nothing from the network and spills nothing to disk."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "temp_directory": "",
        },
    )


@contextlib.contextmanager
def stoppable(connection: DuckDBPyConnection, cancelled: Asked | None) -> Iterator[None]:
    """Within the block, a query ends soon after `cancelled()` becomes true.

    Raises
    ------
    Cancelled
        It was asked to stop.
    """
    import duckdb

    if cancelled is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        # An interrupt that falls between two queries is lost, so it is repeated to the end.
        while not done.wait(_ASK_EVERY):
            if cancelled():
                connection.interrupt()

    watcher = threading.Thread(target=watch, name="stop-watch", daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise Cancelled from error
    finally:
        done.set()
        watcher.join()


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[Path]:
    """The path, or a temporary link where its name is not UTF-8, which DuckDB cannot open.

    Raises
    ------
    DataError
        No link can be made.
    """
    absolute = path.absolute()
    if _is_utf8(str(absolute)):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="gmm-") as folder:
        # The ending stays, since it tells gzip from plain text.
        link = Path(folder) / re.sub(r"[^\w.]", "_", path.name, flags=re.ASCII)
        try:
            link.symlink_to(absolute)
        except OSError as error:
            raise DataError(f"{path} has a name that is not UTF-8: rename it.") from error
        yield link


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal_path(path: Path) -> str:
    """The absolute path with glob characters escaped: DuckDB would take them for a pattern."""
    return "".join(f"[{c}]" if c in "*?[]" else c for c in str(path.absolute()))


def is_number_type(type_name: str) -> bool:
    """Whether a DuckDB type is a number (not a truth value, date or text)."""
    return type_name in _NUMBERS or type_name.startswith("DECIMAL")


def matrix(
    connection: DuckDBPyConnection,
    source: str,
    parameters: dict[str, Any],
    columns: Sequence[str],
    cancelled: Asked | None,
) -> NDArray[np.float64]:
    """Columns of an SQL source as numbers; missing values are NaN.

    Parameters
    ----------
    source : a table function call such as ``read_parquet($path)``.
    parameters : its parameters by name.
    columns : which columns, one at least.
    cancelled : asked now and then whether to stop.

    Returns
    -------
    values : (n_columns, n_rows) float64, C order.

    Raises
    ------
    DataError
        The numbers do not fit into memory.
    Cancelled
        It was asked to stop.
    duckdb.Error
        The source cannot be read.
    """
    import duckdb

    fields = ", ".join(
        f"coalesce(CAST({quoted(name)} AS DOUBLE), CAST('nan' AS DOUBLE)) AS c{i}"
        for i, name in enumerate(columns)
    )
    try:
        with stoppable(connection, cancelled):
            # DuckDB reads with all cores and without the interpreter's lock; numpy then takes
            # the rows block by block.
            statement = f"CREATE OR REPLACE TEMP TABLE numbers AS SELECT {fields} FROM {source}"
            connection.execute(statement, parameters)
            return _taken(connection, len(columns), cancelled)
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        raise DataError(
            f"{len(columns)} columns do not fit into memory: choose fewer columns, or a part of "
            "the rows."
        ) from error


def _taken(
    connection: DuckDBPyConnection, n_columns: int, cancelled: Asked | None
) -> NDArray[np.float64]:
    counted = connection.execute("SELECT count(*) FROM numbers").fetchone()
    n_rows = int(counted[0]) if counted else 0
    values = np.empty((n_columns, n_rows))
    for begin in range(0, n_rows, BLOCK):
        if cancelled is not None and cancelled():
            raise Cancelled
        block = connection.execute(
            "SELECT * FROM numbers WHERE rowid >= $begin AND rowid < $end ORDER BY rowid",
            {"begin": begin, "end": begin + BLOCK},
        ).fetchnumpy()
        for i in range(n_columns):
            values[i, begin : begin + BLOCK] = block[f"c{i}"]
    return values
