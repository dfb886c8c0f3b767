"""Patterns of files that open as one, and previews of what would be read."""

from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.batches import Kind
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.preview import PREVIEW_ROWS, preview
from gmm_app.data.reading import read, read_table
from gmm_app.data.several_files import files_named
from gmm_app.errors import DataError


def _runs(folder: Path, n: int = 3, rows: int = 2) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i in (*range(2, n + 1), 1):
        lines = "".join(f"{10 * i + j},{j}\n" for j in range(rows))
        (folder / f"run_{i}.csv").write_text("a,b\n" + lines, encoding="utf-8")


def test_a_pattern_names_files_by_number(tmp_path: Path) -> None:
    _runs(tmp_path, 11)
    (tmp_path / "run_x.csv").mkdir()
    names = [path.name for path in files_named(tmp_path / "run_*.csv")]
    assert names == [f"run_{i}.csv" for i in range(1, 12)]


def test_a_file_of_the_very_name_is_meant_first(tmp_path: Path) -> None:
    (tmp_path / "run_[1].csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "run_1.csv").write_text("a\n2\n", encoding="utf-8")
    assert read(tmp_path / "run_[1].csv").X.tolist() == [[1.0]]


def test_no_file_is_like_the_pattern(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No file is like .*none_\*\.csv: check the pattern"):
        read_table(tmp_path / "none_*.csv")


def test_files_are_read_one_after_the_other_and_named(tmp_path: Path) -> None:
    _runs(tmp_path)
    (tmp_path / "run_2.csv").write_text("b,a\n7,20\n8,21\n9,22\n", encoding="utf-8")
    table = read_table(tmp_path / "run_*.csv")
    assert table.columns == ("a", "b")
    assert table.values[0].tolist() == [10, 11, 20, 21, 22, 30, 31]
    assert table.values[1].tolist() == [0, 1, 7, 8, 9, 0, 1]
    (label,) = table.labels
    assert label.name == "file"
    assert label.words == ("run_1.csv", "run_2.csv", "run_3.csv")
    assert label.codes.tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert Path(table.source).name == "run_*.csv"


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("a,c\n1,2\n", "run_2.csv has no column 'b', which run_1.csv has"),
        ("a,b\n1,x\n2,y\n", "Column 'b' is of numbers in run_1.csv and of kind text in run_2.csv"),
    ],
)
def test_files_with_other_columns_are_refused(tmp_path: Path, other: str, sentence: str) -> None:
    _runs(tmp_path)
    (tmp_path / "run_2.csv").write_text(other, encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read_table(tmp_path / "run_*.csv")


def test_a_preview_shows_the_first_rows(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    numbers = rng.standard_normal(1000)
    words = ("even", "odd")
    lines = "".join(f"{float(x)!r},{words[i % 2]}\n" for i, x in enumerate(numbers))
    path = tmp_path / "data.csv"
    path.write_text("x,name\n" + lines + "NA,\n", encoding="utf-8")
    seen = preview(path)
    assert [(column.name, column.kind) for column in seen.columns] == [
        ("x", Kind.NUMBER),
        ("name", Kind.TEXT),
    ]
    assert seen.n_rows == PREVIEW_ROWS
    assert [seen.cell(i, 1) for i in range(3)] == ["even", "odd", "even"]
    assert float(seen.cell(7, 0)) == pytest.approx(numbers[7], rel=1e-14)
    assert (seen.format.title, seen.parts, seen.n_files) == ("delimited text", (), 1)


def test_a_preview_of_several_files_ends_at_its_limit(tmp_path: Path) -> None:
    _runs(tmp_path, 3, rows=150)
    seen = preview(tmp_path / "run_*.csv")
    assert (seen.n_rows, seen.n_files) == (PREVIEW_ROWS, 3)
    assert seen.cell(149, 2) == "run_1.csv"
    assert seen.cell(150, 2) == "run_2.csv"


def test_import_options_come_back_from_plain_values() -> None:
    options = ImportOptions(
        part="Sheet 2", missing=("NA", "-"), kinds=(("a", "text"),), skip=2, header=False
    )
    assert ImportOptions.from_json(options.to_json() | {"from a later version": 1}) == options
    assert ImportOptions().to_json() == {}
    with pytest.raises(DataError, match="Bad rows cannot be 'ignore'"):
        ImportOptions.from_json({"bad_rows": "ignore"})


def test_paths_with_a_bar_between_open_together(tmp_path: Path) -> None:
    _runs(tmp_path)
    table = read_table(f"{tmp_path / 'run_3.csv'}|{tmp_path / 'run_1.csv'}")
    assert table.values[0].tolist() == [30, 31, 10, 11]
    assert Path(table.source).name == "run_3.csv and 1 more"
    (tmp_path / "a|b.csv").write_text("a\n5\n", encoding="utf-8")
    assert read(tmp_path / "a|b.csv").X.tolist() == [[5.0]]


def test_files_of_the_same_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _runs(tmp_path.joinpath(name, "raw"), 1)
    (label,) = read_table(tmp_path / "*" / "raw" / "run_1.csv").labels
    assert label.words == ("one/raw/run_1.csv", "two/raw/run_1.csv")


def test_rows_left_out_of_further_files_are_counted_and_named(tmp_path: Path) -> None:
    rows = "1,2\n" * 20
    for name in ("run_1.csv", "run_2.csv"):
        (tmp_path / name).write_text(f"a,b\n{rows}x,3\n", encoding="utf-8")
    looked = preview(tmp_path / "run_*.csv", ImportOptions(bad_rows="leave out"))
    assert looked.rejected.count == 2
    found = [(row.line, row.reason) for row in looked.rejected.first]
    assert found == [(22, "not a number"), (22, "not a number, in run_2.csv")]
