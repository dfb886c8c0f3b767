"""Which columns a command takes where nobody says which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gmm_app.cli.inputs import Rows


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    path = tmp_path / "data.csv"
    lines = "".join(f"{i},{i * i % 7},{i % 2},x\n" for i in range(1, 61))
    path.write_text("row,a,b,word\n" + lines)
    return Rows(path)


def test_columns_that_number_the_rows_or_are_words_are_left_aside(rows: Rows) -> None:
    dataset, left_aside = rows.read()
    assert dataset.columns == ("a", "b")
    assert left_aside == ("word", "row")


def test_all_that_is_named_is_taken(rows: Rows) -> None:
    dataset, left_aside = replace(rows, columns=["row", "a"]).read()
    assert dataset.columns == ("row", "a")
    assert left_aside == ()


def test_weights_and_known_components_are_no_columns_to_fit(rows: Rows) -> None:
    dataset, left_aside = replace(rows, weights="b", known="word").read()
    assert dataset.columns == ("a",)
    assert left_aside == ("row",)


def test_numbers_of_rows_are_fitted_where_there_is_nothing_else(rows: Rows) -> None:
    assert replace(rows, weights="b", known="a").read()[0].columns == ("row",)
