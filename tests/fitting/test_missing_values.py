"""Fits to rows with missing values: the maximum of the observed-data likelihood, nothing less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import approx_fprime

import gmm_app as gm
from gmm_app.data.from_array import as_dataset
from gmm_app.mixture.covariance import FAMILIES
from tests.fitting.observed_data import ObservedData, highest_log_likelihood
from tests.problems import random_mixture, with_gaps

SPECIES = np.repeat([0, 1, 2], 50)
TIGHT: dict[str, Any] = {"tol": 0.0, "max_iter": 20_000, "reg_covar": 0.0}


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_em_ends_at_the_maximum_that_a_general_optimiser_finds(reference, family):
    X = with_gaps(reference("iris").X, 0.1, seed=1)
    result = gm.fit(X, family=family, start=SPECIES, **TIGHT)
    assert result.dataset.n_incomplete > 40
    start = gm.fit(X, family=family, start=SPECIES, max_iter=3, accelerate=False).mixture
    assert highest_log_likelihood(X, start) == pytest.approx(result.log_likelihood, abs=1e-6)


def test_the_optimiser_is_told_the_right_slopes(reference):
    X = with_gaps(reference("iris").X, 0.1, seed=1)
    problem = ObservedData(X, 3, full=True)
    point = problem.vector(random_mixture(3, 4, seed=13, spread=5.0))
    _, gradient = problem.log_likelihood(point)
    slopes = approx_fprime(point, lambda p: problem.log_likelihood(p)[0], 1e-6)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-3, atol=1e-3 * np.abs(gradient).max())


def test_with_nothing_missing_it_is_the_ordinary_fit_bit_for_bit(reference):
    X = np.array(reference("iris").X)
    ordinary = gm.fit(X, n_components=3, seed=0)
    empty_row = gm.fit(np.vstack([X, np.full((1, 4), np.nan)]), n_components=3, seed=0)
    assert np.array_equal(ordinary.history, empty_row.history)
    assert np.array_equal(ordinary.mixture.covariances, empty_row.mixture.covariances)
    assert ordinary.bic == empty_row.bic
    assert empty_row.dataset.n_left_out == 1


def test_a_column_without_any_value_is_refused():
    X = random_mixture(2, 3, seed=2).sample(200, seed=3)
    X[:, 2] = np.nan
    with pytest.raises(gm.GmmError, match="'x3' has no value"):
        gm.fit(X, n_components=2)


@pytest.mark.parametrize("family", FAMILIES)
def test_log_likelihood_never_falls(reference, family):
    X = with_gaps(reference("diabetes_flawed").X, 0.15, seed=4)
    for accelerate in (False, True):
        result = gm.fit(
            X,
            n_components=3,
            family=family,
            seed=5,
            n_init=2,
            tol=0.0,
            max_iter=200,
            accelerate=accelerate,
        )
        for start in result.starts:
            assert np.diff(start.history).min() >= -1e-11 * abs(start.log_likelihood)


def test_parameters_come_back_where_a_third_of_the_values_is_missing():
    true = random_mixture(2, 4, seed=6, spread=4.0)
    X = with_gaps(true.sample(40_000, seed=7), 0.3, seed=8)
    result = gm.fit(X, n_components=2, seed=9, n_init=2)
    order = np.argsort(true.weights)[::-1]
    np.testing.assert_allclose(result.mixture.weights, true.weights[order], atol=0.02)
    np.testing.assert_allclose(result.mixture.means, true.means[order], atol=0.1)
    np.testing.assert_allclose(result.mixture.covariances, true.covariances[order], atol=0.25)
    assert result.sample_passes > 0.0


@pytest.mark.parametrize("init", ["kmeans++", "random_rows", "random_partition", "hierarchical"])
def test_every_way_to_start_copes_with_rows_of_which_none_is_complete(init):
    X = random_mixture(2, 6, seed=10, spread=4.0).sample(300, seed=11)
    X[np.arange(300), np.arange(300) % 6] = np.nan
    assert as_dataset(X).complete.n_samples == 0
    result = gm.fit(X, n_components=2, init=init, seed=12)
    assert result.converged
    assert result.mixture.log_density(X).sum() == pytest.approx(result.log_likelihood, rel=1e-10)


def test_a_report_tells_of_them(reference):
    X = with_gaps(reference("iris").X, 0.1, seed=1)
    X[0] = np.nan
    result = gm.fit(X, n_components=2, seed=0, n_init=1)
    assert "rows lack values, and count by those they have" in result.report()
    assert "1 rows left out" in result.report()
    assert result.summary()["n_incomplete"] == result.dataset.n_incomplete > 0


def test_a_row_weight_is_so_many_rows(reference):
    X, times = np.array(reference("iris").X), np.arange(150) % 4
    weighted = gm.fit(X, row_weights=times, start=SPECIES[times > 0], **TIGHT)
    rows = np.repeat(X, times, axis=0)
    repeated = gm.fit(rows, start=np.repeat(SPECIES, times), **TIGHT)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-10)
    assert weighted.bic == pytest.approx(repeated.bic, rel=1e-10)
    np.testing.assert_allclose(weighted.mixture.means, repeated.mixture.means, rtol=1e-5)


def test_a_column_of_which_a_component_shows_nothing_is_doubtful(reference):
    X = np.array(reference("iris").X)
    X[SPECIES == 1, 2] = np.nan
    result = gm.fit(X, n_components=3, known=SPECIES, seed=0)
    assert "Component 2 has next to no values of 'x3'" in result.doubts[0]


def test_the_smallest_weights_and_labels_with_weights(reference):
    X = np.array(reference("iris").X)
    tiny = gm.fit(X, start=SPECIES, row_weights=np.full(150, 1e-9))
    usual = gm.fit(X, start=SPECIES)
    np.testing.assert_allclose(tiny.mixture.means, usual.mixture.means, rtol=1e-4)
    times = np.where(SPECIES == 1, 50, 1)
    weighted = gm.fit(X, start=SPECIES, row_weights=times, max_iter=1)
    rows, labels = np.repeat(X, times, axis=0), np.repeat(SPECIES, times)
    repeated = gm.fit(rows, start=labels, max_iter=1)
    assert weighted.history[0] == pytest.approx(repeated.history[0], rel=1e-12)
