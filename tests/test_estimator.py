"""GaussianMixture against scikit-learn's protocol and its own class of that name."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.mixture import GaussianMixture as Theirs
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import gmm_app as gm
from gmm_app.mixture.covariance import FAMILIES
from tests.problems import random_mixture

TRUTH = random_mixture(3, 2, seed=0)
X = TRUTH.sample(600, seed=1)
TYPES = ["full", "tied", "diag", "spherical"]


def test_scikit_learns_own_checks():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checks = check_estimator(gm.GaussianMixture(), on_fail=None)
    failed = [check for check in checks if check["status"] == "failed"]
    assert not failed
    assert sum(check["status"] == "passed" for check in checks) >= 40


def same_start(kind):
    """Weights, means and precisions to begin with, of that covariance type."""
    precisions = {
        "full": np.repeat(np.eye(2)[np.newaxis], 3, axis=0),
        "tied": np.eye(2),
        "diag": np.ones((3, 2)),
        "spherical": np.ones(3),
    }
    return {
        "weights_init": np.full(3, 1 / 3),
        "means_init": TRUTH.means + 0.2,
        "precisions_init": precisions[kind],
    }


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", TYPES)
def test_plain_em_from_the_same_start_is_scikit_learns(kind):
    options = {"n_components": 3, "covariance_type": kind, "tol": 0.0, "max_iter": 15}
    theirs = Theirs(**options, **same_start(kind), random_state=0).fit(X)
    ours = gm.GaussianMixture(**options, **same_start(kind), random_state=0, accelerate=False)
    ours.fit(X)
    order = [int(np.abs(theirs.means_ - mean).sum(axis=1).argmin()) for mean in ours.means_]
    assert sorted(order) == [0, 1, 2]
    # Theirs is that of the mixture before the last M-step.
    assert ours.lower_bounds_[-2] == pytest.approx(theirs.lower_bound_, rel=1e-9)
    assert ours.n_iter_ == theirs.n_iter_ == 15
    for name in ("weights_", "means_", "covariances_", "precisions_"):
        found, expected = getattr(ours, name), getattr(theirs, name)
        expected = expected if kind == "tied" and name[0] in "cp" else expected[order]
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7, err_msg=name)
    np.testing.assert_allclose(ours.score_samples(X), theirs.score_samples(X), rtol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X)[:, order], atol=1e-6)
    assert ours.bic(X) == pytest.approx(theirs.bic(X), rel=1e-9)
    assert ours.aic(X) == pytest.approx(theirs.aic(X), rel=1e-9)
    chosen = ours.precisions_cholesky_
    if kind == "full":
        np.testing.assert_allclose(chosen @ chosen.transpose(0, 2, 1), ours.precisions_)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_can_be_asked_for(family):
    mixture = gm.GaussianMixture(3, family=family, random_state=0, max_iter=500).fit(X)
    assert mixture.mixture_.family == family
    assert mixture.predict(X).max() == 2


def test_in_pipelines_and_grid_searches():
    pipeline = make_pipeline(StandardScaler(), gm.GaussianMixture(random_state=0, max_iter=500))
    numbers = {"gaussianmixture__n_components": [1, 2, 3]}
    search = GridSearchCV(pipeline, numbers, cv=3).fit(X)
    assert search.best_params_ == {"gaussianmixture__n_components": 3}


def test_a_warm_start_goes_on_where_the_last_fit_ended():
    mixture = gm.GaussianMixture(3, random_state=0, max_iter=2, tol=0.0, warm_start=True)
    bounds = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for _ in range(4):
            bounds += mixture.fit(X).lower_bounds_
    assert np.all(np.diff(bounds) >= -1e-12)


def test_what_has_not_converged_is_said():
    with pytest.warns(ConvergenceWarning, match="raise one of them"):
        gm.GaussianMixture(3, random_state=0, max_iter=1, tol=0.0).fit(X)


def test_samples_come_with_their_components():
    mixture = gm.GaussianMixture(3, random_state=0).fit(X)
    rows, labels = mixture.sample(300)
    assert rows.shape == (300, 2)
    assert np.mean(mixture.predict(rows) == labels) > 0.8
    with pytest.raises(ValueError, match="at least one"):
        mixture.sample(0)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"covariance_type": "round"}, "choose full"),
        ({"init_params": "magic"}, "choose kmeans"),
        ({"n_components": 0}, "from 1 to"),
        ({"n_components": 601}, "choose fewer components"),
        ({"reg_covar": -1.0}, "number from 0"),
        ({"means_init": np.zeros((2, 2))}, "need the shapes"),
        ({"family": "XXX"}, "no covariance family"),
    ],
)
def test_bad_parameters_are_value_errors(parameters, words):
    with pytest.raises(ValueError, match=words):
        gm.GaussianMixture(**{"n_components": 3} | parameters).fit(X)


def test_nothing_can_be_asked_before_a_fit():
    with pytest.raises(NotFittedError):
        gm.GaussianMixture().predict(X)


def test_it_works_without_scikit_learn():
    code = """
import sys
sys.modules["sklearn"] = None
import numpy as np, gmm_app as gm
X = np.random.default_rng(0).standard_normal((50, 2))
mixture = gm.GaussianMixture(2).set_params(random_state=0, max_iter=500)
assert mixture.get_params()["n_components"] == 2
try:
    mixture.predict(X)
except ValueError as error:
    assert "call 'fit' first" in str(error)
assert mixture.fit(X).predict(X).shape == (50,)
try:
    mixture.predict(X[:, :1])
except ValueError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.startswith("X has 1 features"), done.stderr
