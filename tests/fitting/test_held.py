"""Parameters that are held."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm

import gmm_app as gm
from gmm_app.errors import OptionError
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture

TRUE = random_mixture(3, 2, seed=1, spread=2.0)
X = TRUE.sample(600, seed=2)
TIGHT: dict[str, Any] = {"tol": 0.0, "max_iter": 20_000, "reg_covar": 0.0}


def test_what_is_held_stays_bit_for_bit_and_the_rest_is_found():
    held = {"weights": [1], "means": [0, 2], "covariances": [0]}
    result = gm.fit(X, start=TRUE, held=held, **TIGHT)
    found = result.mixture
    assert result.converged
    assert found.weights[1] == TRUE.weights[1]
    assert np.array_equal(found.means[[0, 2]], TRUE.means[[0, 2]])
    assert np.array_equal(found.covariances[0], TRUE.covariances[0])
    assert not np.array_equal(found.means[1], TRUE.means[1])
    assert found.weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert result.n_parameters == 17 - 1 - 4 - 3
    assert "held as they were: means of components 1, 3" in result.report()


@pytest.mark.parametrize("family", FAMILIES)
def test_log_likelihood_never_falls_whatever_the_family(family):
    result = gm.fit(X, start=TRUE, family=family, held={"means": [0], "weights": [2]}, **TIGHT)
    assert np.diff(result.history).min() >= -1e-10
    assert np.array_equal(result.mixture.means[0], TRUE.means[0])


def test_no_higher_likelihood_keeps_to_it():
    """Two Gaussians in one column, the mean of one and the weight of both held."""
    rows = np.concatenate([np.random.default_rng(3).normal(0, 1, 80), np.linspace(3, 9, 60)])
    start = Mixture([0.5, 0.5], [[0.0], [5.0]], [[[1.0]], [[2.0]]])
    result = gm.fit(rows, start=start, held={"weights": [0, 1], "means": [0]}, **TIGHT)

    def downhill(p):
        parts = [
            norm(0.0, np.exp(p[0])).logpdf(rows),
            norm(p[1], np.exp(p[2])).logpdf(rows),
        ]
        return -(logsumexp(parts, axis=0) + np.log(0.5)).sum()

    best = minimize(downhill, [0.0, 6.0, 0.5], method="BFGS", options={"gtol": 1e-8})
    assert result.log_likelihood == pytest.approx(-best.fun, abs=1e-7)
    assert result.n_parameters == 3


def test_everything_held_is_the_start():
    every = [0, 1, 2]
    held = {"weights": every, "means": every, "covariances": every}
    result = gm.fit(X, start=TRUE, held=held)
    assert np.array_equal(result.mixture.means, TRUE.means)
    assert result.log_likelihood == pytest.approx(TRUE.log_density(X).sum(), rel=1e-12)
    assert result.n_parameters == 0


def test_the_bootstrap_keeps_to_it():
    result = gm.fit(X, start=TRUE, held={"means": [1]})
    means = gm.bootstrap(result, n_draws=30, seed=0).draws.means
    assert np.all(means[:, 1] == TRUE.means[1])
    assert np.all(means[:, [0, 2]].std(axis=0) > 0.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"held": {"mean": [0]}, "start": TRUE}, "'mean' cannot be held"),
        ({"held": {"means": [3]}, "start": TRUE}, "from 0 to 2"),
        ({"held": {"means": [0.5]}, "start": TRUE}, "from 0 to 2"),
        ({"held": {"means": 0}, "start": TRUE}, "list of components"),
        ({"held": {"means": [True]}, "start": TRUE}, "Component True"),
        ({"held": {"means": [[0]]}, "start": TRUE}, "cannot be held"),
        ({"held": ["means"], "start": TRUE}, "components by their kind"),
        ({"held": {1: [0]}, "start": TRUE}, "1 cannot be held"),
        ({"held": {"means": [0]}, "start": TRUE, "noise": True}, "With noise nothing"),
        ({"held": {"means": [0]}, "start": TRUE, "reseed": True}, "With reseed nothing"),
        ({"held": {"means": [0]}, "n_components": 3}, "give a mixture as start"),
        ({"held": {"covariances": [0]}, "start": TRUE, "family": "EEE"}, "one alone cannot"),
        ({"held": {"means": [0]}, "start": TRUE, "n_init": 2}, "leave n_init out"),
    ],
)
def test_what_makes_no_sense_is_refused(options, words):
    with pytest.raises(OptionError, match=words):
        gm.fit(X, **options)
