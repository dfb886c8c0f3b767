"""Starts that a person gives."""

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.errors import OptionError
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
