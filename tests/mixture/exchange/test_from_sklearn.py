"""Mixtures of scikit-learn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

import gmm_app
from gmm_app.errors import ModelError
from tests.reference_data import REFERENCE

ROWS = np.loadtxt(REFERENCE / "iris.csv", delimiter=",", skiprows=1)


def fitted(kind: str, rows: Any = ROWS) -> GaussianMixture:
    return GaussianMixture(3, covariance_type=kind, random_state=0).fit(rows)


@pytest.mark.parametrize(
    ("kind", "family"),
    [("full", "VVV"), ("tied", "EEE"), ("diag", "VVI"), ("spherical", "VII")],
)
def test_its_densities_are_the_same(kind: str, family: str) -> None:
    estimator = fitted(kind)
    mixture = gmm_app.from_sklearn(estimator)
    expected = estimator.score_samples(ROWS)
    np.testing.assert_allclose(mixture.log_density(ROWS), expected, rtol=0, atol=1e-10)
    assert mixture.family == family


def test_fitted_in_single_precision() -> None:
    estimator = fitted("full", ROWS.astype(np.float32))
    expected = estimator.score_samples(ROWS)
    found = gmm_app.from_sklearn(estimator).log_density(ROWS)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)


def test_names_of_columns_come_along() -> None:
    estimator = fitted("diag", ROWS[:, :2])
    assert gmm_app.from_sklearn(estimator).columns == ("x1", "x2")
    estimator.feature_names_in_ = np.array(["a", "b"], dtype=object)
    assert gmm_app.from_sklearn(estimator).columns == ("a", "b")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"weights_": None}, "has no weights_: fit it first"),
        ({"covariance_type": "other"}, "covariance_type is 'other'"),
        ({"covariances_": np.ones(3)}, r"shapes \(3, 4\) and \(3,\), which are not"),
        ({"means_": np.ones(3)}, r"shapes \(3,\) and \(3, 4, 4\)"),
        ({"weights_": [0.5, 0.6, 0.1]}, "sum to 1"),
        ({"means_": "abc"}, "not an array of real numbers"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], expected: str) -> None:
    own = fitted("full")
    names = ("weights_", "means_", "covariances_", "covariance_type")
    given = {name: getattr(own, name) for name in names} | changes
    held = SimpleNamespace(**{name: value for name, value in given.items() if value is not None})
    with pytest.raises(ModelError, match=expected):
        gmm_app.from_sklearn(held)
