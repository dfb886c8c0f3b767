"""Undo and redo of everything that a person does to choice, options and results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.fitting.fit import fit
from gmm_app.fitting.options import FitOptions
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.history import History
from gmm_app.session.opening import open_table
from gmm_app.session.work import DocumentState


@pytest.fixture
def document(qapp: QCoreApplication) -> Iterator[Document]:
    background = Background()
    document = Document(background)
    values = np.random.default_rng(0).standard_normal((3, 40))
    document.set_source(open_table(Table(values, ("a", "b", "c"), "made here")))
    yield document
    assert background.shutdown()


def settle(document: Document, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not document.is_choosing)


def words(document: Document) -> list[str]:
    return [step.words for step in document.history.done]


def choose(document: Document, qtbot: QtBot, **changes: object) -> None:
    document.choose(**changes)
    settle(document, qtbot)


def test_every_step_back_and_forth(document: Document, qtbot: QtBot) -> None:
    states = [document.state]

    def note() -> None:
        states.append(document.state)

    choose(document, qtbot, columns=("a", "b"))
    note()
    document.set_options(FitOptions(n_components=2))
    note()
    assert document.dataset is not None
    document.set_result(fit(document.dataset, n_components=2, n_init=1, seed=0))
    note()
    choose(document, qtbot, missing="drop")
    note()
    choose(document, qtbot, missing="keep", columns=("c",))
    note()
    assert words(document) == [
        "choosing columns",
        "changing Components",
        "the fit",
        "choosing which rows count",
        "choosing data",
    ]
    for state in reversed(states[:-1]):
        document.undo()
        settle(document, qtbot)
        assert document.state is state
        assert document.dataset is not None
        assert document.dataset.columns == state.choice.columns
        assert document.result is state.result
    assert document.history.done == []
    for state in states[1:]:
        document.redo()
        settle(document, qtbot)
        assert document.state is state
        assert document.dataset is not None
        assert document.dataset.columns == state.choice.columns
    assert document.history.undone == []


def test_a_new_step_forgets_what_was_undone(document: Document) -> None:
    document.set_options(FitOptions(n_components=2))
    document.undo()
    document.set_options(FitOptions(family="EEE"))
    assert words(document) == ["changing Covariance"]
    assert document.history.undone == []
    document.redo()
    assert document.options.family == "EEE"


def test_undoing_nothing_does_nothing(document: Document, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(document.historyChanged):
        document.undo()
        document.redo()


def test_undo_says_what_has_changed(document: Document, qtbot: QtBot) -> None:
    document.set_options(FitOptions(n_components=2))
    with qtbot.waitSignals([document.optionsChanged, document.historyChanged]):
        document.undo()
    choose(document, qtbot, columns=("a",))
    with qtbot.waitSignals([document.datasetChanged, document.resultChanged]):
        document.undo()
    assert document.choice.columns == ("a", "b", "c")


def test_another_source_begins_another_history(document: Document) -> None:
    document.set_options(FitOptions(n_components=2))
    document.set_source(open_table(Table(np.ones((1, 3)) * [1, 2, 3], ("x",), "other")))
    assert document.history.done == [] and document.is_saved
    assert document.options.n_components == 2


def test_what_is_undone_after_saving_is_not_saved(document: Document) -> None:
    assert document.is_saved
    document.set_options(FitOptions(n_components=2))
    work = document.work(None, {})
    assert work is not None and work.unsaved
    seen = []
    for act in (lambda: document.set_saved(work), document.undo, document.redo):
        act()
        seen.append(document.is_saved)
    assert seen == [True, False, True]


def test_edits_of_one_option_within_a_moment_are_one_step() -> None:
    history = History()
    state = DocumentState(DataChoice(()))
    for now, what in ((0.0, "K"), (1.0, "K"), (2.0, "K"), (2.5, "tol"), (3.0, "K"), (9.0, "K")):
        history.record(what, state, now=now, merge=True)
    assert [step.words for step in history.done] == ["K", "tol", "K", "K"]
    history.undo(state)
    history.record("K", state, now=9.1, merge=True)
    history.record("fit", state, now=9.2, merge=False)
    history.record("fit", state, now=9.3, merge=False)
    assert [step.words for step in history.done] == ["K", "tol", "K", "K", "fit", "fit"]


def test_a_history_has_an_end() -> None:
    history = History()
    for number in range(1000):
        history.record(str(number), DocumentState(DataChoice(())), now=0.0, merge=False)
    assert len(history.done) == 200 and history.done[-1].words == "999"
