"""Standard errors and intervals by the bootstrap."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import FitError, OptionError
from gmm_app.fitting.bootstrap import iter_bootstrap
from gmm_app.fitting.optima import in_order_of
from tests.problems import random_mixture, with_gaps


@pytest.fixture(scope="module")
def one_gaussian():
    """A fit of one Gaussian, whose standard errors are known in closed form."""
    X = random_mixture(1, 2, seed=1).sample(2_000, seed=2)
    return gm.fit(X, n_components=1, seed=0)


@pytest.fixture(scope="module")
def faithful_fit(reference):
    return gm.fit(reference("faithful"), n_components=2, seed=0)


@pytest.mark.parametrize("method", ["weighted", "rows"])
def test_standard_errors_of_one_gaussian_are_those_of_the_textbook(one_gaussian, method):
    boot = gm.bootstrap(one_gaussian, n_draws=1_500, method=method, seed=3)
    variances = np.diag(one_gaussian.mixture.covariances[0])
    errors, n = boot.standard_errors, one_gaussian.n_samples
    np.testing.assert_allclose(errors.means[0], np.sqrt(variances / n), rtol=0.1)
    np.testing.assert_allclose(
        np.diag(errors.covariances[0]), variances * np.sqrt(2.0 / n), rtol=0.1
    )
    assert np.array_equal(errors.weights, [0.0])
    low, high = boot.intervals(0.95)
    half = 1.96 * np.sqrt(variances / n)
    np.testing.assert_allclose(high.means[0] - low.means[0], 2.0 * half, rtol=0.12)


def test_narrower_intervals_lie_within_wider_ones_and_hold_the_result(faithful_fit):
    boot = gm.bootstrap(faithful_fit, n_draws=400, seed=4)
    (low, high), (lower, higher) = boot.intervals(0.5), boot.intervals(0.99)
    for part in range(3):
        assert np.all(lower[part] <= low[part]) and np.all(high[part] <= higher[part])
        own = (faithful_fit.mixture.weights, faithful_fit.mixture.means)[part] if part < 2 else None
        if own is not None:
            assert np.all((lower[part] < own) & (own < higher[part]))


def test_the_same_seed_draws_the_same_and_more_draws_begin_with_those(faithful_fit):
    few, many = (gm.bootstrap(faithful_fit, n_draws=n, seed=5) for n in (20, 30))
    assert np.array_equal(few.draws.means, many.draws.means[:20])
    assert few.n_draws == 20 and few.n_failed == 0


def test_rows_that_count_twice_are_as_good_as_twice_the_rows(reference):
    X = np.array(reference("faithful").X)
    once = gm.fit(X, n_components=2, seed=0)
    twice = gm.fit(X, n_components=2, seed=0, row_weights=np.full(len(X), 2.0))
    for method in ("weighted", "rows"):
        errors = [
            gm.bootstrap(result, n_draws=600, method=method, seed=6).standard_errors.means
            for result in (once, twice)
        ]
        np.testing.assert_allclose(errors[0] / errors[1], np.sqrt(2.0), rtol=0.12)


def test_missing_values_make_a_result_less_sure(reference):
    X = np.array(reference("faithful").X)
    whole = gm.fit(X, n_components=2, seed=0)
    gaps = gm.fit(with_gaps(X, 0.4, seed=7), start=whole.mixture)
    sure, unsure = (
        gm.bootstrap(result, n_draws=300, seed=8).standard_errors for result in (whole, gaps)
    )
    assert np.all(unsure.means > sure.means)


def test_a_stop_keeps_the_draws_that_are_done(faithful_fit):
    flag = CancelFlag()
    steps = iter_bootstrap(faithful_fit, n_draws=100_000, seed=9, cancel=flag)
    for done in steps:
        if done == 50:
            break
    flag.set()
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.n_draws == 50
    assert end.value.value.n_asked == 100_000
    stopped = CancelFlag()
    timer = threading.Timer(0.3, stopped.set)
    timer.start()
    assert gm.bootstrap(faithful_fit, n_draws=10**7, seed=9, cancel=stopped).n_draws >= 20
    timer.join()
    with pytest.raises(FitError, match="Stopped after 0 draws"):
        gm.bootstrap(faithful_fit, cancel=flag)


@pytest.mark.parametrize("options", [{"method": "jackknife"}, {"n_draws": 3}, {"n_draws": 99.5}])
def test_options_that_make_no_sense_are_refused_at_once(faithful_fit, options):
    with pytest.raises(OptionError):
        iter_bootstrap(faithful_fit, **options)
    with pytest.raises(OptionError, match="Seed"):
        iter_bootstrap(faithful_fit, seed=-1)
    with pytest.raises(OptionError, match="level"):
        gm.bootstrap(faithful_fit, n_draws=20).intervals(95)


def test_components_are_told_by_what_they_are_not_by_their_numbers():
    mixture = random_mixture(5, 3, seed=10)
    shuffled = mixture.in_order(np.array([3, 1, 4, 0, 2]))
    assert np.array_equal(in_order_of(shuffled, mixture).means, mixture.means)
    assert in_order_of(mixture, mixture) is mixture
