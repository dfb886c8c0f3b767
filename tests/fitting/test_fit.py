"""The fit as a whole: known optima, monotone likelihood, seeds, invariances, stopping."""

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import CollapseError, DataError, OptionError
from gmm_app.fitting.ending import StoppedEmpty
from gmm_app.fitting.result import StopReason
from gmm_app.mixture.covariance import FAMILIES
from tests import naive
from tests.problems import random_mixture

# Rounding of a sum over N rows; nothing else may make the log-likelihood fall.
ROUNDING = 1e-12


def assert_never_falls(history):
    falls = np.diff(history)
    assert np.all(falls >= -ROUNDING * np.abs(history[0])), falls.min()


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("init", ["kmeans++", "random_rows", "uniform"])
@pytest.mark.parametrize("name", ["faithful", "iris"])
def test_log_likelihood_never_falls(reference, family, init, name):
    result = gm.fit(
        reference(name), n_components=3, family=family, init=init, seed=1, reg_covar=0, tol=0,
        max_iter=200, n_init=4,
    )  # fmt: skip
    assert len(result.starts) == 4
    for start in result.starts:
        assert_never_falls(start.history)


@pytest.mark.parametrize("seed", range(20))
def test_log_likelihood_never_falls_from_any_seed(reference, seed):
    result = gm.fit(
        reference("gvhd_control"), n_components=6, seed=seed, reg_covar=0, n_init=1, max_iter=150
    )
    assert_never_falls(result.history)


@pytest.mark.parametrize(
    ("name", "family", "k", "at_least"),
    [
        ("faithful", "EEE", 3, -1126.3160),
        ("faithful", "VVV", 2, -1130.2640),
        ("iris", "VVV", 3, -180.19),
    ],
)
def test_reaches_the_known_optimum(reference, name, family, k, at_least):
    result = gm.fit(
        reference(name), n_components=k, family=family, n_init=20, seed=0, tol=1e-12, max_iter=5000
    )
    assert result.log_likelihood >= at_least
    assert result.converged


def test_matches_or_beats_mclust(reference, mclust_rows):
    """Mclust's results for these families with few components; a proof has all of its results.

    The best of 20 starts from k-means++ misses some that hierarchical starts reach.
    """
    compared = short = 0
    for row in mclust_rows(families=FAMILIES, most_components=3):
        result = gm.fit(
            reference(row.data), n_components=row.K, family=row.model, n_init=20, seed=0, tol=1e-9
        )
        assert result.n_parameters == row.df
        compared += 1
        short += result.log_likelihood < row.loglik - 1e-6 * abs(row.loglik)
    assert compared >= 60
    assert short <= 0.05 * compared


