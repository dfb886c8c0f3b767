"""Thinned histories and the ranges that show them."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.inspection.convergence import (
    Curve,
    full_range,
    gain_curve,
    joined,
    late_range,
    log_likelihood_curve,
)


def rising(n: int, end: float = -100.0) -> np.ndarray:
    return end - 50.0 * np.exp(-np.arange(n) / 3.0)


def test_a_short_history_is_drawn_whole() -> None:
    curve = log_likelihood_curve(rising(40), 500)
    np.testing.assert_array_equal(curve.iterations, np.arange(40))
    np.testing.assert_array_equal(curve.heights, rising(40))


def test_a_long_history_is_thinned_but_for_its_beginning_and_end() -> None:
    history = rising(10_000)
    curve = log_likelihood_curve(history, 200)
    assert curve.iterations.size <= 200
    np.testing.assert_array_equal(curve.iterations[:24], np.arange(24))
    assert curve.iterations[-1] == 9_999
    np.testing.assert_array_equal(curve.heights, history[curve.iterations.astype(int)])
    assert (np.diff(curve.iterations) > 0).all()


def test_gain_is_the_rise_per_row_and_iteration() -> None:
    curve = gain_curve(np.array([-1000.0, -900.0, -899.0, -899.0]), 100, 500)
    assert np.isnan(curve.heights[0])
    np.testing.assert_allclose(curve.heights[1:3], [0.0, -2.0])
    assert np.isnan(curve.heights[3])


def test_joined_curves_break_between_starts() -> None:
    one = Curve(np.array([0.0, 1.0]), np.array([5.0, 6.0]))
    both = joined([one, one])
    np.testing.assert_array_equal(both.heights, [5.0, 6.0, np.nan, 5.0, 6.0, np.nan])
    assert np.isnan(joined([]).iterations).all()


def test_a_low_beginning_does_not_flatten_the_rest() -> None:
    history = np.concatenate([[-1e9, -1e6], rising(60)])
    low, high = late_range([log_likelihood_curve(history, 500)]) or (0.0, 0.0)
    assert -160.0 < low < -101.0
    assert high == history[-1]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_first_iterations_are_seen_as_they_come(n: int) -> None:
    low, high = late_range([log_likelihood_curve(rising(n), 500)]) or (0.0, 0.0)
    assert low <= rising(n)[-1] == high


def test_nothing_finite_has_no_range() -> None:
    assert late_range([]) is None
    assert full_range([Curve(np.zeros(1), np.array([np.nan]))]) is None
