"""Rows by a condition, by weights and known components: what a choice makes of a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.choice import DataChoice
from gmm_app.data.dataset import Dataset
from gmm_app.data.reading import columns_needed, read
from gmm_app.data.samples import SAMPLES
from gmm_app.data.table import LabelColumn, Table
from gmm_app.errors import ConditionError, DataError
from gmm_app.fitting.fit import fit

GAP = np.nan
VALUES = np.array(
    [
        [1.0, 2.0, GAP, 4.0, 5.0, 6.0],
        [GAP, 5.0, GAP, 7.0, 8.0, 9.0],
        [1.0, 2.0, 3.0, 0.0, 1.0, 1.0],
        [7.0, GAP, 3.0, 3.0, 7.0, 12.0],
    ]
)
KIND = LabelColumn("kind", np.array([2, 0, 1, -1, 2, 0], dtype=np.int32), ("pear", "fig", "apple"))


def table() -> Table:
    return Table(VALUES, ("a", "b", "times", "group"), "rows.csv", ("kind", "note"), (KIND,))


def chosen(**choice: str) -> Dataset:
    return DataChoice(("a", "b"), **choice).rows_of(table())  # type: ignore[arg-type]


def numbers(dataset: Dataset) -> list[int]:
    rows = dataset.row_numbers
    return list(range(dataset.n_samples)) if rows is None else rows.tolist()


def test_rows_are_chosen_before_those_that_lack_values() -> None:
    dataset = chosen(where="a < 6 or a is missing")
    assert numbers(dataset) == [0, 1, 3, 4]
    assert (dataset.n_filtered, dataset.n_left_out, dataset.n_incomplete) == (1, 1, 1)
    dataset = chosen(where="a < 6", missing="drop")
    assert numbers(dataset) == [1, 3, 4]
    assert (dataset.n_filtered, dataset.n_left_out) == (2, 1)
    assert dataset.X.tolist() == [[2.0, 5.0], [4.0, 7.0], [5.0, 8.0]]
    assert dataset.where == "a < 6"
    part = dataset.take(np.array([2, 0]))
    assert (numbers(part), part.where, part.n_filtered) == ([4, 1], "a < 6", 2)


def test_a_condition_may_be_on_columns_that_are_not_fitted() -> None:
    assert numbers(chosen(where="kind = 'apple' and times = 1")) == [0, 4]
    assert numbers(chosen(where="  ")) == [0, 1, 3, 4, 5]
    assert chosen(where="  ").where == ""


def test_no_row_is_left() -> None:
    with pytest.raises(DataError) as caught:
        chosen(where="a > 100")
    assert str(caught.value) == (
        "No row of rows.csv fulfils the condition: change it, or take it away."
    )
    with pytest.raises(DataError) as caught:
        chosen(where="times = 3 or times = 1 and a = 1", missing="drop")
    assert str(caught.value) == (
        "No row of rows.csv that fulfils the condition is complete: 'b' lacks 2 of 2 values. "
        "Choose fewer columns."
    )
    with pytest.raises(ConditionError, match="did you mean a"):
        chosen(where="A > 1")


def test_words_say_which_component_a_row_is_from() -> None:
    dataset = chosen(known="kind")
    assert dataset.known_as == ("apple", "pear")
    assert dataset.known is not None
    assert dataset.known.tolist() == [0, 1, -1, 0, 1]
    dataset = chosen(known="kind", where="a > 1 or a is missing")
    assert numbers(dataset) == [1, 3, 4, 5]
    assert dataset.known_as == ("apple", "pear")
    assert chosen(known="kind", where="kind = 'pear'").known_as == ("pear",)
    nothing = chosen(known="kind", where="kind is missing")
    assert (nothing.known, nothing.known_as) == (None, ())


def test_whole_numbers_say_which_component_a_row_is_from() -> None:
    dataset = chosen(known="group", weights="times")
    assert numbers(dataset) == [0, 1, 4, 5]
    assert dataset.known_as == ("7", "12")
    assert dataset.known is not None and dataset.weights is not None
    assert dataset.known.tolist() == [0, -1, 0, 1]
    assert dataset.weights.tolist() == [1.0, 2.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("known", "words"),
    [("half", "has 0.5"), ("endless", "has inf"), ("note", "does not hold"), ("x", "no column")],
)
def test_what_cannot_say_which_component_a_row_is_from(known: str, words: str) -> None:
    values = np.array([[1.0, 2.0, 3.0], [1.0, 0.5, 2.0], [1.0, 2.0, np.inf]])
    odd = Table(values, ("a", "half", "endless"), "rows.csv", ("note",))
    with pytest.raises(DataError, match=words):
        odd.dataset(["a"], known=known)


def test_columns_with_a_role_are_not_fitted_unless_asked_for() -> None:
    assert table().dataset(weights="times", known="group").columns == ("a", "b")
    assert table().dataset(known="kind").columns == ("a", "b", "times", "group")
    assert table().dataset(["times"], weights="times").columns == ("times",)


def test_only_the_columns_that_a_choice_has_to_do_with_are_read() -> None:
    needed = columns_needed(["a", "b"], "n", None, "log(c) > 1 and [FSC-A] > a")
    assert needed == ["a", "b", "n", "c", "FSC-A"]
    assert columns_needed(None, "n", None, "c > 1") is None
    with pytest.raises(ConditionError):
        columns_needed(None, None, None, "c ; d")


def test_a_file_is_read_with_a_condition() -> None:
    path = SAMPLES["gvhd_control"].path
    everything = read(path)
    dataset = read(path, ["CD3"], where="CD4 > 200 and CD8 < 400")
    cd4, cd8 = (everything.X[:, everything.columns.index(name)] for name in ("CD4", "CD8"))
    assert dataset.columns == ("CD3",)
    assert numbers(dataset) == np.flatnonzero((cd4 > 200) & (cd8 < 400)).tolist()
    assert dataset.n_filtered == everything.n_samples - dataset.n_samples
    assert dataset.n_left_out == 0


def test_known_components_keep_their_numbers_in_a_fit(tmp_path: Path) -> None:
    header, *lines = SAMPLES["iris"].path.read_text().splitlines()
    species = [name for name in ("virginica", "setosa", "versicolor") for _ in range(50)]
    path = tmp_path / "iris.csv"
    labelled = [f"{line},{name}" for line, name in zip(lines, species, strict=True)]
    path.write_text("\n".join([f"{header},Species", *labelled]))
    dataset = read(path, known="Species")
    assert dataset.known_as == ("setosa", "versicolor", "virginica")
    result = fit(dataset, n_components=3, seed=0)
    for k in range(3):
        assert dataset.known is not None
        own = dataset.X[dataset.known == k].mean(axis=0)
        assert np.allclose(result.mixture.means[k], own)
    assert "known components: 1 setosa, 2 versicolor, 3 virginica" in result.report()