def test_every_step_is_the_textbooks():
    mixture = random_mixture(3, 2, seed=3)
    X = mixture.sample(120, seed=4)
    steps = gm.iter_fit(
        X, n_components=3, seed=0, n_init=1, reg_covar=0, max_iter=6, tol=0, accelerate=False
    )
    seen = list(steps)
    for before, after in zip(seen, seen[1:], strict=False):
        resp, log_density = naive.score_rows(
            X, before.mixture.weights, before.mixture.means, before.mixture.covariances
        )
        assert before.log_likelihood == pytest.approx(log_density.sum(), rel=1e-11)
        weights, means, covariances = naive.m_step_vvv(X, resp)
        np.testing.assert_allclose(after.mixture.weights, weights, rtol=1e-9)
        np.testing.assert_allclose(after.mixture.means, means, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(after.mixture.covariances, covariances, rtol=1e-8, atol=1e-11)


def test_one_component_has_its_closed_form():
    X = random_mixture(3, 3, seed=5).sample(500, seed=6)
    result = gm.fit(X, n_components=1, reg_covar=0, seed=0)
    np.testing.assert_allclose(result.mixture.means[0], X.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(result.mixture.covariances[0], np.cov(X.T, bias=True), rtol=1e-10)
    assert result.icl == pytest.approx(result.bic)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_same_seed_same_bits_for_any_number_of_threads(family):
    X = random_mixture(4, 3, seed=7).sample(60_000, seed=8)
    options = {"n_components": 4, "family": family, "seed": 5, "n_init": 2, "max_iter": 15}
    one, all_ = gm.fit(X, **options, n_threads=1), gm.fit(X, **options)
    assert one.log_likelihood == all_.log_likelihood
    assert np.array_equal(one.mixture.means, all_.mixture.means)
    assert np.array_equal(one.mixture.covariances, all_.mixture.covariances)


def test_a_start_does_not_depend_on_how_many_follow(reference):
    few = gm.fit(reference("iris"), n_components=3, seed=9, n_init=2)
    many = gm.fit(reference("iris"), n_components=3, seed=9, n_init=5)
    for a, b in zip(few.starts, many.starts, strict=False):
        assert np.array_equal(a.history, b.history)


def test_a_drawn_seed_is_kept_and_gives_the_fit_again(reference):
    first = gm.fit(reference("iris"), n_components=3, n_init=2)
    again = gm.fit(reference("iris"), n_components=3, n_init=2, seed=first.options.seed)
    assert again.log_likelihood == first.log_likelihood


def test_order_of_rows_and_affine_maps_commute_with_the_fit():
    X = random_mixture(3, 2, seed=10).sample(400, seed=11)
    options: dict[str, Any] = {"n_components": 3, "seed": 0, "n_init": 10}
    options |= {"tol": 1e-11, "reg_covar": 0}
    plain = gm.fit(X, **options)
    shuffled = gm.fit(np.random.default_rng(0).permutation(X), **options)
    assert shuffled.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-7)
    matrix, offset = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([100.0, -7.0])
    mapped = gm.fit(X @ matrix.T + offset, **options)
    expected = plain.log_likelihood - len(X) * np.log(np.linalg.det(matrix))
    assert mapped.log_likelihood == pytest.approx(expected, rel=1e-6)


def test_result_tells_what_was_measured_at_its_own_mixture(reference):
    data = reference("faithful")
    result = gm.fit(data, n_components=3, seed=0)
    X = np.asarray(data.X)
    assert result.log_likelihood == pytest.approx(result.mixture.log_density(X).sum(), rel=1e-12)
    largest = result.mixture.predict_proba(X).max(axis=1)
    assert result.icl == pytest.approx(result.bic - 2 * np.log(largest).sum(), rel=1e-9)
    assert np.isclose(result.mixture.weights.sum(), 1.0)
    assert result.n_passes >= sum(len(start.history) for start in result.starts)
    assert result.log_likelihood == result.history.max()
    assert result.n_iter == len(result.history) - 1


def test_the_iteration_limit_is_not_called_converged(reference):
    result = gm.fit(reference("iris"), n_components=3, seed=0, max_iter=2, tol=0)
    assert result.stop_reason is StopReason.MAX_ITER
    assert not result.converged
    assert all(start.n_iter == 2 for start in result.starts)


def test_tol_zero_runs_until_it_no_longer_rises(reference):
    result = gm.fit(
        reference("faithful"), n_components=2, seed=0, tol=0, max_iter=5000, n_init=1, reg_covar=0,
        accelerate=False,
    )  # fmt: skip
    assert result.converged
    assert result.history[-1] - result.history[-2] <= 0


def test_a_stopped_fit_keeps_its_best(reference):
    flag = CancelFlag()
    steps = gm.iter_fit(reference("iris"), n_components=3, seed=0, n_init=5, cancel=flag)
    seen = []
    with pytest.raises(StopIteration) as end:
        while True:
            seen.append(next(steps))
            if seen[-1].start == 2 and seen[-1].iteration == 3:
                flag.set()
    result = end.value.value
    assert result.stop_reason is StopReason.STOPPED
    assert not result.converged
    assert result.log_likelihood == max(progress.log_likelihood for progress in seen)
    assert len(result.starts) == 3


def test_stopped_before_anything_was_measured(reference):
    flag = CancelFlag()
    flag.set()
    with pytest.raises(StoppedEmpty, match="no result to keep"):
        gm.fit(reference("iris"), n_components=3, cancel=flag)


def test_closing_the_generator_stops_the_fit(reference):
    steps = gm.iter_fit(reference("iris"), n_components=3, seed=0)
    next(steps)
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)


