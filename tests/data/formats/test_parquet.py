"""Parquet files, made here with DuckDB."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import numpy as np
import pytest

from gmm_app.data.reading import read, read_table
from gmm_app.errors import DataError

COLUMNS = (
    "i AS whole, i * 0.5::DOUBLE AS half, (i * 0.25)::DECIMAL(12, 2) AS quarter, "
    "(i % 250)::UTINYINT AS small, 'a' AS text, i % 2 = 0 AS truth, DATE '2020-01-01' AS day, "
    'CASE WHEN i = 3 THEN NULL ELSE i::FLOAT END AS gaps, [i, i] AS list, i AS "a ""b"""'
)


def made(path: Path, columns: str = COLUMNS, n_rows: int = 200) -> Path:
    target = str(path).replace("'", "''")
    duckdb.sql(f"COPY (SELECT {columns} FROM range({n_rows}) t(i)) TO '{target}' (FORMAT parquet)")
    return path


def test_numeric_columns_of_all_kinds(tmp_path: Path) -> None:
    table = read_table(made(tmp_path / "data.parquet"))
    i = np.arange(200.0)
    assert table.columns == ("whole", "half", "quarter", "small", "gaps", 'a "b"')
    assert table.other_columns == ("text", "truth", "day", "list")
    gaps = np.where(i == 3, np.nan, i)
    np.testing.assert_array_equal(table.values, [i, i / 2, i / 4, i, gaps, i])
    assert table.values.flags.c_contiguous
    assert table.dataset(missing="drop").n_samples == 199


def test_chosen_columns(tmp_path: Path) -> None:
    dataset = read(made(tmp_path / "it's [1].pq"), columns=["half", "whole"])
    assert dataset.columns == ("half", "whole")
    np.testing.assert_array_equal(dataset.X[:3], [[0, 0], [0.5, 1], [1, 2]])


@pytest.mark.skipif(os.name != "posix", reason="names of any bytes are POSIX's")
def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.parquet"))
    made(tmp_path / "data.parquet").rename(path)
    table = read_table(path)
    assert table.n_rows == 200
    assert table.source == str(path)


def test_truncated_and_foreign_files(tmp_path: Path) -> None:
    content = made(tmp_path / "data.parquet", n_rows=20_000).read_bytes()
    damaged = {
        "half.parquet": content[: len(content) // 2],
        "hole.parquet": content[:100] + content[5000:],
        "noise.parquet": np.random.default_rng(0).bytes(3000),
    }
    for name, part in damaged.items():
        (tmp_path / name).write_bytes(part)
        with pytest.raises(DataError, match=f"^{name} is not a whole Parquet file") as caught:
            read(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_no_numbers_and_no_rows(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no numeric column .it has t."):
        read(made(tmp_path / "text.parquet", "'a' AS t"))
    with pytest.raises(DataError, match="columns but no rows"):
        read(made(tmp_path / "none.parquet", n_rows=0))
