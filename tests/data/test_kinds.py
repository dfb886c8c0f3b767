"""Columns read as another kind than found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from gmm_app.data.batches import Kind, Rejected, Wanted
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import DataError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Numbers, numbers as words with one that is none, truth."""
    columns = {
        "a": [1.0, 2.5, None, 4.0],
        "words": ["1.5", "NA", "about 3", "4e2"],
        "truth": [True, False, None, True],
    }
    parquet.write_table(pa.table(columns), tmp_path / "data.parquet")
    return tmp_path / "data.parquet"


def test_numbers_as_words(path: Path) -> None:
    options = ImportOptions(kinds=(("a", "text"), ("truth", "number")))
    table = read_table(path, options=options)
    assert table.columns == ("truth",)
    np.testing.assert_array_equal(table.values, [[1, 0, np.nan, 1]])
    assert {label.name: label.words for label in table.labels}["a"] == ("1", "2.5", "4")


AS_NUMBERS = (("words", "number"),)


def test_a_word_that_is_no_number_is_refused_with_its_place(path: Path) -> None:
    with pytest.raises(DataError, match="Row 3 of data.parquet has 'about 3' for a number"):
        read_table(path, options=ImportOptions(kinds=AS_NUMBERS))


@pytest.mark.parametrize("limit", [None, 200])
def test_a_row_with_a_word_for_a_number_is_left_out_and_noted(path: Path, limit) -> None:
    options = ImportOptions(kinds=AS_NUMBERS, bad_rows="refuse" if limit else "leave out")
    with format_of(path).opened(path, options, Wanted(limit=limit)) as file:
        rows = pa.Table.from_batches(list(file.batches))
    assert [column.kind for column in file.columns] == [Kind.NUMBER, Kind.NUMBER, Kind.TRUTH]
    np.testing.assert_array_equal(rows["words"].to_numpy(), [1.5, np.nan, 400])
    assert rows["a"].to_pylist() == [1.0, 2.5, 4.0]
    assert file.rejected.first == [Rejected(3, "words", "about 3", "not a number")]
    assert file.rejected.count == 1
