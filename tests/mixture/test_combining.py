"""Merging components into classes."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.errors import ModelError, OptionError
from gmm_app.mixture.combining import combine
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture


@pytest.fixture(scope="module")
def cross():
    """A cross of two components, and a round group of two, far apart: four components, two classes
    of which the cross's arms overlap more than they differ."""
    means = [[0.0, 0.0], [0.0, 0.0], [12.0, 0.0], [12.0, 1.0], [0.0, 14.0]]
    arms = [[9.0, 0.0], [0.0, 0.3]]
    other = [[0.3, 0.0], [0.0, 9.0]]
    round_ = np.eye(2).tolist()
    return Mixture([0.25, 0.25, 0.15, 0.15, 0.2], means, [arms, other, round_, round_, round_])


def entropy_of(shares):
    return -(shares * np.log(np.where(shares > 0.0, shares, 1.0))).sum()


def test_components_that_overlap_are_merged_first(cross):
    X = cross.sample(3_000, seed=1)
    combined = combine(cross, X)
    assert set(combined.classes(3)) == {(0, 1), (2, 3), (4,)}
    assert combined.suggested == 3
    assert combined.classes(5) == ((0,), (1,), (2,), (3,), (4,))
    assert combined.classes(1) == ((0, 1, 2, 3, 4),)


def test_entropies_are_those_of_the_merged_shares(cross):
    X = cross.sample(500, seed=2)
    combined = combine(cross, X)
    for n_classes in range(1, 6):
        shares = combined.predict_proba(X, n_classes)
        np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
        expected = entropy_of(shares)
        assert combined.entropies[n_classes - 1] == pytest.approx(expected, abs=1e-8)
        assert np.array_equal(combined.predict(X, n_classes), shares.argmax(axis=1))


def test_each_merge_is_the_best_there_is(cross):
    X = cross.sample(400, seed=3)
    combined = combine(cross, X)
    resp = cross.predict_proba(X)
    lowest = min(
        entropy_of(np.column_stack([np.delete(resp, [i, j], axis=1), resp[:, i] + resp[:, j]]))
        for i in range(5)
        for j in range(i)
    )
    assert combined.entropies[3] == pytest.approx(lowest, abs=1e-8)


def test_a_row_weight_is_so_many_rows(cross):
    X = cross.sample(300, seed=4)
    times = np.arange(300) % 3
    weighted, repeated = combine(cross, X, times), combine(cross, np.repeat(X, times, axis=0))
    np.testing.assert_allclose(weighted.entropies, repeated.entropies, rtol=1e-10, atol=1e-9)


def test_of_many_rows_a_sample_speaks_for_all(cross):
    X = cross.sample(300_000, seed=5)
    few, many = combine(cross, X[:100_000]), combine(cross, X)
    np.testing.assert_allclose(many.entropies[1:], 3.0 * few.entropies[1:], rtol=0.1)


@pytest.mark.parametrize("n_components", [1, 2])
def test_few_components_stay_and_numbers_out_of_bounds_are_refused(n_components):
    mixture = random_mixture(n_components, 2, seed=6)
    X = mixture.sample(100, seed=7)
    combined = combine(mixture, X)
    assert combined.suggested == n_components
    with pytest.raises(OptionError, match=f"from 1 to {n_components}"):
        combined.predict(X, 3)


@pytest.mark.parametrize("weights", [-np.ones(100), np.full(100, np.nan), np.ones(3), ["a"] * 100])
def test_weights_that_make_no_sense_are_refused(weights):
    mixture = random_mixture(2, 2, seed=8)
    with pytest.raises(ModelError):
        combine(mixture, mixture.sample(100, seed=9), weights)
