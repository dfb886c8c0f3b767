"""Rows that belong to no component."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

import gmm_app as gm
from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.data.writing import write_labels, write_parameters
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import ModelError, OptionError
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from tests.problems import random_mixture, with_gaps

LOW, HIGH = np.array([-12.0, -10.0]), np.array([14.0, 11.0])
TRUE = random_mixture(2, 2, seed=1, spread=4.0).with_noise(Noise(0.2, LOW, HIGH))
X, LABELS = TRUE.sample_labelled(3_000, seed=2)


def density(rows, mixture):
    """(N, K + 1) weight times density, by the textbook."""
    parts = [
        weight * multivariate_normal(mean, covariance).pdf(rows)
        for weight, mean, covariance in zip(
            mixture.weights, mixture.means, mixture.covariances, strict=True
        )
    ]
    box = np.prod(mixture.noise.high - mixture.noise.low)
    return np.column_stack([*parts, np.full(len(rows), mixture.noise.weight / box)])


@pytest.mark.parametrize(("n_features", "family"), [(2, "VVV"), (11, "VVV"), (3, "VVI")])
def test_a_pass_and_scores_are_those_of_the_textbook(n_features, family):
    noise = Noise(0.1, np.full(n_features, -9.0), np.full(n_features, 8.0))
    mixture = random_mixture(2, n_features, seed=3, family=family).with_noise(noise)
    rows = mixture.sample(700, seed=4)
    parts = density(rows, mixture)
    resp = parts / parts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mixture.predict_proba(rows), resp, rtol=1e-9, atol=1e-14)
    assert np.array_equal(mixture.predict(rows), resp.argmax(axis=1))
    got = LocalEngine(as_dataset(rows), cancel=CancelFlag()).em_pass(mixture)
    assert got.log_likelihood == pytest.approx(np.log(parts.sum(axis=1)).sum(), rel=1e-12)
    np.testing.assert_allclose([*got.nk, got.noise_nk], resp.sum(axis=0), rtol=1e-9)
    moments = got.moments(np.zeros(n_features))
    np.testing.assert_allclose(moments.weights, resp[:, :2].mean(axis=0), rtol=1e-9)
    means = resp[:, :2].T @ rows / resp[:, :2].sum(axis=0)[:, np.newaxis]
    np.testing.assert_allclose(moments.means, means, rtol=1e-8)


def test_noise_and_components_are_found():
    result = gm.fit(X, n_components=2, noise=True, seed=0)
    found = result.mixture
    assert result.converged
    assert found.noise is not None
    assert found.noise.weight == pytest.approx(0.2, abs=0.03)
    assert found.weights.sum() + found.noise.weight == pytest.approx(1.0, rel=1e-12)
    order = np.argsort(TRUE.weights)[::-1]
    np.testing.assert_allclose(found.means, TRUE.means[order], atol=0.15)
    np.testing.assert_allclose(found.covariances, TRUE.covariances[order], atol=0.3)
    labels = np.array([*np.argsort(order), 2])[LABELS]
    assert np.mean(found.predict(X) == labels) > 0.9
    assert result.n_parameters == gm.fit(X, n_components=2, seed=0, n_init=1).n_parameters + 1
    assert "noise: " in result.report()
    assert result.summary()["noise"] == found.noise.weight


@pytest.mark.parametrize("family", FAMILIES)
def test_log_likelihood_never_falls(family):
    for prior in (False, True):
        result = gm.fit(
            X[:600], n_components=3, family=family, noise=True, prior=prior, seed=1, n_init=2
        )
        for start in result.starts:
            assert np.diff(start.history).min() >= -1e-10 * abs(start.log_likelihood)


def test_it_goes_with_weights_samples_known_rows_and_the_bootstrap():
    many, labels = TRUE.sample_labelled(50_000, seed=5)
    result = gm.fit(many, n_components=2, noise=True, n_init=1, seed=2)
    assert result.sample_passes > 0
    assert result.mixture.noise is not None
    assert result.mixture.noise.weight == pytest.approx(0.2, abs=0.01)
    known = np.where((np.arange(3_000) < 200) & (LABELS < 2), LABELS, -1)
    named = gm.fit(X, n_components=2, noise=True, known=known, seed=3)
    np.testing.assert_allclose(named.mixture.means, TRUE.means, atol=0.15)
    assert gm.bootstrap(named, n_draws=20, seed=4).n_draws == 20
    times = np.random.default_rng(6).integers(1, 4, 600)
    options: dict[str, Any] = {"noise": True, "tol": 0.0, "max_iter": 5_000}
    start = Mixture(TRUE.weights / TRUE.weights.sum(), TRUE.means, TRUE.covariances)
    weighted = gm.fit(X[:600], row_weights=times, start=start, **options)
    repeated = gm.fit(np.repeat(X[:600], times, axis=0), start=start, **options)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, rel=1e-9)


def test_parts_of_it():
    x = TRUE.marginal(["x1"])
    assert x.noise is not None
    assert x.noise.low.tolist() == [-12.0]
    given = TRUE.conditional({"x1": 13.5})
    assert given.noise is not None
    assert given.noise.weight > 0.99
    rows = np.array([[2.0, 3.0]])
    joint = np.exp(TRUE.log_density(rows))
    conditional = TRUE.conditional({"x1": 2.0})
    product = np.exp(x.log_density(rows[:, :1]) + conditional.log_density(rows[:, 1:]))
    np.testing.assert_allclose(product, joint, rtol=1e-9)
    assert np.all(TRUE.outlier_rank(X) <= 1.0)
    noise_rows = X[LABELS == 2]
    inside = np.all((noise_rows >= LOW) & (noise_rows <= HIGH), axis=1)
    assert inside.all() and len(noise_rows) == pytest.approx(600, abs=80)


def test_files_keep_it(tmp_path):
    TRUE.save(tmp_path / "model.json")
    back = gm.load(tmp_path / "model.json")
    assert back.noise is not None and TRUE.noise is not None
    assert back.noise.weight == TRUE.noise.weight
    assert np.array_equal(back.predict_proba(X), TRUE.predict_proba(X))
    write_labels(Dataset(X[:50], TRUE.columns), TRUE, tmp_path / "labels.csv")
    with open(tmp_path / "labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = TRUE.predict(X[:50])
    assert [int(row["label"]) for row in rows] == [0 if k == 2 else k + 1 for k in expected]
    assert float(rows[0]["resp_noise"]) == TRUE.predict_proba(X[:1])[0, 2]
    write_parameters(TRUE, tmp_path / "parameters.csv")
    last = (tmp_path / "parameters.csv").read_text().splitlines()[-1]
    assert last.startswith("noise,0.2,")


def test_what_makes_no_sense_is_refused():
    with pytest.raises(OptionError, match="noise is told from whole rows"):
        gm.fit(with_gaps(X[:100], 0.1, seed=7), n_components=2, noise=True)
    with pytest.raises(ModelError, match="lacks values"):
        TRUE.predict([[np.nan, 1.0]])
    with pytest.raises(ModelError, match="box"):
        TRUE.with_noise(Noise(0.1, HIGH, LOW))
    with pytest.raises(ModelError, match="less than 1"):
        Mixture([0.5], [[0.0]], [[[1.0]]], noise=Noise(1.5, np.zeros(1), np.ones(1)))
    with pytest.raises(ModelError, match="sum to 1"):
        Mixture([1.0], [[0.0]], [[[1.0]]], noise=Noise(0.5, np.zeros(1), np.ones(1)))


@pytest.mark.parametrize("options", [{"n_components": 2}, {"start": TRUE.with_noise(None)}])
def test_far_outliers_are_noise_whatever_they_do_to_the_columns_spread(options):
    rows = np.vstack([X[LABELS < 2], np.random.default_rng(8).uniform(-1e6, 1e6, (10, 2))])
    result = gm.fit(rows, **options, noise=True, seed=0)
    assert result.converged and not result.doubts
    assert result.mixture.noise is not None
    assert result.mixture.noise.weight == pytest.approx(10 / len(rows), rel=1e-6)
    order = np.argsort(TRUE.weights)[::-1]
    np.testing.assert_allclose(result.mixture.means, TRUE.means[order], atol=0.15)


def test_a_start_with_noise_is_begun_at():
    result = gm.fit(X, n_components=2, noise=True, seed=0)
    again = gm.fit(X, start=result.mixture, noise=True)
    assert again.history[0] == pytest.approx(result.log_likelihood, rel=1e-12)
    with pytest.raises(OptionError, match="The start has noise"):
        gm.fit(X, start=result.mixture)


def test_the_bootstrap_tells_how_sure_its_weight_is():
    result = gm.fit(X, n_components=2, noise=True, seed=0)
    boot = gm.bootstrap(result, n_draws=60, seed=1)
    low, high = boot.intervals()
    assert result.mixture.noise is not None
    assert low.noise < result.mixture.noise.weight < high.noise
    assert boot.standard_errors.noise == pytest.approx(np.sqrt(0.16 / 3_000), rel=0.5)


def test_classes_leave_noise_apart():
    combined = gm.combine(TRUE, X)
    assert set(combined.predict(X, 1)) == {0, 1}
    assert np.array_equal(combined.predict(X, 2) == 2, TRUE.predict(X) == 2)
