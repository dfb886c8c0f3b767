"""Rows to be fitted under transforms: which are asked for, which values are refused."""

from __future__ import annotations

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.choice import DataChoice
from gmm_app.data.dataset import Dataset
from gmm_app.data.table import Table
from gmm_app.data.transforming import transformed
from gmm_app.errors import DataError, OptionError
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log, Standardise
from tests.reference_data import REFERENCE

GAP = np.nan
VALUES = np.array([[1.0, 2.0, GAP, 4.0], [0.0, -5.0, 5.0, 5.0], [0.1, 0.3, 0.2, 0.4]])


@pytest.fixture
def table() -> Table:
    return Table(VALUES.copy(), ("a", "b", "c"), "rows.csv")


def test_rows_stay_as_they_are_and_are_fitted_transformed(table: Table) -> None:
    rows = table.dataset(transforms={"a": "log", "c": "standardise"})
    np.testing.assert_array_equal(rows.X, VALUES.T)
    assert rows.transform_words == {"a": "log", "c": "standardise"}
    fitted = rows.fitted
    assert fitted.transforms == () and fitted.fitted is fitted
    np.testing.assert_array_equal(fitted.X[:, 0], np.log(VALUES[0]))
    np.testing.assert_array_equal(fitted.X[:, 1], VALUES[1])
    assert fitted.X[:, 2].mean() == pytest.approx(0.0, abs=1e-15)
    assert fitted.X[:, 2].std() == pytest.approx(1.0)
    np.testing.assert_array_equal(fitted.incomplete, rows.incomplete)
    slopes = np.where(np.isnan(VALUES[0]), 0.0, -np.log(VALUES[0])) - np.log(VALUES[2].std())
    assert fitted.log_jacobian is not None
    np.testing.assert_allclose(fitted.log_jacobian, slopes)
    assert fitted.total_log_jacobian == pytest.approx(slopes.sum())


def test_what_is_taken_of_rows_keeps_its_transforms(table: Table) -> None:
    rows = table.dataset(transforms="arcsinh:2")
    assert rows.take(np.array([1, 0])).transforms == rows.transforms == (Arcsinh(2.0),) * 3
    some = rows.fitted.take(np.array([3, 1]))
    assert rows.fitted.log_jacobian is not None and some.log_jacobian is not None
    np.testing.assert_array_equal(some.log_jacobian, rows.fitted.log_jacobian[[3, 1]])


def test_the_digest_tells_transforms_apart(table: Table) -> None:
    ways = ("", "none", "standardise", "arcsinh", "arcsinh:2")
    digests = {table.dataset(["a", "c"], transforms=words).digest for words in ways}
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("log", (Log(), Log())),
        ("a=log", (Log(), AsItIs())),
        (" c = arcsinh:0.5 , a=log ", (Log(), Arcsinh(0.5))),
        ("a=none,log", (AsItIs(), Log())),
    ],
)
def test_the_words_of_the_command_line(table: Table, words: str, expected: tuple) -> None:
    assert table.dataset(["a", "c"], transforms=words).transforms == expected


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ("b=log", DataError, "Column 'b' is 0 or less in 2 rows, .* choose arcsinh"),
        ("b=boxcox", DataError, "Column 'b' is 0 or less in 2 rows"),
        ("c=logit:0:0.4", DataError, "Column 'c' does not lie .* in 1 row: give other ends"),
        ("d=log", DataError, "No column 'd' is fitted, .* choose among a, b, c"),
        ("a=lg", OptionError, "no transform 'lg': choose none, standardise"),
    ],
)
def test_what_cannot_be_is_refused(
    table: Table, words: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        table.dataset(transforms=words)


def test_values_beyond_numbers_are_refused() -> None:
    wide = Dataset(np.array([[1e300, 1.0], [1e-300, 2.0], [2e300, 3.0]]), ("a", "b"))
    standardised = transformed(wide, "standardise")
    assert standardised.transforms[0] == Standardise(0.0, 1.0)  # a fit refuses the column itself
    huge = Dataset(np.array([[1e308], [1.0]]), ("a",))
    with pytest.raises(DataError, match="'a' has values that are too large or too small"):
        transformed(huge, "arcsinh:1e-300")


def test_a_condition_leaves_out_what_has_no_transform(table: Table) -> None:
    rows = table.dataset(where="b > 0", transforms={"b": "log"})
    np.testing.assert_array_equal(rows.fitted.X[:, 1], np.log([5.0, 5.0]))


def test_a_choice_keeps_transforms_of_columns_that_are_not_fitted(table: Table) -> None:
    choice = DataChoice(("a", "c"), transforms=(("a", "log"), ("b", "log")))
    assert choice.rows_of(table).transforms == (Log(), AsItIs())


def test_a_file_is_read_to_be_fitted_under_transforms() -> None:
    data = gm.read(REFERENCE / "faithful.csv", transforms={"waiting": "log"})
    assert data.transforms == (AsItIs(), Log())
