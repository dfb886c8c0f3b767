"""Starts that a person gives, and short runs before a start."""

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import OptionError
from gmm_app.fitting.ending import StoppedEmpty
from tests.problems import random_mixture

TRUTH = random_mixture(3, 2, seed=0)
X = TRUTH.sample(500, seed=1)
TEXTBOOK: dict[str, Any] = {"accelerate": False, "prefix": False, "reg_covar": 0.0}


def test_a_mixture_as_start_is_the_first_step():
    first = next(gm.iter_fit(X, start=TRUTH, **TEXTBOOK))
    np.testing.assert_array_equal(first.mixture.means, TRUTH.means)
    np.testing.assert_array_equal(first.mixture.covariances, TRUTH.covariances)
    assert first.n_starts == 1
    assert first.log_likelihood == pytest.approx(TRUTH.log_density(X).sum())


def test_a_mixture_of_another_family_starts_within_the_family_asked_for():
    first = next(gm.iter_fit(X, start=TRUTH, family="EEE", **TEXTBOOK))
    pooled = np.tensordot(TRUTH.weights, TRUTH.covariances, axes=1)
    np.testing.assert_allclose(first.mixture.covariances, np.repeat(pooled[np.newaxis], 3, axis=0))


def test_labels_as_start():
    labels = TRUTH.predict(X)
    first = next(gm.iter_fit(X, start=labels, **TEXTBOOK))
    for k in range(3):
        np.testing.assert_allclose(first.mixture.means[k], X[labels == k].mean(axis=0))
    np.testing.assert_allclose(first.mixture.weights, np.bincount(labels) / 500)


def test_more_starts_may_follow_a_given_one():
    result = gm.fit(X, start=TRUTH, n_init=3, seed=0)
    assert len(result.starts) == 3
    drawn = gm.fit(X, n_components=3, n_init=3, seed=0)
    assert np.array_equal(result.starts[2].history, drawn.starts[2].history)


@pytest.mark.parametrize(
    ("start", "options", "words"),
    [
        (TRUTH, {"n_components": 2}, "start has 3 components, and 2"),
        (random_mixture(2, 3, seed=0), {}, "start has 3 columns, and the data 2"),
        (np.zeros(7, dtype=int), {}, "whole number from 0 for each row"),
        (np.full(500, 0.5), {}, "whole number from 0 for each row"),
        (np.full(500, 2), {}, "none may be without rows"),
        (np.full(500, -1), {}, "none may be without rows"),
    ],
)
def test_starts_that_do_not_fit_are_refused_at_once(start, options, words):
    with pytest.raises(OptionError, match=words):
        gm.iter_fit(X, start=start, **options)


def test_a_start_goes_on_with_the_best_of_its_short_runs(reference):
    data = reference("wreath")
    options: dict[str, Any] = {"n_components": 10, "n_init": 1, "prefix": False}
    single = [gm.fit(data, **options, seed=seed).log_likelihood for seed in range(6)]
    short = [gm.fit(data, **options, seed=seed, short_runs=8) for seed in range(6)]
    assert np.mean([result.log_likelihood for result in short]) > np.mean(single)
    # EM goes on from where the short run has ended; its passes count.
    assert all(result.n_passes > 8 * 5 for result in short)
    again = gm.fit(data, **options, seed=0, short_runs=8)
    assert np.array_equal(again.history, short[0].history)


def test_short_runs_leave_a_given_start_alone(reference):
    labels = np.repeat([0, 1, 2], 50)
    plain = gm.fit(reference("iris"), start=labels, seed=0)
    assert np.array_equal(
        gm.fit(reference("iris"), start=labels, seed=0, short_runs=5).history, plain.history
    )


def test_short_runs_that_collapse_are_passed_over():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.standard_normal((100, 1)), np.full((40, 1), 3.0)])
    result = gm.fit(rows, n_components=2, init="random_rows", seed=0, n_init=2, short_runs=6)
    assert np.isfinite(result.log_likelihood)


def test_short_runs_can_be_stopped(reference):
    flag = CancelFlag()
    flag.set()
    with pytest.raises(StoppedEmpty):
        gm.fit(reference("iris"), n_components=3, short_runs=100, cancel=flag)
