"""Rows that are known to be from a component (semi-supervised fits)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

import gmm_app as gm
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import DataError, OptionError
from tests import naive
from tests.problems import random_mixture, with_gaps

SPECIES = np.repeat([0, 1, 2], 50)
TIGHT: dict[str, Any] = {"tol": 0.0, "max_iter": 20_000, "reg_covar": 0.0}


def some_known(labels, share, seed):
    return np.where(np.random.default_rng(seed).random(len(labels)) < share, labels, -1)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_features", [2, 11])
def test_a_known_row_counts_for_its_component_alone(family, n_features):
    mixture = random_mixture(3, n_features, seed=1, family=family)
    X, labels = mixture.sample_labelled(700, seed=2)
    known = some_known(labels, 0.4, seed=3)
    got = LocalEngine(as_dataset(X, known=known), cancel=CancelFlag()).em_pass(mixture)
    log_prob = naive.joint_log_prob(X, mixture.weights, mixture.means, mixture.covariances)
    resp, log_density = naive.score_rows(X, mixture.weights, mixture.means, mixture.covariances)
    is_known = known >= 0
    resp[is_known] = np.eye(3)[known[is_known]]
    log_density[is_known] = log_prob[is_known, known[is_known]]
    assert got.log_likelihood == pytest.approx(log_density.sum(), rel=1e-12)
    np.testing.assert_allclose(got.nk, resp.sum(axis=0), rtol=1e-10)
    expected = np.stack([resp[:, k] @ (X - mixture.means[k]) for k in range(3)])
    np.testing.assert_allclose(got.first_moment, expected, rtol=1e-8, atol=1e-8)
    entropy = -np.log(resp.max(axis=1)).sum()
    assert got.classification_entropy == pytest.approx(entropy, rel=1e-8)


def test_where_all_are_known_the_fit_is_that_of_each_group(reference):
    X = np.array(reference("iris").X)
    result = gm.fit(X, known=SPECIES, n_components=3, reg_covar=0, seed=0)
    assert result.converged
    for k in range(3):
        own = X[k == SPECIES]
        np.testing.assert_allclose(result.mixture.means[k], own.mean(axis=0), rtol=1e-10)
        expected = np.cov(own.T, bias=True)
        np.testing.assert_allclose(result.mixture.covariances[k], expected, rtol=1e-8)
        assert result.mixture.weights[k] == pytest.approx(1 / 3)
    log_likelihood = sum(
        multivariate_normal(own.mean(axis=0), np.cov(own.T, bias=True)).logpdf(own).sum()
        + 50 * np.log(1 / 3)
        for own in (X[k == SPECIES] for k in range(3))
    )
    assert result.log_likelihood == pytest.approx(log_likelihood, rel=1e-10)


@pytest.mark.parametrize("init", ["kmeans++", "random_rows", "hierarchical"])
def test_components_keep_the_numbers_of_the_rows_that_are_known(reference, init):
    X = np.array(reference("iris").X)
    order = np.array([2, 0, 1])
    known = some_known(order[SPECIES], 0.1, seed=4)
    result = gm.fit(X, known=known, n_components=3, init=init, seed=5)
    found = result.mixture.predict(X)
    assert np.mean(found == order[SPECIES]) > 0.95
    for start in result.starts:
        assert np.diff(start.history).min() >= -1e-9


def test_components_beyond_those_that_are_known_are_found(reference):
    X = np.array(reference("iris").X)
    known = np.where(SPECIES == 1, some_known(SPECIES, 0.5, seed=6), -1)
    result = gm.fit(X, known=known, n_components=3, seed=7)
    assert np.mean(result.mixture.predict(X)[SPECIES == 1] == 1) > 0.9
    assert len(set(result.mixture.predict(X).tolist())) == 3


def test_known_rows_may_have_gaps_and_weights(reference):
    X = with_gaps(np.array(reference("iris").X), 0.1, seed=8)
    known = some_known(SPECIES, 0.3, seed=9)
    times = np.random.default_rng(10).integers(1, 4, 150)
    weighted = gm.fit(X, known=known, row_weights=times, start=SPECIES, **TIGHT)
    repeated = gm.fit(
        np.repeat(X, times, axis=0),
        known=np.repeat(known, times),
        start=np.repeat(SPECIES, times),
        **TIGHT,
    )
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(weighted.mixture.means, repeated.mixture.means, rtol=1e-5)


def test_samples_of_many_rows_keep_what_is_known():
    true = random_mixture(3, 2, seed=11, spread=4.0)
    X, labels = true.sample_labelled(60_000, seed=12)
    known = some_known(labels, 0.02, seed=13)
    result = gm.fit(X, known=known, n_components=3, seed=14, n_init=2)
    assert result.sample_passes > 0
    np.testing.assert_allclose(result.mixture.means, true.means, atol=0.1)


@pytest.mark.parametrize(
    ("known", "error", "words"),
    [
        (np.zeros(3, dtype=int), DataError, "whole number for each row"),
        (np.zeros(10), DataError, "whole number for each row"),
        (np.full(10, -2), DataError, "whole number for each row"),
        (np.arange(10), OptionError, "choose more components"),
    ],
)
def test_known_components_that_make_no_sense_are_refused(known, error, words):
    with pytest.raises(error, match=words):
        gm.fit(np.arange(10.0), known=known, n_components=2)


def test_nothing_known_is_the_ordinary_fit(reference):
    X = np.array(reference("iris").X)
    ordinary = gm.fit(X, n_components=3, seed=0)
    nothing = gm.fit(X, known=np.full(150, -1), n_components=3, seed=0)
    assert np.array_equal(ordinary.history, nothing.history)
