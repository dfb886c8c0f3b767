"""HDF5 files as h5py, pandas and this program lay them out."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from gmm_app.data.batches import Wanted
from gmm_app.data.formats import hdf5
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import DataError

ROWS = np.random.default_rng(1).random((1000, 3))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with tables of all kinds."""
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file["words"] = [["a", "b"], ["c", "d"]]
        file.create_dataset("deep/packed", data=ROWS, chunks=(100, 2), compression="gzip")
        file["named"] = ROWS
        file["named"].attrs["columns"] = ["one", "two", "three"]
        kinds = [("x", "f8"), ("n", "i4"), ("pair", "f4", (2,)), ("word", "S3")]
        file["records"] = np.array([(1.5, 2, (3, 4), b"ab"), (2.5, 3, (5, 6), b"c")], dtype=kinds)
        vectors = file.create_group("vectors")
        vectors["b"], vectors["a"], vectors["ok"] = ROWS[:, 0], ROWS[:, 1], ROWS[:, 2] > 0.5
        uneven = file.create_group("uneven")
        uneven["p"], uneven["q"] = ROWS[:5, 0], ROWS[:7, 0]
        file["number"] = 3.0
        file["cube"] = np.ones((2, 2, 2))
    return path


def part(path: Path, name: str):
    return read_table(path, options=ImportOptions(part=name))


def test_tables_are_parts(path: Path) -> None:
    names = {"/words", "/deep/packed", "/named", "/records", "/vectors", "/uneven/p", "/uneven/q"}
    assert set(format_of(path).parts(path)) == names
    with pytest.raises(DataError, match="no part named '/cube': choose among"):
        part(path, "/cube")


def test_the_first_with_numbers_is_read(path: Path) -> None:
    assert read_table(path).columns == ("one", "two", "three")


def test_kinds_of_tables(path: Path) -> None:
    np.testing.assert_array_equal(part(path, "/deep/packed").values, ROWS.T)
    np.testing.assert_array_equal(part(path, "/named").values, ROWS.T)
    records = part(path, "/records")
    assert records.columns == ("x", "n", "pair_1", "pair_2")
    assert records.values.tolist() == [[1.5, 2.5], [2, 3], [3, 5], [4, 6]]
    assert records.labels[0].words == ("ab", "c")
    vectors = part(path, "/vectors")
    assert vectors.columns == ("a", "b")
    assert set(vectors.labels[0].words) == {"true", "false"}
    assert part(path, "/uneven/q").values.tolist() == [ROWS[:7, 0].tolist()]


def test_headings_of_a_group_say_names_and_order(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w", libver=("v108", "v108")) as file:
        group = file.create_group("rows", track_order=True)
        group.attrs["columns"] = ["z/y", "b", "z_y"]
        for j, name in enumerate(("z_y", "b", "z_y_2")):
            group[name] = ROWS[:, j]
    table = read_table(tmp_path / "data.h5")
    assert table.columns == ("z/y", "b", "z_y")
    np.testing.assert_array_equal(table.values, ROWS.T)


def test_only_some_rows_are_read_for_a_preview(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "big.h5", "w") as file:
        file.create_dataset("x", (2_000_000, 2), chunks=(1000, 2), dtype="f8", fillvalue=1.0)
        file["x"][:100_000] = 2.0
    with hdf5.opened(tmp_path / "big.h5", AS_FOUND, Wanted(limit=200)) as opened:
        assert [batch.num_rows for batch in opened.batches] == [200]
