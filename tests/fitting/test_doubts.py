"""Doubts about results: spurious components and stretched columns are named, sound fits are not."""

from __future__ import annotations

import numpy as np
import pytest

import gmm_app as gm
from tests.problems import random_mixture


@pytest.mark.parametrize(("name", "k"), [("faithful", 3), ("iris", 3), ("gvhd_control", 5)])
def test_sound_fits_raise_none(reference, name, k):
    assert gm.fit(reference(name), n_components=k, seed=0).doubts == ()


def test_a_component_on_equal_rows_is_named():
    X = np.r_[random_mixture(1, 2, seed=0).sample(200, seed=1), np.full((20, 2), 9.0)]
    result = gm.fit(X, n_components=2, seed=0)
    assert result.converged
    assert result.doubts[0].startswith("Component 2 has a spread that comes from regularisation")
    assert "BIC" in result.doubts[-1]


def test_components_of_too_few_rows_are_named(reference):
    result = gm.fit(reference("iris"), n_components=60, seed=0, n_init=1)
    assert "fewer than 5 rows" in result.doubts[0]
    assert result.summary()["doubts"] == list(result.doubts)


def test_an_outlier_that_stretches_a_column_is_noticed():
    X = random_mixture(2, 2, seed=2).sample(400, seed=3)
    X[0, 0] = 1e7
    result = gm.fit(X, n_components=3, seed=0)
    assert any("outlier that stretches a column" in sentence for sentence in result.doubts)


def test_without_regularisation_only_rows_count(reference):
    assert gm.fit(reference("iris"), n_components=3, seed=0, reg_covar=0).doubts == ()


def test_a_collapse_is_told_while_it_happens():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.standard_normal((100, 2)), np.full((12, 2), 1.0)])
    told = [
        progress.doubts()
        for progress in gm.iter_fit(X, n_components=3, init="random_rows", seed=0, n_init=4)
    ]
    assert not told[0]
    assert any("comes from regularisation" in sentence for found in told for sentence in found)
