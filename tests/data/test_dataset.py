"""Datasets and tables: what they say of themselves, what they do to the caller's arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.data.dataset import Dataset, Table
from gmm_app.errors import DataError


def test_the_callers_array_stays_writable() -> None:
    rows, values = np.zeros((3, 2)), np.zeros((2, 3))
    dataset, table = Dataset(rows, ("a", "b")), Table(values, ("a", "b"), "made up")
    rows[0, 0] = values[0, 0] = 1.0
    for frozen in (dataset.X, table.values):
        with pytest.raises(ValueError, match="read-only"):
            frozen[0, 0] = 2.0


def test_they_show_in_one_short_line() -> None:
    values = np.zeros((10, 1234))
    table = Table(values, tuple(f"x{j + 1}" for j in range(10)), "/some/where/rows.csv")
    assert repr(table) == (
        "Table(rows.csv: 1,234 rows, columns x1, x2, x3, x4, x5, x6, x7, x8 and 2 more)"
    )
    assert repr(table.dataset(["x2"])) == "Dataset(rows.csv: 1,234 rows, column x2)"
    assert repr(Dataset(np.zeros((1, 2)), ("a", "b"))) == "Dataset(array: 1 row, columns a, b)"


def test_no_complete_row_names_the_file_and_what_to_do() -> None:
    values = np.array([[1.0, np.nan, np.nan], [np.nan, 1.0, 2.0]])
    table = Table(values, ("a", "b"), "/some/where/rows.csv")
    with pytest.raises(DataError) as caught:
        table.dataset()
    assert str(caught.value) == (
        "No row of rows.csv is complete: 'a' lacks 2 of 3 values. Choose fewer columns."
    )
    with pytest.raises(DataError, match="Choose another column"):
        Table(values[:, 1:], ("a", "b"), "rows.csv").dataset(["a"])
