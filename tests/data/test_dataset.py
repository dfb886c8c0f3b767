"""Datasets and tables: what they say of themselves, what they do to the caller's arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.data.table import Table
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
        table.dataset(missing="drop")
    assert str(caught.value) == (
        "No row of rows.csv is complete: 'a' lacks 2 of 3 values. Choose fewer columns."
    )
    with pytest.raises(DataError, match="Choose another column"):
        Table(values[:, 1:], ("a", "b"), "rows.csv").dataset(["a"])


GAPS = np.array(
    [[1.0, np.nan, np.nan, np.inf, 5.0], [np.nan, np.nan, 2.0, 3.0, 4.0], [2.0, 2.0, 0.0, 1.0, 1.0]]
)


def test_rows_with_gaps_are_kept_but_for_those_with_no_value_or_an_infinite_one() -> None:
    dataset = Table(GAPS, ("a", "b", "n"), "rows.csv").dataset(["a", "b"])
    assert dataset.row_numbers is not None
    assert dataset.row_numbers.tolist() == [0, 2, 4]
    assert dataset.incomplete.tolist() == [0, 1]
    assert dataset.n_left_out == 2
    assert dataset.complete.X.tolist() == [[5.0, 4.0]]
    assert dataset.gaps is not None
    assert dataset.gaps.values.shape == (2, 2)


def test_a_misspelt_choice_is_refused() -> None:
    with pytest.raises(DataError, match="give keep or drop"):
        Table(GAPS, ("a", "b", "n"), "rows.csv").dataset(missing="dorp")  # type: ignore[arg-type]


def test_a_column_may_say_how_many_times_each_row_counts() -> None:
    dataset = Table(GAPS, ("a", "b", "n"), "rows.csv").dataset(weights="n")
    assert dataset.columns == ("a", "b")
    assert dataset.weights is not None
    assert dataset.weights.tolist() == [2.0, 1.0]
    assert dataset.total_weight == 3.0
    assert dataset.digest != Table(GAPS, ("a", "b", "n"), "rows.csv").dataset(["a", "b"]).digest
    with pytest.raises(DataError, match="negative or infinite"):
        Table(-GAPS, ("a", "b", "n"), "rows.csv").dataset(["a"], weights="n")


def test_weights_of_rows_that_a_condition_leaves_out_may_be_anything() -> None:
    values = np.array([[1.0, 2.0, 3.0], [2.0, -1.0, np.inf]])
    rows = Table(values, ("a", "n"), "rows.csv").dataset(weights="n", where="n > 0 and n < 99")
    assert rows.weights is not None and rows.weights.tolist() == [2.0]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, 2.0], "one number for each row"),
        ([1.0, -1.0, 1.0], "not negative"),
        ([1.0, np.nan, 1.0], "not negative"),
        ([0.0, 0.0, 0.0], "all row weights are 0"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights: list[float], words: str) -> None:
    with pytest.raises(DataError, match=words):
        as_dataset(np.arange(3.0), weights)


def test_rows_that_weigh_nothing_are_left_out() -> None:
    dataset = as_dataset([[1.0], [np.nan], [3.0], [4.0]], [1.0, 1.0, 0.0, 2.5])
    assert dataset.X.tolist() == [[1.0], [4.0]]
    assert dataset.total_weight == 3.5
    assert dataset.row_numbers is not None
    assert dataset.row_numbers.tolist() == [0, 3]
