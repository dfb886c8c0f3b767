"""The weak prior."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.errors import OptionError
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture, with_gaps

SPECIES = np.repeat([0, 1, 2], 50)
TIGHT: dict[str, Any] = {"tol": 0.0, "max_iter": 20_000, "reg_covar": 0.0, "prior": True}


def test_it_is_mclusts_where_components_share_nothing(reference):
    """mclust 6.0.0: me(iris, "VVV", unmap(species), prior = priorControl()), tol 1e-14."""
    result = gm.fit(reference("iris"), start=SPECIES, **TIGHT)
    assert result.log_likelihood == pytest.approx(-192.695283865, abs=1e-7)
    setosa = int(np.argmin(result.mixture.means[:, 0]))
    mean = [5.0061674332, 3.4279258815, 1.4624591082, 0.2461906285]
    np.testing.assert_allclose(result.mixture.means[setosa], mean, rtol=1e-8)
    row = [0.10469508392, 0.077967703558, 0.025102382083, 0.013100806540]
    np.testing.assert_allclose(result.mixture.covariances[setosa, 0], row, rtol=1e-8)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_em_raises_never_falls(reference, family):
    for accelerate in (False, True):
        result = gm.fit(
            reference("diabetes_flawed"),
            n_components=4,
            family=family,
            seed=1,
            n_init=2,
            accelerate=accelerate,
            **{**TIGHT, "max_iter": 200},
        )
        for start in result.starts:
            assert np.diff(start.history).min() >= -1e-11 * abs(start.log_likelihood)
        assert result.prior is not None
        log_prior = result.prior.log_density(result.mixture)
        own = result.history[-1] - log_prior
        assert result.log_likelihood == pytest.approx(own, rel=1e-9)


def test_nothing_nearby_is_higher(reference):
    X = reference("faithful").X
    result = gm.fit(X, n_components=2, seed=0, **TIGHT)
    assert result.prior is not None
    rng = np.random.default_rng(2)

    def objective(mixture: Mixture) -> float:
        assert result.prior is not None
        return mixture.log_density(X).sum() + result.prior.log_density(mixture)

    best = result.mixture
    top = objective(best)
    for _ in range(50):
        roots = np.linalg.cholesky(best.covariances)
        turned = np.eye(2) + 0.01 * rng.standard_normal((2, 2, 2))
        covariances = roots @ turned @ turned.transpose(0, 2, 1) @ roots.transpose(0, 2, 1)
        covariances = (covariances + covariances.transpose(0, 2, 1)) / 2.0
        weights = best.weights * np.exp(0.01 * rng.standard_normal(2))
        means = best.means + 0.01 * rng.standard_normal((2, 2)) * np.sqrt(
            np.diagonal(best.covariances, axis1=1, axis2=2)
        )
        assert objective(Mixture(weights / weights.sum(), means, covariances)) < top


def test_components_do_not_collapse_onto_equal_rows():
    rng = np.random.default_rng(3)
    X = np.concatenate([rng.standard_normal((100, 2)), np.full((30, 2), 4.0)])
    options: dict[str, Any] = {"n_components": 4, "n_init": 6, "seed": 4, "reg_covar": 0.0}
    with_prior = gm.fit(X, **options, prior=True)
    assert not any(start.failure for start in with_prior.starts)
    assert not with_prior.doubts
    assert np.linalg.eigvalsh(with_prior.mixture.covariances).min() > 1e-4


def test_it_goes_with_gaps_samples_and_the_bootstrap():
    true = random_mixture(2, 3, seed=5, spread=4.0)
    X = with_gaps(true.sample(50_000, seed=6), 0.1, seed=7)
    result = gm.fit(X, n_components=2, n_init=1, seed=8, prior=True)
    assert result.sample_passes > 0
    assert "mode of the posterior" in result.report()
    small = gm.fit(X[:500], n_components=2, n_init=1, seed=8, prior=True)
    assert gm.bootstrap(small, n_draws=20, seed=9).n_draws == 20


def test_it_does_not_go_with_what_is_held():
    true = random_mixture(2, 2, seed=10)
    with pytest.raises(OptionError, match="With prior nothing can be held"):
        gm.fit(true.sample(100, seed=11), start=true, held={"means": [0]}, prior=True)


def test_it_goes_with_known_components():
    true = random_mixture(2, 2, seed=12, spread=4.0)
    X, labels = true.sample_labelled(200, seed=13)
    known = np.where(np.arange(200) < 40, labels, -1)
    result = gm.fit(X, n_components=2, known=known, prior=True, seed=0)
    np.testing.assert_allclose(result.mixture.means, true.means, atol=0.6)
