"""How the command line says which rows are read, and how."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from gmm_app.cli import main
from gmm_app.data.samples import SAMPLES

FAITHFUL = SAMPLES["faithful"].path
QUICK = ("-k", "1", "--starts", "1", "--seed", "0", "--json")


def fitted(capsys, *arguments: str) -> dict[str, object]:
    """What a fit with one component prints."""
    assert main(["fit", *arguments, *QUICK]) == 0
    printed: dict[str, object] = json.loads(capsys.readouterr().out)
    return printed


def complaint(capsys, *arguments: str) -> str:
    assert main(["fit", *arguments, *QUICK]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return str(err)


@pytest.fixture
def numbers() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(50, 2)).round(3)


def test_a_pipe_is_read_like_the_file(capsys, monkeypatch):
    class Piped:
        buffer = io.BytesIO(FAITHFUL.read_bytes())

        def isatty(self) -> bool:
            return False

    direct = fitted(capsys, str(FAITHFUL))
    monkeypatch.setattr(sys, "stdin", Piped())
    assert fitted(capsys, "-")["log_likelihood"] == direct["log_likelihood"]


def test_a_pattern_of_files_is_read_as_one(tmp_path: Path, capsys):
    lines = FAITHFUL.read_text(encoding="utf-8").splitlines(keepends=True)
    for i, part in enumerate((lines[1:100], lines[100:])):
        (tmp_path / f"run_{i}.csv").write_text("".join([lines[0], *part]), encoding="utf-8")
    together = fitted(capsys, str(tmp_path / "run_*.csv"))
    assert together["log_likelihood"] == fitted(capsys, str(FAITHFUL))["log_likelihood"]
    first = fitted(capsys, str(tmp_path / "run_*.csv"), "--where", "file = 'run_0.csv'")
    assert first["n_samples"] == 99


def test_delimiter_decimal_mark_and_lines_to_skip(tmp_path: Path, capsys, numbers):
    rows = "".join(f"{a}!{b}\n".replace(".", ",") for a, b in numbers)
    path = tmp_path / "odd.txt"
    path.write_text(f"a line\n\nanother\na!b\n{rows}", encoding="utf-8")
    options = ("--delimiter", "!", "--decimal", "comma", "--skip", "3", "--header")
    assert fitted(capsys, str(path), *options)["means"] == [pytest.approx(numbers.mean(axis=0))]


def test_words_for_missing_values_and_columns_read_as_text(tmp_path: Path, capsys, numbers):
    rows = "".join(f"{i},{a},{b}\n" for i, (a, b) in enumerate(numbers))
    path = tmp_path / "data.csv"
    path.write_text(f"id,a,b\n{rows}50,nothing,0\n", encoding="utf-8")
    printed = fitted(capsys, str(path), "--missing-words", "nothing,none", "--read-as", "id=text")
    assert printed["columns"] == ["a", "b"]
    assert printed["n_incomplete"] == 1


def test_rows_that_cannot_be_read_are_left_out_on_demand(tmp_path: Path, capsys, numbers):
    rows = "".join(f"{a},{b}\n" for a, b in numbers)
    path = tmp_path / "data.csv"
    path.write_text(f"a,b\n{rows}1.5,wrong,7\n", encoding="utf-8")
    assert "Line 52 of data.csv" in complaint(capsys, str(path))
    assert fitted(capsys, str(path), "--bad-rows", "leave out")["n_samples"] == 50


def test_a_sheet_by_its_name(tmp_path: Path, capsys, numbers):
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.active.append([1.0])
    sheet = book.create_sheet("cells")
    for row in (["a", "b"], *numbers.tolist()):
        sheet.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert fitted(capsys, str(path), "--sheet", "cells")["columns"] == ["a", "b"]
    assert "cells" in complaint(capsys, str(path), "--sheet", "other")


def test_an_option_that_says_nothing_of_the_file_is_no_option(tmp_path: Path, capsys):
    words = "faithful.csv is read as delimited text, of which 'Part' (--sheet) says nothing"
    assert words in complaint(capsys, str(FAITHFUL), "--sheet", "cells")
    np.save(tmp_path / "rows.npy", np.eye(3))
    words = "rows.npy is read as NumPy arrays, of which 'Delimiter' (--delimiter) says nothing"
    assert words in complaint(capsys, str(tmp_path / "rows.npy"), "--delimiter", "tab")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--decimal", "dot"), "--decimal cannot be 'dot': give point, comma."),
        (("--bad-rows", "eat"), "--bad-rows cannot be 'eat': give refuse, leave out."),
        (("--skip", "some"), "--skip cannot be 'some': give a whole number of lines."),
        (("--read-as", "waiting=colour"), "give COLUMN=number or COLUMN=text."),
        (("--missing", "fill"), "--missing cannot be 'fill': give keep or drop."),
    ],
)
def test_what_cannot_be_meant_gives_one_sentence(capsys, arguments, words):
    assert words in complaint(capsys, str(FAITHFUL), *arguments)
