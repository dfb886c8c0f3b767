"""Columns of words that a few cells have made so are told from those that are of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmm_app.data.column_store import ColumnStores
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.preview import preview
from gmm_app.data.reading import read_table

ROWS = "".join(f"{i},{i}.5,w{i}\n" for i in range(300))


@pytest.mark.parametrize(
    ("rows", "nearly"),
    [
        ("a,b,c\n" + ROWS, ()),
        ("a,b,c\n" + ROWS + "1,oops,3\n", ("b",)),
        ("a,b,c\n" + "1,below,w\n" * 40 + "1,5,w\n" * 10, ()),
        ("a,b,c\n" + "1,5,w\n" * 30 + "1,below,w\n" * 10, ("b",)),
        ("a,b,c\n1,,x\n2,,y\n", ()),
    ],
)
def test_few_words_among_numbers(tmp_path: Path, rows: str, nearly: tuple[str, ...]) -> None:
    path = tmp_path / "data.csv"
    path.write_text(rows)
    assert read_table(path).nearly_numbers == nearly
    # A preview reads fewer rows, but looks at as many to tell what a column is.
    assert preview(path).nearly == nearly


def test_numbers_are_known_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a;b\n" + "1;2,5\n" * 20 + "1;about 3\n")
    assert read_table(path).nearly_numbers == ("b",)


def test_it_is_kept_with_the_columns_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n" + "1,2\n" * 20 + "1,oops\n")
    on_disk, stores = ImportOptions(storage="disk"), ColumnStores(tmp_path / "columns")
    for _ in range(2):  # the second is found there
        assert read_table(path, options=on_disk, stores=stores).nearly_numbers == ("b",)
