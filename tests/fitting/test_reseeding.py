"""Components that collapse and get another beginning."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.errors import CollapseError
from tests.problems import with_gaps


def rows_with_equal_ones():
    """Two groups, and twelve equal rows that components like to close in on."""
    rng = np.random.default_rng(0)
    wide, narrow = rng.standard_normal((60, 2)), 0.5 * rng.standard_normal((40, 2)) + 4.0
    return np.concatenate([wide, narrow, np.full((12, 2), 1.0)])


OPTIONS: dict[str, Any] = {"n_components": 4, "seed": 0, "n_init": 12, "init": "random_rows"}


def test_starts_that_would_fail_come_to_an_end():
    X = rows_with_equal_ones()
    with pytest.raises(CollapseError) as caught:
        gm.fit(X, **OPTIONS, reg_covar=0.0)
    assert 0 <= caught.value.component < 4
    result = gm.fit(X, **OPTIONS, reg_covar=0.0, reseed=True)
    ended = [start for start in result.starts if not start.failure]
    assert len(ended) >= 6
    assert not result.doubts
    assert max(start.n_reseeds for start in result.starts) <= 5
    assert sum(start.n_reseeds for start in ended) > 0


def test_a_sound_end_is_preferred_to_a_spurious_one():
    X = rows_with_equal_ones()
    assert gm.fit(X, **OPTIONS).doubts
    assert not gm.fit(X, **OPTIONS, reseed=True).doubts


def test_the_same_seed_reseeds_alike():
    X = with_gaps(rows_with_equal_ones(), 0.05, seed=1)
    one, other = (gm.fit(X, **OPTIONS, reseed=True) for _ in range(2))
    assert np.array_equal(one.history, other.history)
    assert [s.n_reseeds for s in one.starts] == [s.n_reseeds for s in other.starts]


def test_nothing_changes_where_nothing_collapses(reference):
    plain, watched = (
        gm.fit(reference("faithful"), n_components=2, seed=0, reseed=reseed)
        for reseed in (False, True)
    )
    assert np.array_equal(plain.history, watched.history)
    assert all(start.n_reseeds == 0 for start in watched.starts)


def test_noise_stays_where_a_component_gets_another_beginning():
    X = np.vstack([rows_with_equal_ones(), np.random.default_rng(2).uniform(-30, 30, (20, 2))])
    result = gm.fit(X, **{**OPTIONS, "n_components": 5}, noise=True, reseed=True)
    assert any(start.n_reseeds for start in result.starts)
    assert all(optimum.mixture.noise is not None for optimum in result.optima)
