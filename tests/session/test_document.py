"""The open document: choices of columns, and results that stay with their data."""

import numpy as np
import pytest

from gmm_app.data.import_options import AS_FOUND
from gmm_app.data.table import Table
from gmm_app.errors import DataError
from gmm_app.fitting.fit import fit
from gmm_app.fitting.options import FitOptions
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.opening import open_file, open_table


def table():
    rng = np.random.default_rng(0)
    values = np.array([rng.standard_normal(50), np.full(50, 3.0), rng.standard_normal(50)])
    values[2, :5] = np.nan
    return Table(values, ("a", "constant", "b"), "made here")


@pytest.fixture
def background(qapp):
    background = Background()
    yield background
    assert background.shutdown()


@pytest.fixture
def document(background):
    document = Document(background)
    document.set_source(open_table(table()))
    return document


def test_columns_that_vary_are_chosen_at_first(document):
    assert document.dataset.columns == ("a", "b")
    assert document.dataset.n_incomplete == 5


def test_a_result_belongs_to_its_columns_and_comes_back_with_them(document, qtbot):
    document.set_result(fit(document.dataset, n_components=1, seed=0))
    kept = document.result
    assert kept is not None
    with qtbot.waitSignals([document.datasetChanged, document.resultChanged]):
        document.choose(columns=("a",))
    assert document.result is None
    with qtbot.waitSignal(document.datasetChanged):
        document.choose(columns=("b", "a"))
    assert document.dataset.columns == ("a", "b")
    assert document.result is kept


def test_of_several_choices_in_a_row_the_last_one_counts(document, qtbot):
    seen = []
    document.datasetChanged.connect(lambda: seen.append(document.dataset.columns))
    for columns in (("a",), ("b",), ("a", "b"), ("b",)):
        document.choose(columns=columns)
    assert document.is_choosing
    qtbot.waitUntil(lambda: not document.is_choosing)
    assert seen == [("b",)]


def test_rows_that_lack_values_are_left_out_when_asked(document, qtbot):
    document.set_result(fit(document.dataset, n_components=1, seed=0))
    kept = document.result
    with qtbot.waitSignal(document.datasetChanged):
        document.choose(missing="drop")
    assert document.dataset.n_incomplete == 0
    assert document.dataset.n_left_out == 5
    assert document.result is None
    with qtbot.waitSignal(document.datasetChanged):
        document.choose(columns=("a",))
    assert document.choice.missing == "drop"
    document.choose(columns=("a", "b"))
    with qtbot.waitSignal(document.datasetChanged):
        document.choose(missing="keep")
    assert document.dataset.n_incomplete == 5
    assert document.result is kept


def test_a_choice_that_leaves_no_row_changes_nothing(background, qtbot):
    values = np.array([[1.0, np.nan, 3.0], [np.nan, 5.0, np.nan]])
    document = Document(background)
    document.set_source(open_table(Table(values, ("a", "b"), "rows.csv")))
    document.choose(columns=("a", "b"))
    qtbot.waitUntil(lambda: not document.is_choosing)
    with qtbot.waitSignal(document.choiceFailed) as failed:
        document.choose(missing="drop")
    assert "is complete" in failed.args[0]
    assert document.choice.missing == "keep"


def test_another_source_starts_clean(document):
    document.set_result(fit(document.dataset, n_components=1, seed=0))
    document.set_source(open_table(table()))
    assert document.result is None


def test_no_column_is_refused_and_the_choice_stays(document, qtbot):
    before = document.dataset
    with qtbot.waitSignal(document.choiceFailed) as failed:
        document.choose(columns=())
    assert "at least one" in failed.args[0]
    assert document.dataset is before


def test_nothing_open(background):
    document = Document(background)
    document.choose(columns=("a",))
    assert document.dataset is None and not document.is_choosing


def test_options_are_announced_when_they_change(document, qtbot):
    with qtbot.waitSignal(document.optionsChanged):
        document.set_options(FitOptions(n_components=7))
    with qtbot.assertNotEmitted(document.optionsChanged):
        document.set_options(FitOptions(n_components=7))


def test_opening_a_file_that_is_none(tmp_path):
    with pytest.raises(DataError):
        open_file(tmp_path, AS_FOUND, lambda: False)


def test_a_column_that_numbers_the_rows_is_left_for_the_person_to_choose() -> None:
    numbers = np.arange(1.0, 51.0)
    measured = np.random.default_rng(0).standard_normal(50)
    table = Table(np.stack([numbers, measured]), ("row", "length"), "rows.csv")
    assert open_table(table).dataset.columns == ("length",)
    alone = Table(numbers[np.newaxis], ("row",), "rows.csv")
    assert open_table(alone).dataset.columns == ("row",)
