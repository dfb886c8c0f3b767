"""The convergence monitor and the forecast."""

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.forecast import forecast
from gmm_app.fitting.options import FitOptions


def test_converged_once_the_gain_per_row_is_small():
    monitor = ConvergenceMonitor(tol=0.1, total_weight=10)
    monitor.report(-100.0)
    assert np.isnan(monitor.gain)
    monitor.report(-98.0)
    assert monitor.gain == pytest.approx(0.2)
    monitor.report(-97.5)
    assert monitor.n_iter == 2
    assert monitor.converged


def test_tol_zero_waits_until_it_no_longer_rises():
    monitor = ConvergenceMonitor(tol=0.0, total_weight=1)
    for value in (-10.0, -10.0 + 1e-13):
        monitor.report(value)
    assert not monitor.converged
    monitor.report(monitor.history[-1])
    assert monitor.converged


def test_a_relative_gain_is_a_share_of_the_log_likelihood():
    monitor = ConvergenceMonitor(tol=0.01, total_weight=10, rule="relative")
    seen = []
    for value in (-300.0, -200.0, -197.0, -196.0):
        monitor.report(value)
        seen.append(monitor.converged)
    assert seen == [False, False, False, True]
    assert monitor.tol == pytest.approx(0.196)


def test_aitken_waits_for_what_is_still_to_come():
    """Gains that shrink by 1% each: a hundred times the last is still to come."""
    monitor = ConvergenceMonitor(tol=1e-3, total_weight=1, rule="aitken")
    history = -(0.99 ** np.arange(3_000))
    for value in history:
        monitor.report(value)
        if monitor.converged:
            break
    assert monitor.history[-1] == pytest.approx(-1e-3, rel=0.02)


def test_aitken_does_not_take_a_plateau_for_the_top():
    monitor = ConvergenceMonitor(tol=1e-3, total_weight=1, rule="aitken")
    for value in (-10.0, -9.0, -8.9999, -8.9998, -8.9996):
        monitor.report(value)
    assert monitor.gain < 1e-3
    assert not monitor.converged


def geometric_history(n_iter, ratio=0.5, total_weight=100):
    return -1000.0 - total_weight * ratio ** np.arange(n_iter) / (1 - ratio)


def test_forecast_of_a_geometric_fit_is_right():
    options = FitOptions(n_init=4, tol=1e-6)
    history = geometric_history(12)
    gain = np.diff(history)[-1] / 100
    left = np.log(gain / 1e-6) / np.log(2)
    guess = forecast([history], 100, options, seconds=1.2)
    total = 4 * (12 + left)
    assert guess.fraction == pytest.approx(12 / total, rel=1e-6)
    assert guess.seconds_left == pytest.approx(0.1 * (total - 12), rel=1e-6)


def test_forecast_says_nothing_too_early():
    options = FitOptions(n_init=4)
    assert forecast([], 100, options, 0.0) == (0.0, None)
    assert forecast([geometric_history(2)], 100, options, 1.0) == (0.0, None)


@pytest.mark.parametrize("n_iter", [0, 2])
def test_forecast_takes_a_young_start_to_be_like_those_before(n_iter):
    """Also one that is still on samples of the rows, which is in no history yet."""
    histories = [geometric_history(30), geometric_history(n_iter)]
    guess = forecast(histories, 100, FitOptions(n_init=4), seconds=1.0)
    assert guess.fraction == pytest.approx((30 + n_iter) / 120)
    assert guess.seconds_left == pytest.approx((90 - n_iter) / (30 + n_iter))


def test_forecast_says_nothing_while_gains_rise():
    rising = -1000.0 + np.cumsum(np.arange(12.0))
    assert forecast([rising], 100, FitOptions(n_init=2), 1.0) == (0.0, None)


def test_forecast_ends_at_one():
    options = FitOptions(n_init=1, tol=1e-3)
    guess = forecast([geometric_history(40)], 100, options, 1.0)
    assert guess == (1.0, 0.0)


def test_forecast_never_exceeds_the_iteration_limit():
    options = FitOptions(n_init=1, max_iter=50, tol=0.0)
    guess = forecast([geometric_history(26)], 100, options, 1.0)
    assert guess.fraction == pytest.approx(26 / 51)


def test_a_fall_is_not_called_converged():
    """So much is added to variances that the log-likelihood falls at first: EM goes on."""
    X = np.concatenate([np.random.default_rng(0).normal(m, 1.0, 200) for m in (0.0, 12.0)])
    start = gm.Mixture([0.5, 0.5], [[0.0], [12.0]], [[[1.0]], [[1.0]]])
    for accelerate in (False, True):
        result = gm.fit(X, start=start, reg_covar=0.1, accelerate=accelerate)
        assert result.n_iter > 1
        assert np.diff(result.history)[0] < 0.0
