"""Tables that do not fit into memory: kept on disk, found again, given up, damaged."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.column_store import ColumnStores, key_of
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.errors import Cancelled, DataError

ON_DISK = ImportOptions(storage="disk")
N_ROWS = 20_000


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((N_ROWS, 3))


@pytest.fixture
def path(tmp_path: Path, rows: np.ndarray) -> Path:
    path = tmp_path / "rows.csv"
    lines = [f"{a!r},{b!r},{c!r},{'xy'[i % 2]}" for i, (a, b, c) in enumerate(rows.tolist())]
    path.write_text("a,b,c,word\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def stores(tmp_path: Path) -> ColumnStores:
    return ColumnStores(tmp_path / "cache" / "columns")


def test_a_table_on_disk_is_equal_and_mapped(path: Path, stores: ColumnStores) -> None:
    in_memory = read_table(path)
    on_disk = read_table(path, options=ON_DISK, stores=stores)
    assert isinstance(on_disk.values, np.memmap)
    assert not on_disk.values.flags.writeable
    np.testing.assert_array_equal(on_disk.values, in_memory.values)
    assert on_disk.columns == in_memory.columns
    assert on_disk.other_columns == in_memory.other_columns
    assert on_disk.labels[0].words == in_memory.labels[0].words
    np.testing.assert_array_equal(on_disk.labels[0].codes, in_memory.labels[0].codes)
    # All rows and columns are taken as they lie there.
    assert np.shares_memory(on_disk.dataset().X, on_disk.values)


def test_a_table_knows_how_many_rows_are_missing_of_its_file(
    tmp_path: Path, stores: ColumnStores
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n3\n5,6\n7,8,9\n")
    options = ImportOptions(bad_rows="leave out", storage="disk")
    for _ in range(2):  # the second is found in the cache
        table = read_table(path, options=options, stores=stores)
        assert (table.n_rows, table.n_unread, table.part) == (2, 2, "")


def test_what_does_not_fit_goes_to_the_disk_by_itself(path: Path, stores: ColumnStores) -> None:
    table = read_table(path, stores=stores, memory=8 * 3 * N_ROWS // 2)
    assert isinstance(table.values, np.memmap)
    assert table.n_rows == N_ROWS
    fits = read_table(path, options=ImportOptions(storage="memory"), stores=stores)
    assert not isinstance(fits.values, np.memmap)
    np.testing.assert_array_equal(fits.values, table.values)


def test_what_shows_late_that_it_does_not_fit(path: Path, stores: ColumnStores) -> None:
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    table = read_table(packed, stores=stores, memory=8 * 3 * N_ROWS // 2)
    assert isinstance(table.values, np.memmap)


def test_32_bits(path: Path, stores: ColumnStores, rows: np.ndarray) -> None:
    options = ImportOptions(storage="disk", precision="float32")
    table = read_table(path, options=options, stores=stores)
    assert table.values.dtype == np.float32
    np.testing.assert_array_equal(table.values.T, rows.astype(np.float32))
    assert table.dataset().X.dtype == np.float32


def test_a_number_too_large_for_its_precision_is_refused(
    tmp_path: Path, stores: ColumnStores
) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a,b\n1,2\n1e300,3\ninf,4\n")
    assert read_table(path, options=ON_DISK, stores=stores).values[0, 1] == 1e300
    with pytest.raises(DataError, match="numbers above 3e38"):
        read_table(path, options=replace(ON_DISK, precision="float32"), stores=stores)
    path.write_text("a,b\n1,2\ninf,4\n")
    single = read_table(path, options=replace(ON_DISK, precision="float32"), stores=stores)
    assert single.values[0, 1] == np.inf


def test_a_second_time_the_file_is_not_read(path: Path, stores: ColumnStores) -> None:
    first = read_table(path, options=ON_DISK, stores=stores)
    told: list[int] = []
    again = read_table(path, stores=stores, on_progress=lambda _share, n: told.append(n))
    assert told == []
    np.testing.assert_array_equal(first.values, again.values)
    # A file that has changed is read again.
    path.write_text("a,b\n1,2\n3,4\n")
    assert read_table(path, options=ON_DISK, stores=stores).n_rows == 2
    assert len(stores.stores()) == 2


def test_each_way_of_reading_is_a_table_of_its_own(path: Path) -> None:
    keys = {
        key_of([path], options, columns)
        for options in (AS_FOUND, ImportOptions(skip=1), ImportOptions(precision="float32"))
        for columns in (None, ["a"])
    }
    assert len(keys) == 6
    assert key_of([path], ON_DISK, None) in keys


def test_the_bound_holds_and_the_longest_unused_gives_way(
    tmp_path: Path, stores: ColumnStores
) -> None:
    paths = [tmp_path / f"{i}.csv" for i in range(4)]
    for i, path in enumerate(paths):
        path.write_text("a,b\n" + f"{i},2\n" * 10_000)
    for path in paths[:3]:
        read_table(path, options=ON_DISK, stores=stores)
    for age, store in enumerate(reversed(stores.stores())):
        os.utime(store.folder / "table.json", (1e9 + age, 1e9 + age))
    read_table(paths[0], stores=stores)  # is used again
    one = stores.stores()[0].n_bytes
    bounded = replace(stores, most_bytes=int(3.5 * one))
    read_table(paths[3], options=ON_DISK, stores=bounded)
    sources = {Path(store.source).name for store in stores.stores()}
    assert sources == {"0.csv", "2.csv", "3.csv"}
    with pytest.raises(DataError, match="allow them more, or choose fewer columns"):
        read_table(paths[1], options=ON_DISK, stores=replace(stores, most_bytes=one // 2))
    assert {Path(store.source).name for store in stores.stores()} == sources
    stores.clear()
    assert stores.stores() == []
    assert list(stores.root.iterdir()) == []


@pytest.mark.parametrize("name", ["table.json", "values.npy", "labels.npy"])
@pytest.mark.parametrize("damage", [b"", b"junk", None])
def test_damaged_tables_are_read_again(
    path: Path, stores: ColumnStores, name: str, damage: bytes | None
) -> None:
    read_table(path, options=ON_DISK, stores=stores)
    (store,) = stores.stores()
    damaged = store.folder / name
    damaged.unlink()
    if damage is not None:
        damaged.write_bytes(damage)
    assert read_table(path, options=ON_DISK, stores=stores).n_rows == N_ROWS
    assert len(stores.stores()) == 1


def test_what_others_put_there_stays(path: Path, stores: ColumnStores) -> None:
    (stores.root / "notes").mkdir(parents=True)
    (stores.root / "notes" / "a.txt").write_text("mine")
    (stores.root / ("0" * 40)).write_text("a file where a folder should be")
    read_table(path, options=ON_DISK, stores=stores)
    assert len(stores.stores()) == 1
    stores.clear()
    assert (stores.root / "notes" / "a.txt").read_text() == "mine"


def test_stopped_or_refused_leaves_nothing(path: Path, stores: ColumnStores) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(Cancelled):
        read_table(path, options=ON_DISK, stores=stores, cancelled=cancelled)
    path.write_text("a,b\n1,2\n3\n")
    with pytest.raises(DataError, match="Line 3"):
        read_table(path, options=ON_DISK, stores=stores)
    assert list(stores.root.iterdir()) == []


def test_what_killed_programs_left_is_removed(path: Path, stores: ColumnStores) -> None:
    for name, age in (("old", 1e6), ("new", 0.0)):
        folder = stores.root / f".unfinished-{name}"
        folder.mkdir(parents=True)
        (folder / "0.part").write_bytes(b"0" * 100)
        os.utime(folder, (time.time() - age,) * 2)
    read_table(path, options=ON_DISK, stores=stores)
    left = [folder.name for folder in stores.root.glob(".unfinished-*")]
    assert left == [".unfinished-new"]


def test_two_at_once_do_not_break_one_another(path: Path, stores: ColumnStores) -> None:
    tables = []

    def read() -> None:
        tables.append(read_table(path, options=ON_DISK, stores=stores))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [table.n_rows for table in tables] == [N_ROWS] * 4
    open_one = tables[0]
    stores.clear()
    np.testing.assert_array_equal(open_one.values, tables[1].values)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own figures")
def test_a_file_larger_than_memory(tmp_path: Path) -> None:
    """In a program that may have only little memory for numbers, a larger file is read whole."""
    path = tmp_path / "large.csv"
    block = "".join(f"{i}.5,{i}\n" for i in range(100_000))
    with open(path, "w") as file:
        file.write("a,b\n")
        for _ in range(30):
            file.write(block)
    script = (
        "import json, re, sys\n"
        "from pathlib import Path\n"
        "from gmm_app.data.column_store import ColumnStores\n"
        "from gmm_app.data.reading import read_table\n"
        "status = Path('/proc/self/status')\n"
        "peak = lambda: int(re.search(r'RssAnon:\\s+(\\d+)', status.read_text())[1])\n"
        "stores = ColumnStores(Path(sys.argv[2]))\n"
        "read_table(sys.argv[3])\n"
        "before, most = peak(), [0]\n"
        "def watch(share, n_rows): most[0] = max(most[0], peak())\n"
        "table = read_table(sys.argv[1], stores=stores, memory=1 << 20, on_progress=watch)\n"
        "print(json.dumps([table.n_rows, float(table.values[1].sum()), most[0] - before]))\n"
    )
    small = tmp_path / "small.csv"
    small.write_text("a,b\n" + block)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(tmp_path / "stores"), str(small)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    n_rows, total, kilobytes = json.loads(done.stdout)
    assert n_rows == 3_000_000
    assert total == 30 * sum(range(100_000))
    assert kilobytes < 150_000
