"""The lines that do a fit again give the same numbers."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.cli.commands import run
from gmm_app.data.import_options import ImportOptions
from gmm_app.fitting.redo import command_line, python_lines

ROOT = Path(__file__).resolve().parents[2]
FAITHFUL = ROOT / "tests" / "reference" / "faithful.csv"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a person has the file, with names that need care."""
    shutil.copy(FAITHFUL, tmp_path / "faithful.csv")
    rng = np.random.default_rng(0)
    lines = ['"it\'s ""a""",$b,times']
    for i, (a, b) in enumerate(rng.normal(size=(200, 2)) + 4.0 * rng.integers(2, size=(200, 1))):
        lines.append(f"{'' if i % 20 == 0 else a},{b},{i % 3}")
    (tmp_path / "my data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _again(lines: str) -> float:
    """The log-likelihood that the lines end with, run in this process."""
    names: dict[str, gm.FitResult] = {}
    exec(lines, names)
    return names["result"].log_likelihood


def test_in_a_process_of_its_own_they_print_the_same(folder):
    result = gm.fit(gm.read(folder / "faithful.csv"), n_components=2, n_init=2, tol=1e-6)
    lines = python_lines(result)
    assert str(folder) not in lines
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{lines}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) == result.log_likelihood
    assert f"# {result.log_likelihood!r}" in lines


@pytest.mark.parametrize(
    ("reading", "options"),
    [
        ({}, {"init": "random_rows", "stop_rule": "aitken"}),
        ({"missing": "drop"}, {"noise": True, "accelerate": False}),
        ({"weights": "times"}, {"prefix": False, "reg_covar": 1e-4}),
        ({"known": "times", "where": "[$b] > -1 and times < 2"}, {}),
        ({"transforms": {'it\'s "a"': "standardise", "$b": "arcsinh:0.5"}}, {}),
    ],
)
def test_all_that_was_unusual_is_said(folder, capsys, reading, options):
    columns = ['it\'s "a"', "$b"]
    data = gm.read("my data.csv", columns, **reading)
    result = gm.fit(data, n_components=2, n_init=2, seed=5, **options)
    assert _again(python_lines(result)) == result.log_likelihood
    capsys.readouterr()
    assert run([*shlex.split(command_line(result))[1:], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_likelihood"] == result.log_likelihood


def test_how_the_file_was_read_is_said(folder, capsys):
    lines = "\n".join(f"{i % 7},5;{i}" for i in range(40))
    (folder / "odd.csv").write_text(f"a title\na;b\n{lines}\n", encoding="utf-8")
    options = ImportOptions(delimiter=";", decimal=",", skip=1)
    result = gm.fit(gm.read("odd.csv", options=options), n_components=1, seed=0)
    assert "options=ImportOptions(delimiter=';', decimal=',', skip=1)" in python_lines(result)
    assert _again(python_lines(result)) == result.log_likelihood
    words = shlex.split(command_line(result))
    assert words[words.index("--decimal") + 1] == "comma"
    capsys.readouterr()
    assert run([*words[1:], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_likelihood"] == result.log_likelihood


def test_a_pattern_is_said_as_it_is(folder):
    for name in ("run_1.csv", "run_2.csv"):
        shutil.copy(FAITHFUL, folder / name)
    result = gm.fit(gm.read(folder / "run_*.csv"), n_components=1, seed=0)
    assert "gm.read('run_*.csv'" in python_lines(result)
    assert _again(python_lines(result)) == result.log_likelihood
    assert shlex.split(command_line(result))[2] == "run_*.csv"


def test_options_that_are_as_usual_are_not_said(folder):
    result = gm.fit(gm.read("faithful.csv"), n_components=2, n_init=1, seed=0)
    assert "fit(data, n_components=2, family='VVV', n_init=1, seed=0)" in python_lines(result)
    assert command_line(result).endswith("-k 2 --family VVV --starts 1 --seed 0")


def test_a_column_that_the_command_line_cannot_name(folder):
    (folder / "odd.csv").write_text(
        '"a,b",c\n' + "\n".join(f"{i % 7},{i}" for i in range(40)), encoding="utf-8"
    )
    result = gm.fit(gm.read("odd.csv"), n_components=1, seed=0)
    assert command_line(result) == ""
    assert _again(python_lines(result)) == result.log_likelihood


def test_what_was_given_as_arrays_is_owned_up_to():
    rows = np.random.default_rng(0).standard_normal((60, 2))
    result = gm.fit(rows, n_components=1, seed=0, row_weights=np.full(60, 2.0))
    lines = python_lines(result)
    assert "data = ...  # the 60 x 2 numbers that were fitted" in lines
    assert "# and row_weights, as they were given" in lines
    assert command_line(result) == ""


def test_rows_of_a_file_that_is_gone_are_owned_up_to_with_all_that_was_said_of_them(folder):
    options = ImportOptions(delimiter=",")
    shutil.copy(folder / "faithful.csv", "gone.csv")
    data = gm.read("gone.csv", ["waiting"], weights="eruptions", transforms="log", options=options)
    result = gm.fit(data, n_components=1, seed=0)
    Path("gone.csv").unlink()
    lines = python_lines(result)
    assert "data = ..." in lines and "ImportOptions" not in lines
    assert "# and row_weights, as they were given" in lines
    assert "# and transforms (waiting=log), as they were given" in lines
    assert command_line(result) == ""
