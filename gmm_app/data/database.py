"""A private DuckDB: how files are queried, how a query is stopped, how its numbers come out."""

from __future__ import annotations

import contextlib
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.batches import Kind, Wanted, batch_rows
from gmm_app.errors import Cancelled, DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

Asked = Callable[[], bool]

_ASK_EVERY = 0.02

_NUMBERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("FLOAT", "DOUBLE"),
}


def connect() -> DuckDBPyConnection:
    """A database in memory that fetches nothing from the network and spills nothing to disk."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "temp_directory": "",
        },
    )
    # Without a bar, though it is never drawn, nobody can ask a query how far it is.
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    return connection


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


@contextlib.contextmanager
def rows_of(
    connection: DuckDBPyConnection, query: str, parameters: dict[str, Any], wanted: Wanted
) -> Iterator[Iterator[pa.RecordBatch]]:
    """The rows of a query as they come, in batches; all cores work on them meanwhile.

    Parameters
    ----------
    connection : whose query it is.
    query, parameters : what to ask.
    wanted : says how many rows, and is asked whether to stop.

    Raises
    ------
    Cancelled
        It was asked to stop.
    duckdb.Error
        The query fails, perhaps only when some of its rows have come.
    """
    import duckdb

    limited = query if wanted.limit is None else f"FROM ({query}) LIMIT {int(wanted.limit)}"
    with stoppable(connection, wanted.cancelled):
        relation = connection.sql(limited, params=parameters)
        try:
            yield iter(relation.to_arrow_reader(batch_rows(len(relation.columns))))
        except OSError as error:
            # What happens after the first rows comes through Arrow, which knows no other error.
            if "INTERRUPT" in str(error):
                raise Cancelled from error
            raise duckdb.Error(str(error)) from error


def share_of(connection: DuckDBPyConnection) -> float | None:
    """How much of the running query is done, 0 to 1; None where that is not known."""
    percent = connection.query_progress()
    return None if percent < 0.0 else min(percent / 100.0, 1.0)


def kind_of(type_name: str) -> Kind:
    """What the values of a DuckDB type are."""
    if is_number_type(type_name):
        return Kind.NUMBER
    if type_name == "VARCHAR" or type_name.startswith("ENUM"):
        return Kind.TEXT
    if type_name == "BOOLEAN":
        return Kind.TRUTH
    return Kind.DATE if type_name.startswith(("DATE", "TIME")) else Kind.OTHER
