"""Damaged files of every format: each gives a table or one sentence, and nothing else happens."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import DataError
from tests.data.formats.makers import MAKERS, Columns, as_rows, table
from tests.data.mutations import damaged

SECONDS = 5.0
FEW, MANY = 2, 15
"""Damaged files of those formats that are read in a process of their own, and of the others."""


def csv(path: Path, columns: Columns) -> None:
    rows = [list(columns), *as_rows(columns)]
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def check(path: Path, content: bytes, seed: int) -> None:
    """Read the damaged content."""
    path.write_bytes(damaged(content, seed))
    end = time.monotonic() + SECONDS
    try:
        read_table(path, cancelled=lambda: time.monotonic() > end)
    except DataError as error:
        sentence = str(error)
        assert path.name in sentence, f"seed {seed}"
        assert sentence.endswith("."), f"seed {seed}: {sentence}"
        assert "\n" not in sentence, f"seed {seed}: {sentence}"


def check_all(folder: Path, name: str, turn: int) -> None:
    """Read a file of that name with damage of other kinds than in other turns."""
    path = folder / name
    {**MAKERS, "data.csv": csv}[name](path, table(60, gaps=True))
    content = path.read_bytes()
    n_files = FEW if format_of(path).apart else MANY
    files_open = _n_open_files()
    for seed in range(turn * n_files, (turn + 1) * n_files):
        check(path, content, seed)
    assert _n_open_files() <= files_open


def _n_open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0


@pytest.mark.parametrize("name", ["data.csv", *MAKERS])
def test_damaged_files_give_a_table_or_one_sentence(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    check_all(tmp_path, name, turn=0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.proof
@pytest.mark.parametrize("turn", range(1, 101))
@pytest.mark.parametrize("name", ["data.csv", *MAKERS])
def test_many_damaged_files(
    tmp_path: Path, name: str, turn: int, capfd: pytest.CaptureFixture[str]
) -> None:
    check_all(tmp_path, name, turn)
    assert capfd.readouterr() == ("", "")
