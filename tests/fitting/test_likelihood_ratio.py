"""The bootstrap likelihood-ratio test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, OptionError
from gmm_app.fitting.likelihood_ratio import iter_likelihood_ratio_test
from tests.problems import random_mixture, with_gaps


def test_two_components_beat_one_and_three_do_not_beat_two():
    X = random_mixture(2, 2, seed=1, family="EEE", spread=3.0).sample(300, seed=2)
    options: dict[str, Any] = {"family": "EEE", "n_init": 2, "seed": 0, "n_draws": 39}
    one, two = (gm.likelihood_ratio_test(X, n_components=k, **options) for k in (1, 2))
    assert one.p_value == 1 / 40
    assert two.p_value > 0.05
    gain = one.more.log_likelihood - one.fewer.log_likelihood
    assert one.statistic == pytest.approx(2.0 * gain)
    assert one.simulated.shape == (39,) and np.all(one.simulated >= 0.0)


def test_p_values_are_even_where_fewer_components_are_the_truth():
    """25 data sets of one Gaussian: how often p is at most 0.3 is binomial, 7.5 on average."""
    found = [
        gm.likelihood_ratio_test(
            random_mixture(1, 1, seed=3).sample(60, seed=seed),
            n_components=1,
            family="EII",
            n_init=1,
            n_draws=19,
            seed=seed,
        ).p_value
        for seed in range(25)
    ]
    low = sum(p <= 0.3 for p in found)
    assert 2 <= low <= 15


def test_rows_drawn_lack_what_the_data_lack():
    X = with_gaps(random_mixture(1, 3, seed=4).sample(120, seed=5), 0.3, seed=6)
    found = gm.likelihood_ratio_test(X, n_components=1, family="EII", n_init=1, n_draws=19, seed=0)
    assert 0.05 <= found.p_value <= 1.0
    assert found.fewer.dataset.n_incomplete > 50


def test_the_same_seed_gives_the_same(reference):
    options: dict[str, Any] = {"n_components": 1, "family": "EEE", "n_init": 1, "n_draws": 19}
    one, other = (
        gm.likelihood_ratio_test(reference("faithful"), **options, seed=7) for _ in range(2)
    )
    assert np.array_equal(one.simulated, other.simulated)


def test_a_stop_keeps_the_draws_that_are_done():
    X = random_mixture(2, 2, seed=8).sample(200, seed=9)
    flag = CancelFlag()
    steps = iter_likelihood_ratio_test(
        X, n_components=1, n_init=1, n_draws=10_000, seed=0, cancel=flag
    )
    for done in steps:
        if done == 19:
            flag.set()
            break
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.simulated.size == 19
    with pytest.raises(Cancelled):
        gm.likelihood_ratio_test(X, n_components=1, cancel=flag)


@pytest.mark.parametrize("options", [{"n_draws": 5}, {"n_draws": 20.5}, {"n_components": 1000}])
def test_options_that_make_no_sense_are_refused_at_once(options):
    with pytest.raises(OptionError):
        iter_likelihood_ratio_test(np.arange(2_000.0), **{"n_components": 1} | options)


def test_a_row_that_counts_several_times_is_drawn_as_several():
    rows = np.random.default_rng(0).standard_normal((60, 1))
    rows[:30] += 1.5
    options: dict[str, Any] = {"n_components": 1, "n_draws": 39, "n_init": 2, "seed": 0}
    weighted = gm.likelihood_ratio_test(rows, row_weights=np.full(60, 8.0), **options)
    repeated = gm.likelihood_ratio_test(np.repeat(rows, 8, axis=0), **options)
    assert weighted.statistic == pytest.approx(repeated.statistic, rel=0.05)
    ratio = np.median(weighted.simulated) / np.median(repeated.simulated)
    assert 0.4 < ratio < 2.5
