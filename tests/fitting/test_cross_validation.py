"""Log-likelihoods of rows that were left out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, OptionError
from tests.problems import random_mixture, with_gaps


def test_it_foretells_the_log_likelihood_of_new_rows():
    true = random_mixture(2, 2, seed=1)
    X, fresh = true.sample(2_000, seed=2), true.sample(200_000, seed=3)
    options: dict[str, Any] = {"n_components": 2, "n_init": 2, "seed": 0}
    found = gm.cross_validate(X, **options)
    expected = gm.fit(X, **options).mixture.log_density(fresh).mean() * 2_000
    assert abs(found.log_likelihood - expected) < 3.0 * found.standard_error
    assert found.total_weights.sum() == 2_000
    assert found.deviance == -2.0 * found.log_likelihood


def test_each_fold_is_scored_by_a_fit_to_the_others(reference):
    X = np.array(reference("iris").X)[::10]
    found = gm.cross_validate(X, n_folds=15, n_components=1, reg_covar=0, seed=0)
    one_out = [
        gm.fit(np.delete(X, i, axis=0), n_components=1, reg_covar=0).mixture.log_density(X[[i]])[0]
        for i in range(15)
    ]
    np.testing.assert_allclose(np.sort(found.log_likelihoods), np.sort(one_out), rtol=1e-9)


def test_more_components_than_there_are_do_not_help():
    X = random_mixture(2, 2, seed=4, spread=5.0).sample(400, seed=5)
    deviances = [gm.cross_validate(X, n_components=k, n_init=4, seed=0).deviance for k in (1, 2, 6)]
    assert deviances[1] == min(deviances)


def test_weights_and_gaps_count_as_in_a_fit():
    X = with_gaps(random_mixture(2, 3, seed=6).sample(300, seed=7), 0.2, seed=8)
    once = gm.cross_validate(X, n_components=2, seed=0)
    twice = gm.cross_validate(X, n_components=2, seed=0, row_weights=np.full(300, 2.0))
    assert np.isfinite(once.log_likelihood)
    assert twice.log_likelihood == pytest.approx(2.0 * once.log_likelihood, rel=1e-2)


@pytest.mark.parametrize("n_folds", [1, 2.5, 51, "ten"])
def test_a_number_of_folds_that_makes_no_sense_is_refused(n_folds):
    with pytest.raises(OptionError, match="from 2 to the number of rows"):
        gm.cross_validate(np.arange(50.0), n_folds=n_folds, n_components=1)


def test_it_can_be_stopped():
    flag = CancelFlag()
    flag.set()
    with pytest.raises(Cancelled):
        gm.cross_validate(np.arange(50.0), n_components=1, cancel=flag)


def test_a_selection_by_it_ranks_by_it_and_goes_on_after_a_stop(reference):
    data = reference("faithful")
    asked: dict[str, Any] = {"n_components": [1, 2], "families": ["EEE", "VVV"], "seed": 0}
    whole = gm.select(data, **asked, criterion="cv")
    values = [row["cv"] for row in whole.table]
    assert values == sorted(values) and len(values) == 3
    best = whole.best
    assert best is whole.ranked[0].result
    assert gm.cross_validate(data, **asdict(best.options)).deviance == values[0]
    flag = CancelFlag()
    steps = gm.iter_select(data, **asked, criterion="cv", cancel=flag)
    next(steps)
    flag.set()
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    part = end.value.value
    assert part.stopped
    again = gm.select(data, **asked, criterion="cv", previous=part)
    assert [row["cv"] for row in again.table] == values
