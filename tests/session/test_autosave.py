"""Autosave: what is kept, when, and what is left when the window closes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from gmm_app.data.table import Table
from gmm_app.fitting.fit import fit
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import StopReason
from gmm_app.session.autosave import Autosaver
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController
from gmm_app.session.opening import OpenedSource, open_table
from gmm_app.session.preparation import Preparation
from gmm_app.session.reopening import open_session
from gmm_app.session.slots import Left, left_behind
from gmm_app.session.work import Work

LONG = FitOptions(n_components=3, n_init=1000, seed=0, tol=0, max_iter=100_000, accelerate=False)


class Program:
    """What a window has of the session, without the window."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.background, self.writer = Background(), Background("write")
        self.document = Document(self.background)
        self.preparation = Preparation(self.background)
        self.controller = FitController(self.background, self.preparation)
        self.autosaver = Autosaver(root, self.document, self.controller, self.writer)
        self.autosaver.view = lambda: {"shown": "this"}

    def open(self, seed: int = 0) -> None:
        values = np.random.default_rng(seed).standard_normal((2, 300))
        self.document.set_source(open_table(Table(values, ("a", "b"), f"drawn {seed}")))

    def fit(self) -> None:
        assert self.document.dataset is not None
        self.document.set_result(fit(self.document.dataset, n_components=1, n_init=1, seed=0))

    def keep_now(self) -> None:
        """What the timer does a little later."""
        self.autosaver._on_due()

    def work_files(self) -> list[Path]:
        return sorted(self.root.rglob("work.gmm"))

    def end(self) -> None:
        """As a window does when it is closed; once."""
        if self.writer.closing.is_set():
            return
        self.autosaver.stop()
        self.controller.stop()
        self.autosaver.leave()
        self.preparation.shutdown()
        assert self.background.shutdown() and self.writer.shutdown(finish=True)


@pytest.fixture
def program(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / "autosave")
    yield program
    program.end()


def read(path: Path) -> Work:
    source = open_session(path, lambda: False)
    assert isinstance(source, OpenedSource) and source.work is not None
    return source.work


def left(root: Path) -> list[Left]:
    found = left_behind(root)
    for one in found:
        one.slot.release()
    return found


def test_what_is_open_is_kept_soon(program: Program, qtbot: QtBot) -> None:
    program.open()
    program.document.set_options(FitOptions(n_components=7))
    qtbot.waitUntil(lambda: len(program.work_files()) == 1, timeout=10_000)
    work = read(program.work_files()[0])
    assert work.state.options.n_components == 7
    assert work.view == {"shown": "this"} and work.unsaved
    assert left(program.root) == []


def test_a_fit_is_kept_while_it_runs(program: Program, qtbot: QtBot) -> None:
    program.open()
    program.fit()
    assert program.document.dataset is not None
    before = program.document.result
    program.controller.start(program.document.dataset, LONG)

    def kept() -> Work | None:
        files = program.work_files()
        work = read(files[0]) if files else None
        return work if work and work.running else None

    qtbot.waitUntil(lambda: kept() is not None, timeout=60_000)
    work = kept()
    assert work is not None and work.running is not None and before is not None
    assert work.running.stop_reason is StopReason.STOPPED
    assert work.running.log_likelihood >= before.log_likelihood
    assert work.state.result is not None
    assert work.state.result.summary() == before.summary()


def test_nothing_open_leaves_nothing(program: Program) -> None:
    program.end()
    assert not program.root.exists()


def test_results_that_were_not_saved_are_left_for_later(program: Program) -> None:
    program.open()
    program.fit()
    program.end()
    (one,) = left(program.root)
    assert one.slot.is_closed and one.heading.n_results == 1
    work = read(one.slot.work_file)
    assert work.state.result is not None and program.document.result is not None
    assert work.state.result.summary() == program.document.result.summary()


def test_work_that_was_saved_leaves_nothing(program: Program, qtbot: QtBot) -> None:
    program.open()
    program.fit()
    program.keep_now()
    qtbot.waitUntil(lambda: len(program.work_files()) == 1, timeout=10_000)
    work = program.document.work(None, {})
    assert work is not None
    program.document.set_saved(work)
    program.end()
    assert list(program.root.iterdir()) == []


def test_other_data_take_the_place_of_results_that_were_not_saved(
    program: Program, qtbot: QtBot
) -> None:
    program.open()
    program.fit()
    program.autosaver.leave()
    program.open(seed=1)
    program.keep_now()
    qtbot.waitUntil(lambda: len(program.work_files()) == 2, timeout=10_000)
    (one,) = left(program.root)
    assert one.heading.name == "drawn 0" and one.slot.is_closed


def test_work_that_is_brought_back_goes_on_where_it_was(program: Program, qtbot: QtBot) -> None:
    program.open()
    program.fit()
    program.autosaver.leave()
    program.open(seed=1)
    qtbot.waitUntil(lambda: program.writer.n_jobs == 0)
    with qtbot.waitSignal(program.autosaver.found) as found:
        program.autosaver.look()
    (one,) = found.args[0]
    source = open_session(one.slot.work_file, lambda: False)
    assert isinstance(source, OpenedSource)
    program.autosaver.leave(one.slot)
    program.document.set_source(source)
    program.document.set_options(FitOptions(n_components=9))
    program.keep_now()
    qtbot.waitUntil(lambda: not one.slot.is_closed, timeout=10_000)
    assert read(one.slot.work_file).state.options.n_components == 9
    assert len(program.work_files()) == 1
    assert left(program.root) == []


def test_a_folder_that_cannot_be_written_is_said_once(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "autosave").touch()
    with qtbot.waitSignal(program.autosaver.failed, timeout=10_000) as failed:
        program.open()
        program.keep_now()
    assert "not kept" in failed.args[0] and "\n" not in failed.args[0]
    qtbot.waitUntil(lambda: program.writer.n_jobs == 0, timeout=10_000)
    with qtbot.assertNotEmitted(program.autosaver.failed):
        program.document.set_options(FitOptions(n_components=5))
        program.keep_now()
        assert program.writer.n_jobs == 1
        qtbot.waitUntil(lambda: program.writer.n_jobs == 0, timeout=10_000)
