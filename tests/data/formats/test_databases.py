"""SQLite and DuckDB files: tables, views, and that nothing is touched."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import duckdb
import pytest

from gmm_app.data.batches import Wanted
from gmm_app.data.formats import sqlite_tables
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import Cancelled, DataError

STATEMENTS = (
    "CREATE TABLE notes (word VARCHAR)",
    "CREATE TABLE rows_1 (a DOUBLE, b INTEGER)",
    "INSERT INTO rows_1 VALUES (1.5, 1), (2.5, NULL)",
    'CREATE VIEW "twice, ""quoted""" AS SELECT a * 2 AS a FROM rows_1',
)
NAMES = ("notes", "rows_1", 'twice, "quoted"')


def sqlite(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def made(path: Path) -> Path:
    if path.suffix == ".sqlite":
        return sqlite(path, *STATEMENTS)
    with duckdb.connect(str(path)) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
    return path


@pytest.mark.parametrize("name", ["it's [1]?#.sqlite", "it's [1]?#.duckdb"])
def test_tables_and_views_are_parts(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / name)
    assert format_of(path).parts(path) == NAMES
    assert read_table(path).columns == ("a", "b")
    view = read_table(path, options=ImportOptions(part=NAMES[2]))
    assert view.values.tolist() == [[3, 5]]
    with pytest.raises(DataError, match="no part named 'x': choose among notes, rows_1"):
        read_table(path, options=ImportOptions(part="x"))
    assert list(tmp_path.iterdir()) == [path]


def test_the_schema_is_part_of_a_tables_name(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "data.duckdb")) as connection:
        connection.execute("CREATE SCHEMA s")
        connection.execute("CREATE TABLE s.t AS SELECT 1 AS a")
    assert format_of(tmp_path / "data.duckdb").parts(tmp_path / "data.duckdb") == ("s.t",)
    assert read_table(tmp_path / "data.duckdb").values.tolist() == [[1]]


def test_text_that_is_a_number_is_one(tmp_path: Path) -> None:
    path = sqlite(
        tmp_path / "data.sqlite",
        "CREATE TABLE t (a TEXT, b TEXT, c, d)",
        "INSERT INTO t VALUES ('1.5', 'x', 1, x'00'), ('NA', '2', NULL, NULL)",
    )
    table = read_table(path)
    assert table.columns == ("a", "c")
    assert table.labels[0].words == ("x", "2")
    assert table.other_columns == ("b", "d")


def test_rows_in_the_log_are_read_and_the_files_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "data.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    for statement in STATEMENTS:
        writer.execute(statement)
    writer.commit()
    files = [path, tmp_path / "data.sqlite-wal"]
    before = [file.read_bytes() for file in files]
    assert read_table(path).n_rows == 2
    assert [file.read_bytes() for file in files] == before
    writer.close()
    assert read_table(path).n_rows == 2
    assert list(tmp_path.iterdir()) == [path]


ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
LONG = "SELECT sum(i) AS n FROM range(10000000000000) t(i)"


@pytest.mark.parametrize("name", ["data.sqlite", "data.duckdb"])
def test_an_endless_view_is_previewed_and_can_be_stopped(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "data.sqlite":
        sqlite(path, f"CREATE VIEW v AS {ENDLESS}")
        with sqlite_tables.opened(path, AS_FOUND, Wanted(limit=3)) as file:
            assert [batch.num_rows for batch in file.batches] == [3]
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "CREATE VIEW v AS SELECT sum(i) AS n FROM range(10000000000000) t(i)"
            )
    stop = threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    with pytest.raises(Cancelled):
        read_table(path, cancelled=stop.is_set)
    timer.join()


def test_two_readers_at_once(tmp_path: Path) -> None:
    path = made(tmp_path / "data.duckdb")
    fmt = format_of(path)
    with fmt.opened(path, AS_FOUND, Wanted()) as one, fmt.opened(path, AS_FOUND, Wanted()) as two:
        assert [batch.num_rows for batch in one.batches] == [2]
        assert [batch.num_rows for batch in two.batches] == [2]


def test_a_stop_and_an_error_between_rows(tmp_path: Path) -> None:
    path = tmp_path / "data.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE VIEW v AS SELECT CASE WHEN i = 3000000 THEN error('worn out') ELSE i END AS a "
            "FROM range(4000000) t(i)"
        )
    with pytest.raises(DataError, match="data.duckdb cannot be read as a DuckDB file"):
        read_table(path)
    rows_seen: list[int] = []
    with pytest.raises(Cancelled):
        read_table(
            path,
            cancelled=lambda: bool(rows_seen),
            on_progress=lambda share, n_rows: rows_seen.append(n_rows),
        )
