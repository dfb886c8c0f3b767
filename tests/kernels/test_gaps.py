"""Passes over rows with gaps, and their scores, against the naive oracle."""

import threading

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, ModelError
from kernels.gaps import gaps_of
from kernels.rows import GROUP
from kernels.tiles import tile_rows
from tests import naive
from tests.problems import random_mixture, with_gaps

TILE = tile_rows(3, 3)


def engine_of(X, row_weights=None, n_threads=None, cancel=None):
    rows = as_dataset(X, row_weights)
    return LocalEngine(rows, n_threads=n_threads, cancel=cancel or CancelFlag())


def assert_equals_oracle(X, mixture):
    got = engine_of(X).em_pass(mixture)
    log_likelihood, entropy, nk, first, second = naive.em_pass_with_gaps(
        X, mixture.weights, mixture.means, mixture.covariances
    )
    if got.second_moment.ndim == 2:
        second = np.diagonal(second, axis1=1, axis2=2)
    size = np.abs(second).max()
    assert got.log_likelihood == pytest.approx(log_likelihood, rel=1e-12)
    assert got.classification_entropy == pytest.approx(entropy, rel=1e-8, abs=1e-9 * len(X))
    np.testing.assert_allclose(got.nk, nk, rtol=1e-9, atol=1e-12)
    atol = 1e-11 * np.sqrt(size) * len(X)
    np.testing.assert_allclose(got.first_moment, first, rtol=1e-8, atol=atol)
    np.testing.assert_allclose(got.second_moment, second, rtol=1e-8, atol=1e-11 * size)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_samples", [1, 2, GROUP + 1, TILE - 1, TILE, TILE + 1, 1009])
def test_odd_numbers_of_rows(family, n_samples):
    mixture = random_mixture(3, 3, seed=1, family=family)
    assert_equals_oracle(with_gaps(mixture.sample(n_samples, seed=2), 0.4, seed=3), mixture)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_features", [1, 2, 4, 7, 9, 17, 33])
def test_any_number_of_features_nearly_each_row_with_gaps_of_its_own(family, n_features):
    mixture = random_mixture(2, n_features, seed=4, family=family)
    assert_equals_oracle(with_gaps(mixture.sample(211, seed=5), 0.3, seed=6), mixture)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_data_far_from_zero_and_in_any_unit(family):
    mixture = random_mixture(2, 3, seed=7, family=family)
    X = with_gaps(mixture.sample(300, seed=8), 0.3, seed=9)
    here = engine_of(X).em_pass(mixture)
    scale, shift = np.array([1e-6, 1.0, 1e6]), np.array([1.0, 1e6, -1e12])
    moved = type(mixture)(
        mixture.weights,
        mixture.means * scale + shift,
        mixture.covariances * scale[:, np.newaxis] * scale,
        family,
    )
    there = engine_of(X * scale + shift).em_pass(moved)
    n_observed = (~np.isnan(X)).sum(axis=0)
    expected = here.log_likelihood - n_observed @ np.log(scale)
    assert there.log_likelihood == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(there.nk, here.nk, rtol=1e-8)


def test_a_weight_is_so_many_rows_and_centres_may_be_anywhere():
    mixture = random_mixture(3, 4, seed=10)
    X = with_gaps(mixture.sample(400, seed=11), 0.3, seed=12)
    weights = np.random.default_rng(13).integers(0, 4, 400).astype(float)
    centers = mixture.means + 1.0
    weighted = engine_of(X, weights).em_pass(mixture, centers)
    repeated = engine_of(np.repeat(X, weights.astype(int), axis=0)).em_pass(mixture, centers)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-13)
    np.testing.assert_allclose(weighted.first_moment, repeated.first_moment, rtol=1e-11)
    np.testing.assert_allclose(weighted.second_moment, repeated.second_moment, rtol=1e-11)
    means = mixture.means
    about = engine_of(X, weights).em_pass(mixture)
    shift = about.nk[:, np.newaxis] * (means - centers)
    np.testing.assert_allclose(weighted.first_moment, about.first_moment + shift, rtol=1e-9)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_the_same_bits_for_any_number_of_threads(family):
    mixture = random_mixture(4, 5, seed=14, family=family)
    X = with_gaps(mixture.sample(40_000, seed=15), 0.2, seed=16)
    one, all_ = (engine_of(X, n_threads=n).em_pass(mixture) for n in (1, None))
    assert one.log_likelihood == all_.log_likelihood
    assert np.array_equal(one.second_moment, all_.second_moment)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_scores_are_those_of_what_is_observed(family):
    mixture = random_mixture(3, 4, seed=17, family=family)
    X = with_gaps(mixture.sample(500, seed=18), 0.4, seed=19)
    X[7] = np.nan
    resp, log_density = np.empty((500, 3)), np.empty(500)
    for i, x in enumerate(X):
        o = np.flatnonzero(~np.isnan(x))
        if o.size:
            seen = (mixture.weights, mixture.means[:, o], mixture.covariances[:, o][:, :, o])
            own = naive.score_rows(x[np.newaxis, o], *seen)
            resp[i], log_density[i] = own[0][0], own[1][0]
        else:
            resp[i], log_density[i] = mixture.weights, 0.0
    np.testing.assert_allclose(mixture.log_density(X), log_density, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(mixture.predict_proba(X), resp, rtol=1e-8, atol=1e-13)
    assert np.array_equal(mixture.predict(X), resp.argmax(axis=1))
    np.testing.assert_allclose(mixture.uncertainty(X), 1.0 - resp.max(axis=1), atol=1e-12)
    blocks = list(mixture.score_blocks(X))
    assert np.array_equal(blocks[0].resp, mixture.predict_proba(X))


def test_infinite_values_are_refused_also_beside_missing_ones():
    mixture = random_mixture(2, 2, seed=20)
    with pytest.raises(ModelError, match="infinite"):
        mixture.predict([[0.0, 0.0], [np.nan, np.inf]])


def test_patterns_are_found_and_every_row_once():
    X = with_gaps(np.arange(3_000.0).reshape(300, 10), 0.2, seed=21)
    incomplete = np.flatnonzero(np.isnan(X).any(axis=1))
    gaps, rows = gaps_of(X, incomplete)
    assert np.array_equal(np.sort(rows), incomplete)
    assert len(np.unique(gaps.missing, axis=0)) == len(gaps.missing) == gaps.begins.size - 1
    for pattern, missing in enumerate(gaps.missing):
        own = rows[gaps.begins[pattern] : gaps.begins[pattern + 1]]
        assert own.size
        assert np.array_equal(np.isnan(X[own]), np.broadcast_to(missing, (own.size, 10)))
    values = gaps.values.T
    observed = ~np.isnan(X[rows])
    assert np.array_equal(values[observed], X[rows][observed])


def test_a_pass_can_be_cancelled_from_another_thread():
    mixture = random_mixture(16, 24, seed=22)
    X = with_gaps(mixture.sample(40_000, seed=23), 0.2, seed=24)
    flag = CancelFlag()
    engine = engine_of(X, cancel=flag)
    timer = threading.Timer(0.05, flag.set)
    timer.start()
    with pytest.raises(Cancelled):
        while True:
            engine.em_pass(mixture)
    timer.join()
    assert 0.0 <= engine.pass_fraction <= 1.0