@pytest.mark.parametrize(
    ("X", "options", "error", "sentence"),
    [
        (np.ones((50, 2)), {}, DataError, "All 50 rows are equal"),
        (np.c_[np.arange(9.0), np.full(9, 7.0)], {}, DataError, "'x2' is constant .always 7."),
        ([[1.0, 2.0]], {"n_components": 1}, DataError, "one row that can be used"),
        ([[1.0], [2.0]], {"n_components": 3}, OptionError, "3 components need at least as many"),
        ([[1.0], [np.inf]], {}, DataError, "infinite value"),
        ([["a"]], {}, DataError, "not an array of real numbers"),
        (np.zeros((0, 3)), {}, DataError, "shape"),
        ([[1e200], [-1e200], [0.0]], {"n_components": 1}, DataError, "too large"),
        ([[1e308], [-1e308], [0.0]], {"n_components": 1}, DataError, "too large"),
        ([[1e-200], [3e-200], [0.0]], {"n_components": 1}, DataError, "too small"),
        (np.ma.masked_equal([[1.0], [99.0], [2.0]], 99.0), {}, DataError, "masked values"),
        ([[1.0 + 2.0j], [2.0]], {}, DataError, "not an array of real numbers"),
        (np.array([["2020-01-01"], ["2021-01-01"]], "M8[D]"), {}, DataError, "real numbers"),
        ([[1.0], [2.0]], {"init": ["kmeans++"]}, OptionError, "choose kmeans"),
        ([[1.0], [2.0]], {"n_components": 0}, OptionError, "from 1 to 1,000"),
        ([[1.0], [2.0]], {"family": "XXX"}, OptionError, "choose EII"),
        ([[1.0], [2.0]], {"init": "magic"}, OptionError, "choose kmeans"),
        ([[1.0], [2.0]], {"tol": -1.0}, OptionError, "from 0"),
        ([[1.0], [2.0]], {"seed": 1.5}, OptionError, "whole number"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_plain_words(X, options, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        gm.fit(X, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("distance", [1e7, 1e9])
def test_components_very_far_apart_lose_no_digits(family, distance):
    X = random_mixture(1, 2, seed=13, family="VII").sample(200, seed=14)
    X[:100, 0] += distance
    result = gm.fit(
        X, n_components=2, family=family, init="random_rows", seed=0, n_init=5, reg_covar=0
    )
    for start in result.starts:
        assert_never_falls(start.history)
    assert np.all(np.diagonal(result.mixture.covariances, axis1=1, axis2=2) < 3.0)


def test_a_collapse_in_every_start_is_named():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 9.0]], 20, axis=0)
    with pytest.raises(CollapseError, match="Component .* raise the regularisation"):
        gm.fit(X, n_components=3, seed=0, reg_covar=0)


def test_a_collapsed_start_does_not_cost_the_others():
    rng = np.random.default_rng(12)
    X = np.r_[rng.standard_normal((100, 1)), rng.normal(6, 1, (100, 1)), np.full((6, 1), 3.0)]
    result = gm.fit(X, n_components=3, seed=0, reg_covar=0, n_init=30)
    failed = [start for start in result.starts if start.stop_reason is None]
    assert failed and all("collapsed" in start.failure for start in failed)
    assert len(result.starts) == 30


def test_unknown_options_are_a_programmers_error():
    with pytest.raises(TypeError):
        gm.fit([[1.0], [2.0]], components=3)
