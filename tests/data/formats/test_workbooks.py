"""Workbooks as people make them: titles, kinds of cells, sheets, edges of the table."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.formats import workbooks
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import DataError
from tests.data.formats import makers


def written(folder: Path, *rows: list[Any], corner: tuple[int, int] = (1, 1)) -> Path:
    book = openpyxl.Workbook()
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            book.active.cell(corner[0] + i, corner[1] + j, value)
    book.save(folder / "data.xlsx")
    return folder / "data.xlsx"


def opened(path: Path, options: ImportOptions = AS_FOUND) -> OpenFile:
    with workbooks.opened(path, options, Wanted()) as file:
        return file


def test_kinds_of_columns(tmp_path: Path) -> None:
    days = [datetime(2020, 1, 2), date(2021, 3, 4), None]
    columns = {
        "number": [1, 2.5, None],
        "as text": ["1.5", "2e3", "NA"],
        "word": ["x", "y", None],
        "truth": [True, False, None],
        "day": days,
        "hour": [time(1, 2), time(3), None],
        "mixed": [1, "x", True],
        "nothing": [None, None, None],
    }
    path = written(tmp_path, list(columns), *map(list, zip(*columns.values(), strict=True)))
    kinds = [Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.TRUTH, Kind.DATE, Kind.DATE]
    kinds += [Kind.TEXT, Kind.TEXT]
    assert opened(path).columns == tuple(map(Column, columns, kinds))
    table = read_table(path)
    nan = float("nan")
    np.testing.assert_array_equal(table.values, [[1, 2.5, nan], [1.5, 2000, nan]])
    assert {label.name: label.words for label in table.labels} == {
        "word": ("x", "y"),
        "truth": ("true", "false"),
        "mixed": ("1", "x", "True"),
    }


def test_percent_and_money_are_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, ["share", "price"], [0.25, 3.5], [0.5, 4.0])
    book = openpyxl.load_workbook(path)
    book.active["A2"].number_format, book.active["B2"].number_format = "0.0%", '"$"#,##0.00'
    book.save(path)
    assert read_table(path).values.tolist() == [[0.25, 0.5], [3.5, 4.0]]


TITLES: list[list[Any]] = [
    ["Measured in May", None, None],
    [],
    ["by", "Ann"],
    ["a", "b", "c"],
    [1, 2, 3],
    [4, 5, 6],
]


def test_titles_above_the_heading(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, *TITLES, corner=(3, 2)))
    assert table.columns == ("a", "b", "c")
    assert table.values.tolist() == [[1, 4], [2, 5], [3, 6]]


def test_missing_values_below_the_heading(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, ["w", "a", "b"], ["x", "NA", None], ["y", 1, 2]))
    assert table.columns == ("a", "b")
    np.testing.assert_array_equal(table.values, [[float("nan"), 1], [float("nan"), 2]])


def test_the_heading_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, *TITLES, corner=(3, 2))
    table = read_table(path, options=ImportOptions(skip=5))
    assert table.columns == ("a", "b", "c")
    assert table.values.tolist() == [[1, 4], [2, 5], [3, 6]]
    table = read_table(path, options=ImportOptions(skip=6, header=False))
    assert table.columns == ("x1", "x2", "x3")
    assert table.values.tolist() == [[1, 4], [2, 5], [3, 6]]


def test_what_was_found_reads_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, ["A title"], [], ["a", "b"], [1, 2], [3, 4], corner=(4, 3))
    found = opened(path).options
    assert found == ImportOptions(part="Sheet", skip=5, header=True)
    assert read_table(path, options=found).values.tolist() == [[1, 3], [2, 4]]


def test_numbers_without_a_heading(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, [1, 2], [3, 4]))
    assert table.columns == ("x1", "x2")
    assert table.values.tolist() == [[1, 3], [2, 4]]


def test_headings_that_are_empty_or_come_twice(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, [None, "a", "a", " b "], [1, 2, 3, 4], [5, 6, 7, 8]))
    assert table.columns == ("x1", "a", "a_2", "b")


def test_empty_rows_and_columns_are_no_part_of_the_table(tmp_path: Path) -> None:
    path = written(tmp_path, ["a", None, "b"], [1, None, 2], [None] * 3, [3, None, 4])
    table = read_table(path)
    assert table.columns == ("a", "b")
    assert table.values.tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_sheets_are_parts(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data.{suffix}"
    if suffix == "xlsx":
        one = "<row><c><v>7</v></c></row>"
        makers.xlsx_of(path, {"Notes": "", "Year 1": one, "Year 2": one.replace("7", "8")})
        names = ["Notes", "Year 1", "Year 2"]
    else:
        makers.ods(path, {"a": np.array([7.0])}, title="Year 1")
        names = ["Year 1"]
    assert format_of(path).parts(path) == tuple(names)
    assert read_table(path).values.tolist() == [[7]]
    table = read_table(path, options=ImportOptions(part=names[-1]))
    assert table.values[0, 0] in (7, 8)
    assert table.part == names[-1]
    with pytest.raises(DataError, match="no part named 'Year 3': choose among"):
        read_table(path, options=ImportOptions(part="Year 3"))
