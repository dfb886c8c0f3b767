"""Choosing families and numbers of components."""

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import DataError, FitError, OptionError
from tests.problems import random_mixture

QUICK: dict[str, Any] = {"n_init": 2, "seed": 0, "tol": 1e-6}


def three_groups(n_samples=600):
    mixture = gm.Mixture([0.3, 0.3, 0.4], [[0, 0], [6, 0], [0, 6]], [np.eye(2)] * 3, "EII")
    return mixture.sample(n_samples, seed=1)


def test_finds_the_number_and_the_family_that_made_the_rows():
    choice = gm.select(three_groups(), n_components=range(1, 6), **QUICK)
    assert choice.best.mixture.n_components == 3
    assert choice.best.mixture.family == "EII"
    assert choice.table[0]["bic"] == choice.best.bic == min(row["bic"] for row in choice.table)
    assert len(choice.cells) == choice.n_cells == 3 + 4 * 14


def test_a_cell_is_the_fit_that_the_same_options_give():
    X = three_groups()
    choice = gm.select(X, n_components=[3], families=["VEV"], **QUICK)
    alone = gm.fit(X, n_components=3, family="VEV", init="hierarchical", **QUICK)
    assert choice.best.log_likelihood == alone.log_likelihood
    assert np.array_equal(choice.best.mixture.means, alone.mixture.means)


@pytest.mark.parametrize("criterion", ["bic", "icl", "aic"])
def test_the_table_is_sorted_by_the_criterion(criterion):
    choice = gm.select(
        three_groups(),
        n_components=[1, 2, 3],
        families=["EII", "VVV"],
        criterion=criterion,
        **QUICK,
    )
    values = [row[criterion] for row in choice.table]
    assert values == sorted(values)
    assert set(choice.table[0]) >= {"family", "n_components", "log_likelihood", "failure"}


def test_families_that_mean_the_same_are_fitted_once():
    X = three_groups()
    one = gm.select(X, n_components=1, **QUICK)
    assert [cell.family for cell in one.cells] == ["EII", "EEI", "EEE"]
    column = gm.select(X[:, :1], n_components=2, **QUICK)
    assert [cell.family for cell in column.cells] == ["EII", "VII"]


def test_a_cell_that_fails_says_why():
    X = np.repeat([[0.0, 0.0], [1.0, 2.0], [5.0, 1.0]], 20, axis=0)
    choice = gm.select(X, n_components=[1, 3], families=["EEE"], reg_covar=0.0, **QUICK)
    failed = choice.table[-1]
    assert failed["failure"] and failed["log_likelihood"] is None
    assert choice.best.mixture.n_components == 1


def test_where_every_cell_fails_the_first_reason_is_given():
    X = np.repeat([[0.0, 0.0], [1.0, 2.0], [5.0, 1.0]], 20, axis=0)
    choice = gm.select(X, n_components=3, families="VVV", reg_covar=0.0, **QUICK)
    with pytest.raises(FitError, match="ollapsed|singular"):
        choice.best  # noqa: B018


def test_what_was_stopped_goes_on_where_it_was():
    X, flag = three_groups(), CancelFlag()
    asked: dict[str, Any] = {"n_components": [2, 3], "families": ["EII", "VVV"], **QUICK}
    steps = gm.iter_select(X, cancel=flag, **asked)
    next(steps)
    first = next(steps)
    flag.set()
    with pytest.raises(StopIteration) as end:
        next(steps)
    stopped = end.value.value
    assert stopped.stopped and stopped.cells == first.cells and len(first.cells) == 2
    whole = gm.select(X, previous=stopped, **asked)
    assert whole.cells[:2] == stopped.cells
    assert not whole.stopped and len(whole.cells) == 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"criterion": "BIC"}, "no criterion 'BIC': choose bic"),
        ({"families": ["XYZ"]}, "no covariance family 'XYZ'"),
        ({"n_components": []}, "at least one number"),
        ({"n_components": [0]}, "Components cannot be 0"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused_at_once(asked, words):
    with pytest.raises(OptionError, match=words):
        next(gm.iter_select(three_groups(), **asked))


def test_bad_data_are_refused():
    with pytest.raises(DataError):
        gm.select(np.array([[np.nan], [1.0]]))


def test_more_components_than_rows_fail_alone():
    choice = gm.select(random_mixture(1, 2, seed=0).sample(4, seed=0), n_components=[1, 5], **QUICK)
    assert choice.table[-1]["failure"].startswith("5 components need")


def test_every_family_ends_at_least_as_high_as_where_the_best_one_leads_it():
    X = random_mixture(4, 2, seed=3, spread=2.0).sample(800, seed=4)
    choice = gm.select(X, n_components=4, **QUICK)
    leader = choice.best.mixture
    for cell in choice.cells:
        led = gm.fit(X, start=leader, family=cell.family, tol=QUICK["tol"])
        assert cell.result is not None
        assert cell.result.log_likelihood >= led.log_likelihood - 1e-3
