"""Covariance families: the best covariances of their kind, by an optimiser; their numbers."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import minimize

from gmm_app.errors import OptionError
from gmm_app.mixture.covariance import FAMILIES, family_named
from tests.problems import random_mixture

K, D = 3, 3
N_DIFFERENT = {"E": 1, "V": K, "I": 0}


def deviance(nk, scatter, covariances):
    """Minus twice the part of the expected log-likelihood that depends on the covariances."""
    traces = np.trace(np.linalg.solve(covariances, scatter), axis1=1, axis2=2)
    return nk @ (np.linalg.slogdet(covariances)[1] + traces)


def unpacked(parameters, family):
    """Covariances of the family from free parameters: logarithms of volumes and of variances
    along the axes, and axes as exponentials of skew matrices."""
    volume, shape, orientation = (N_DIFFERENT[letter] for letter in family)
    logs, rest = np.split(parameters, [volume])
    stretches, turns = np.split(rest, [shape * D])
    shapes = stretches.reshape(-1, D) if shape else np.zeros((1, D))
    variances = np.exp(logs[:, np.newaxis] + shapes - shapes.mean(axis=1, keepdims=True))
    skew = np.zeros((max(orientation, 1), D, D))
    skew[:, *np.triu_indices(D, 1)] = turns.reshape(-1, D * (D - 1) // 2) if orientation else 0.0
    axes = np.array([expm(s - s.T) for s in skew])
    covariances = (axes * variances[:, np.newaxis]) @ axes.transpose(0, 2, 1)
    return np.broadcast_to(covariances, (K, D, D))


def n_free(family):
    volume, shape, orientation = (N_DIFFERENT[letter] for letter in family)
    return volume + shape * D + orientation * D * (D - 1) // 2


def random_moments(seed):
    """Sums of responsibilities, and scatters that no family but VVV fits."""
    nk = np.random.default_rng(seed).uniform(5, 50, K)
    return nk, random_mixture(K, D, seed=seed).covariances


def check_that_none_is_better(family, seed):
    nk, scatter = random_moments(seed)
    known = FAMILIES[family]
    own = known.compact(scatter).copy()
    ours = deviance(nk, scatter, known.matrices(known.estimate(nk, own, own)))
    rng = np.random.default_rng(seed)
    found = min(
        minimize(
            lambda p: deviance(nk, scatter, unpacked(p, family)),
            0.5 * rng.standard_normal(n_free(family)),
            method="BFGS",
            options={"gtol": 1e-7, "maxiter": 2000},
        ).fun
        for _ in range(2)
    )
    assert ours <= found + 1e-7 * abs(found)
    assert ours == pytest.approx(found, rel=0.2), "the optimiser should come near"


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("seed", range(2))
def test_no_better_covariances_are_found(family, seed):
    check_that_none_is_better(family, seed)


@pytest.mark.proof
@pytest.mark.parametrize("family", list(FAMILIES))
def test_no_better_covariances_are_found_for_fifty_sets_of_moments(family):
    for seed in range(50):
        check_that_none_is_better(family, seed)


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize(("k", "d"), [(1, 1), (4, 1), (1, 5), (5, 2), (3, 9)])
def test_covariances_of_the_family_are_their_own_estimate(family, k, d):
    mixture = random_mixture(k, d, seed=k + d, family=family)
    own = mixture.compact.copy()
    found = FAMILIES[family].estimate(mixture.weights * 100.0, own, mixture.compact)
    np.testing.assert_allclose(found, mixture.compact, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("family", "expected"),
    # Celeux & Govaert (1995), table 1, less weights and means, for K = 3 and D = 4.
    [
        ("EII", 1),
        ("VII", 3),
        ("EEI", 4),
        ("VEI", 6),
        ("EVI", 10),
        ("VVI", 12),
        ("EEE", 10),
        ("VEE", 12),
        ("EVE", 16),
        ("VVE", 18),
        ("EEV", 22),
        ("VEV", 24),
        ("EVV", 28),
        ("VVV", 30),
    ],
)
def test_free_parameters(family, expected):
    assert FAMILIES[family].n_covariance_parameters(3, 4) == expected
    assert FAMILIES[family].n_parameters(3, 4) == expected + 2 + 12


@pytest.mark.parametrize(
    ("name", "family"), [("full", "VVV"), ("tied", "EEE"), ("vev", "VEV"), ("E", "EII")]
)
def test_other_names(name, family):
    assert family_named(name) is FAMILIES[family]


def test_an_unknown_name_lists_those_that_exist():
    with pytest.raises(OptionError, match="VVI or diag"):
        family_named("XXX")
