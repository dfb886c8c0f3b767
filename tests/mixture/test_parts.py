"""Marginal and conditional mixtures, and distances, against scipy."""

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal

from gmm_app.errors import ModelError
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture


def named(family="VVV", seed=0):
    made = random_mixture(3, 4, seed=seed, family=family)
    return Mixture(made.weights, made.means, made.covariances, family, ("a", "b", "c", "d"))


@pytest.mark.parametrize("family", ["VVV", "VVI", "EEE", "VII"])
def test_densities_of_parts_multiply_to_the_whole(family):
    mixture = named(family)
    for row in mixture.sample(20, seed=1):
        given = {"c": row[2], "a": row[0]}
        part = mixture.marginal(list(given)).log_density([[row[2], row[0]]])
        rest = mixture.conditional(given)
        assert rest.columns == ("b", "d")
        total = part + rest.log_density([[row[1], row[3]]])
        np.testing.assert_allclose(total, mixture.log_density(row[np.newaxis]), rtol=1e-10)


def test_the_marginal_keeps_the_order_that_is_asked_for():
    mixture = named()
    part = mixture.marginal(["d", "b"])
    assert part.columns == ("d", "b")
    np.testing.assert_array_equal(part.means, mixture.means[:, [3, 1]])
    np.testing.assert_array_equal(part.covariances[:, 0, 1], mixture.covariances[:, 3, 1])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "name one of them or more"),
        ({"z": 1.0}, "not z"),
        ({"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}, "leave at least one out"),
        ({"a": np.nan}, "finite numbers"),
        ({"a": 1e300}, "too far"),
    ],
)
def test_what_cannot_be_given_is_refused(given, words):
    with pytest.raises(ModelError, match=words):
        named().conditional(given)


def test_a_column_twice_is_refused():
    with pytest.raises(ModelError, match="each once, not a, a"):
        named().marginal(["a", "a"])


def test_distances_are_those_of_the_densities():
    mixture = named()
    X = mixture.sample(50, seed=2)
    for k in range(3):
        normal = multivariate_normal(mixture.means[k], mixture.covariances[k])
        peak = normal.logpdf(mixture.means[k])
        np.testing.assert_allclose(mixture.mahalanobis(X)[:, k], 2 * (peak - normal.logpdf(X)))


def test_outlier_ranks_are_uniform_for_rows_of_the_mixture_and_near_one_far_away():
    mixture = random_mixture(1, 3, seed=4)
    X = mixture.sample(20_000, seed=5)
    ranks = mixture.outlier_rank(X)
    np.testing.assert_allclose(np.quantile(ranks, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.015)
    np.testing.assert_allclose(ranks, chi2(3).cdf(mixture.mahalanobis(X)[:, 0]))
    assert mixture.outlier_rank(mixture.means + 50.0)[0] > 1 - 1e-12
