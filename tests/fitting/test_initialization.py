"""Starts: where they lie, and that they depend on the seed alone."""

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled
from gmm_app.fitting.initialization import column_scale
from gmm_app.fitting.options import INITIALIZERS, FitOptions
from gmm_app.fitting.starts import Starts
from gmm_app.mixture.covariance import FAMILIES

CORNERS = np.array([[0.0, 0.0], [0.0, 1000.0], [1.0, 0.0], [1.0, 1000.0]])


def start(X, seed=0, **options):
    dataset = as_dataset(X)
    flag = CancelFlag()
    starts = Starts(dataset, column_scale(dataset, flag), flag)
    return starts.mixture(0, FitOptions(seed=seed, **options))


def four_corners(n_rows=400):
    noise = np.random.default_rng(1).standard_normal((n_rows, 2)) * [0.01, 10.0]
    return CORNERS[np.arange(n_rows) % 4] + noise


@pytest.mark.parametrize("seed", range(5))
def test_kmeans_plus_plus_finds_groups_whatever_the_columns_units(seed):
    found = start(four_corners(), seed, n_components=4).means
    order = np.lexsort((found[:, 1] > 500, found[:, 0] > 0.5))
    np.testing.assert_allclose(found[order] / [1, 1000], CORNERS / [1, 1000], atol=0.02)


def test_kmeans_plus_plus_draws_a_sample_of_many_rows():
    mixture = start(four_corners(100_000), n_components=4)
    np.testing.assert_allclose(sorted(mixture.weights), 0.25, atol=0.01)


def test_more_components_than_different_rows_still_start():
    mixture = start(np.repeat([[0.0], [1.0]], 10, axis=0), n_components=5)
    assert np.all(mixture.weights > 0)
    assert np.all(mixture.covariances > 0)


def test_random_rows_are_rows_of_the_data():
    X = four_corners()
    for mean in start(X, n_components=6, init="random_rows").means:
        assert (mean == X).all(axis=1).any()


def test_uniform_means_lie_within_the_columns_ranges():
    X = four_corners()
    means = start(X, n_components=50, init="uniform").means
    assert np.all(means >= X.min(axis=0)) and np.all(means <= X.max(axis=0))


@pytest.mark.parametrize("init", list(INITIALIZERS))
@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_start_lies_in_its_family(init, family):
    mixture = start(four_corners(), n_components=3, init=init, family=family)
    assert np.isclose(mixture.weights.sum(), 1.0)
    within = FAMILIES[family].estimate(mixture.weights, mixture.compact.copy(), mixture.compact)
    np.testing.assert_allclose(mixture.compact, within, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("init", list(INITIALIZERS))
def test_the_same_seed_gives_the_same_start(init):
    X = four_corners()
    one, same, other = (start(X, seed, n_components=3, init=init).means for seed in (7, 7, 8))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("init", list(INITIALIZERS))
def test_a_start_can_be_cancelled(init):
    dataset = as_dataset(four_corners())
    flag = CancelFlag()
    scale = column_scale(dataset, flag)
    flag.set()
    with pytest.raises(Cancelled):
        Starts(dataset, scale, flag).mixture(0, FitOptions(init=init, seed=0))
