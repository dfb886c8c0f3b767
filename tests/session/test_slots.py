"""Folders of autosaved work: whose they are, and what is left when a program dies."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.session.opening import OpenedSource
from gmm_app.session.reopening import open_session
from gmm_app.session.slots import Slot, forget_oldest_closed, left_behind
from gmm_app.session.work import DocumentState, Work

ROOT = Path(__file__).resolve().parents[2]


def some_work(seed: int = 0) -> Work:
    values = np.random.default_rng(seed).standard_normal((2, 30))
    table = Table(values, ("a", "b"), f"drawn {seed}")
    return Work(table, None, DocumentState(DataChoice(("a", "b"))), unsaved=True, path="/x/y.gmm")


def test_work_that_is_being_done_is_not_offered(tmp_path: Path) -> None:
    slot = Slot.new(tmp_path / "autosave")
    slot.write(some_work())
    assert left_behind(tmp_path / "autosave") == []
    slot.release()
    (left,) = left_behind(tmp_path / "autosave")
    assert (left.heading.name, left.heading.n_results) == ("y.gmm", 0)
    assert left.heading.unsaved and not left.slot.is_closed
    # Whoever offers it has it.
    assert left_behind(tmp_path / "autosave") == []
    left.slot.remove()
    assert list((tmp_path / "autosave").iterdir()) == []


def test_a_program_that_dies_lets_go(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from gmm_app.session.slots import Slot, left_behind
from tests.session.test_slots import some_work
slot = Slot.new(Path(sys.argv[1]))
slot.write(some_work())
print(len(left_behind(Path(sys.argv[1]))), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.stdout.strip() == b"0" and done.returncode == -9
    (left,) = left_behind(tmp_path)
    source = open_session(left.slot.work_file, lambda: False)
    assert isinstance(source, OpenedSource) and source.work is not None
    assert np.array_equal(source.table.values, some_work().table.values)
    assert source.work.path == "/x/y.gmm" and source.work.unsaved
    left.slot.release()


def test_data_without_a_file_are_written_once(tmp_path: Path) -> None:
    slot = Slot.new(tmp_path)
    work = some_work()
    slot.write(work)
    (table,) = slot.folder.glob("*.table")
    written = table.stat().st_mtime_ns
    slot.write(replace(work, path="/other.gmm"))
    assert [table] == list(slot.folder.glob("*.table"))
    assert table.stat().st_mtime_ns == written
    slot.write(some_work(seed=1))
    (other,) = slot.folder.glob("*.table")
    assert other != table
    slot.release()


def test_empty_and_foreign_folders(tmp_path: Path) -> None:
    Slot.new(tmp_path).release()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "work.gmm").write_text("no session")
    assert left_behind(tmp_path) == []
    assert [folder.name for folder in tmp_path.iterdir()] == ["foreign"]
    assert left_behind(tmp_path / "nowhere") == []


def test_of_work_that_was_closed_the_newest_is_kept(tmp_path: Path) -> None:
    for seed in range(5):
        slot = Slot.new(tmp_path)
        slot.write(replace(some_work(seed), path=f"/{seed}.gmm"))
        slot.keep()
    crashed = Slot.new(tmp_path)
    crashed.write(some_work())
    crashed.release()
    forget_oldest_closed(tmp_path)
    found = left_behind(tmp_path)
    assert [left.heading.name for left in found if left.slot.is_closed] == [
        "4.gmm", "3.gmm", "2.gmm",
    ]  # fmt: skip
    assert len(found) == 4
    for left in found:
        left.slot.release()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        Slot.new(tmp_path / "file" / "autosave")
