"""Fits under transforms: the same as fits of what the transforms give, told in the data's units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.dataset import Dataset
from gmm_app.data.transforming import transformed
from gmm_app.errors import DataError, OptionError
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture, with_gaps
from tests.reference_data import REFERENCE

FAITHFUL = REFERENCE / "faithful.csv"
TIGHT: dict[str, Any] = {"n_components": 2, "n_init": 2, "seed": 0, "tol": 1e-12}


def log_normal_rows(n: int, seed: int = 1) -> np.ndarray:
    return np.exp(random_mixture(3, 2, seed=3, spread=1.5).sample(n, seed=seed))


@pytest.mark.parametrize("options", [{}, {"family": "EEI"}, {"prior": True}, {"noise": True}])
def test_a_fit_of_logs_is_the_fit_of_logs_taken_by_hand(options: dict[str, Any]) -> None:
    data = gm.read(FAITHFUL, transforms="log")
    logs = np.log(data.X)
    found, by_hand = gm.fit(data, **TIGHT, **options), gm.fit(logs, **TIGHT, **options)
    np.testing.assert_allclose(found.mixture.means, by_hand.mixture.means, rtol=1e-12)
    np.testing.assert_allclose(found.mixture.covariances, by_hand.mixture.covariances, rtol=1e-12)
    slope = -logs.sum()
    assert found.log_likelihood == pytest.approx(by_hand.log_likelihood + slope, rel=1e-10)
    np.testing.assert_allclose(found.history, by_hand.history + slope, rtol=1e-10)
    assert found.mixture.units == ("log(eruptions)", "log(waiting)")
    scored = found.mixture.log_density(data.X).sum()
    assert found.log_likelihood == pytest.approx(scored, rel=1e-12)
    assert found.icl - found.bic == pytest.approx(by_hand.icl - by_hand.bic, rel=1e-8)


def test_standardised_rows_have_the_fit_of_the_rows_themselves() -> None:
    raw = gm.fit(gm.read(FAITHFUL), **TIGHT)
    found = gm.fit(gm.read(FAITHFUL, transforms="standardise"), **TIGHT)
    for name in ("weights", "means", "covariances"):
        pair = getattr(found.mixture, name), getattr(raw.mixture, name)
        np.testing.assert_allclose(*pair, rtol=1e-6)
    assert found.mixture.transforms == ()
    assert found.bic == pytest.approx(raw.bic, rel=1e-9)
    assert found.summary()["transforms"] == {"eruptions": "standardise", "waiting": "standardise"}


def test_round_families_find_more_in_standardised_rows() -> None:
    raw = gm.fit(gm.read(FAITHFUL), **TIGHT, family="EII")
    found = gm.fit(gm.read(FAITHFUL, transforms="standardise"), **TIGHT, family="EII")
    assert found.n_parameters == raw.n_parameters
    assert found.bic < raw.bic - 100.0
    variances = np.diagonal(found.mixture.covariances[0])
    assert variances[1] > 50.0 * variances[0]


@pytest.mark.parametrize("family", FAMILIES)
def test_log_likelihoods_are_those_of_the_mixture_whatever_the_family(family: str) -> None:
    data = gm.read(FAITHFUL, transforms={"eruptions": "arcsinh:2", "waiting": "standardise"})
    found = gm.fit(data, **TIGHT, family=family)
    scored = found.mixture.log_density(data.X).sum()
    assert found.log_likelihood == pytest.approx(scored, rel=1e-11)


def test_weights_known_components_and_gaps() -> None:
    rng = np.random.default_rng(4)
    rows = with_gaps(log_normal_rows(400), 0.1, seed=5)
    weights = rng.integers(1, 4, 400).astype(float)
    plain = Dataset(rows, ("a", "b"), weights=weights)
    data = transformed(replace(plain, incomplete=np.flatnonzero(np.isnan(rows).any(axis=1))), "log")
    found = gm.fit(data, n_components=3, n_init=1, seed=0)
    scored = weights @ found.mixture.log_density(rows)
    assert found.log_likelihood == pytest.approx(scored, rel=1e-10)
    known = np.where(rng.random(400) < 0.2, found.mixture.predict(rows), -1)
    again = gm.fit(data, known=known, n_components=3, n_init=1, seed=0)
    by_hand = gm.fit(
        np.log(rows), row_weights=weights, known=known, n_components=3, n_init=1, seed=0
    )
    slope = -np.nansum(np.log(rows) * weights[:, None])
    assert again.log_likelihood == pytest.approx(by_hand.log_likelihood + slope, rel=1e-10)


@pytest.mark.parametrize("kind", ["standardise", "arcsinh:2", "logit:0:1e6", "boxcox"])
def test_a_missing_value_adds_nothing_to_the_log_likelihood(kind: str) -> None:
    rows = with_gaps(log_normal_rows(300), 0.2, seed=5)
    plain = Dataset(rows, ("a", "b"), incomplete=np.flatnonzero(np.isnan(rows).any(axis=1)))
    found = gm.fit(transformed(plain, kind), n_components=2, n_init=1, seed=0)
    scored = found.mixture.log_density(rows).sum()
    assert found.log_likelihood == pytest.approx(scored, rel=1e-10)


def test_what_is_shown_while_it_fits_is_in_the_data_s_units() -> None:
    rows = log_normal_rows(45_000)
    data = transformed(Dataset(rows, ("a", "b")), {"a": "log", "b": "standardise"})
    steps = list(gm.iter_fit(data, n_components=3, n_init=1, seed=0))
    assert any(step.on_sample for step in steps)
    for step in (steps[0], steps[-1]):
        assert step.mixture.units == ("log(a)", "b")
        per_row = step.mixture.log_density(rows).mean()
        near = 0.2 if step.on_sample else 1e-9
        assert step.mean_log_likelihood == pytest.approx(per_row, abs=near)


def test_a_fit_begins_at_and_holds_what_is_given_in_the_data_s_units() -> None:
    data = gm.read(FAITHFUL, transforms={"eruptions": "log", "waiting": "standardise"})
    before = gm.fit(data, **TIGHT)
    again = gm.fit(data, start=before.mixture, tol=1e-9)
    assert again.n_iter <= 2
    assert again.log_likelihood == pytest.approx(before.log_likelihood, rel=1e-9)
    held = gm.fit(data, start=before.mixture, held={"means": [1]})
    np.testing.assert_allclose(held.mixture.means[1], before.mixture.means[1], rtol=1e-12)
    by_rows = gm.fit(data, start=before.mixture.predict(data.X), tol=1e-12)
    assert by_rows.log_likelihood == pytest.approx(before.log_likelihood, rel=1e-9)
    plain = gm.fit(gm.read(FAITHFUL), **TIGHT).mixture
    with pytest.raises(OptionError, match="transformed in another way"):
        gm.fit(data, start=plain)


def test_the_bootstrap_says_how_sure_numbers_in_their_units_are() -> None:
    data = gm.read(FAITHFUL, transforms={"waiting": "log"})
    result = gm.fit(data, **TIGHT)
    sure = gm.bootstrap(result, n_draws=60, seed=1)
    by_hand = data.X.copy()
    by_hand[:, 1] = np.log(by_hand[:, 1])
    expected = gm.bootstrap(gm.fit(by_hand, **TIGHT), n_draws=60, seed=1)
    np.testing.assert_allclose(sure.draws.means, expected.draws.means, rtol=1e-6)
    linear = gm.fit(gm.read(FAITHFUL, transforms="standardise"), **TIGHT)
    low, high = gm.bootstrap(linear, n_draws=60, seed=1).intervals(0.95)
    assert ((low.means < linear.mixture.means) & (linear.mixture.means < high.means)).all()


def test_criteria_choose_among_transforms() -> None:
    rows = Dataset(log_normal_rows(600), ("a", "b"))
    asked: dict[str, Any] = {"n_components": [3], "families": ["VVV", "EEE"], "seed": 0}
    raw = gm.select(rows, **asked)
    logs = gm.select(transformed(rows, "log"), **asked, criterion="cv")
    assert logs.best.mixture.units == ("log(a)", "log(b)")
    assert logs.best.bic < raw.best.bic - 100.0
    # Rows that were left out are scored in the same units.
    assert logs.table[0]["cv"] == pytest.approx(-2.0 * logs.best.log_likelihood, rel=0.05)


def test_a_likelihood_ratio_is_that_of_what_is_fitted() -> None:
    rows = np.exp(np.random.default_rng(2).normal(size=(80, 1)))
    options: dict[str, Any] = {"n_components": 1, "n_draws": 19, "n_init": 1, "seed": 0}
    test = gm.likelihood_ratio_test(transformed(Dataset(rows, ("a",)), "log"), **options)
    by_hand = gm.likelihood_ratio_test(np.log(rows), **options)
    assert test.statistic == pytest.approx(by_hand.statistic, abs=1e-6)
    np.testing.assert_allclose(test.simulated, by_hand.simulated, atol=1e-6)


def test_the_report_names_the_units() -> None:
    report = gm.fit(gm.read(FAITHFUL, transforms={"waiting": "log"}), **TIGHT).report()
    assert "fitted to eruptions, log(waiting)" in report
    assert "mean log(waiting)" in report and "mean eruptions" in report
    assert "criteria are in the data's own" in report
    linear = gm.fit(gm.read(FAITHFUL, transforms="standardise"), **TIGHT).report()
    assert "standardised waiting" in linear and "headings name the units" not in linear


def test_what_a_constant_column_always_is_is_said_in_its_own_units() -> None:
    rows = Dataset(np.column_stack([np.full(9, 5.0), np.arange(1.0, 10.0)]), ("a", "b"))
    for words in ("log", "standardise", "boxcox", "arcsinh"):
        with pytest.raises(DataError, match=r"'a' is constant \(always 5\)"):
            gm.fit(transformed(rows, words), n_components=2)


def test_facts_for_a_model_file_say_how_rows_were_fitted(tmp_path) -> None:
    data = gm.read(FAITHFUL, transforms={"waiting": "arcsinh:30"})
    result = gm.fit(data, **TIGHT)
    assert result.facts()["data"]["transforms"] == {"waiting": "arcsinh:30"}
    result.save(tmp_path / "m.json")
    loaded: Mixture = gm.load(tmp_path / "m.json")
    np.testing.assert_array_equal(loaded.log_density(data.X), result.mixture.log_density(data.X))
