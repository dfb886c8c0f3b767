"""Surroundings of a mixture: every vector is a mixture of its family, and what lengths mean."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.fitting.coordinates import Surroundings
from gmm_app.fitting.m_step import Constraints, next_mixture
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture

# What lies on a straight line through covariances of one of these families belongs to it.
STRAIGHT = ("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "EVV", "VVV")
SHAPES = [(1, 1), (3, 1), (3, 2), (5, 4)]


def gaussian_divergence(a: Mixture, b: Mixture, k: int) -> float:
    """Kullback-Leibler divergence of component k of two mixtures (textbook)."""
    inverse = np.linalg.inv(b.covariances[k])
    ratio = inverse @ a.covariances[k]
    move = b.means[k] - a.means[k]
    log_det = np.linalg.slogdet(ratio)[1]
    return float(0.5 * (np.trace(ratio) - log_det - a.n_features + move @ inverse @ move))


def complete_divergence(a: Mixture, b: Mixture) -> float:
    """Divergence per row of rows that tell their component."""
    each = [gaussian_divergence(a, b, k) for k in range(a.n_components)]
    return float(a.weights @ (np.log(a.weights / b.weights) + each))


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize(("k", "d"), SHAPES)
def test_coordinates_lead_back_to_the_mixture(family, k, d):
    here, there = (Surroundings(random_mixture(k, d, seed=s, family=family)) for s in (1, 2))
    back = here.mixture_at(here.vector_to(there))
    np.testing.assert_allclose(back.weights, there.mixture.weights, rtol=1e-12)
    np.testing.assert_allclose(back.means, there.mixture.means, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(back.covariances, there.mixture.covariances, rtol=1e-11, atol=1e-12)
    assert np.abs(here.vector_to(here)).max() < 1e-14


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize(("k", "d"), SHAPES)
def test_what_lies_beyond_another_mixture_is_a_mixture_of_the_same_family(family, k, d):
    here, there = (Surroundings(random_mixture(k, d, seed=s, family=family)) for s in (3, 4))
    for stretch in (-1.5, 0.3, 2.0, 10.0):
        far = here.mixture_at(stretch * here.vector_to(there))
        checked = Mixture(far.weights, far.means, far.covariances, far.family)
        assert np.all(np.linalg.eigvalsh(checked.covariances) > 0)
        assert np.array_equal(far.covariances, far.covariances.transpose(0, 2, 1))
        within = FAMILIES[family].estimate(far.weights, far.compact, far.compact)
        condition = np.linalg.cond(far.covariances).max()
        tolerance = 1e-12 if family in STRAIGHT and family != "EVV" else 1e-14 * condition + 1e-10
        np.testing.assert_allclose(within, far.compact, rtol=tolerance)


@pytest.mark.parametrize("family", STRAIGHT)
def test_half_the_squared_length_is_the_divergence_per_complete_row(family):
    here, there = (Surroundings(random_mixture(4, 3, seed=s, family=family)) for s in (5, 6))
    vector = here.vector_to(there)
    vector *= 1e-4 / np.linalg.norm(vector)
    divergence = complete_divergence(here.mixture, here.mixture_at(vector))
    assert divergence == pytest.approx(0.5e-8, rel=1e-3)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_the_em_step_is_the_gradient_near_the_maximum(family):
    mixture = random_mixture(3, 2, seed=7, family=family, spread=1.5)
    X = mixture.sample(4000, seed=8)
    engine = LocalEngine(as_dataset(X), cancel=CancelFlag())

    def em_step(m: Mixture) -> Mixture:
        return next_mixture(engine, m, engine.em_pass(m), Constraints(np.zeros(2), np.zeros(2)))

    for _ in range(10):
        mixture = em_step(mixture)
    here = Surroundings(mixture)
    step = here.vector_to(Surroundings(em_step(mixture)))
    steepest = 1e-4 * step / np.linalg.norm(step)
    rise = [engine.em_pass(here.mixture_at(s * steepest)).log_likelihood for s in (-1.0, 1.0)]
    slope = (rise[1] - rise[0]) / (2 * len(X))
    assert np.linalg.norm(step) > 1e-4
    assert slope == pytest.approx(step @ steepest, rel=0.03)


def test_components_narrow_across_but_along_no_column_are_found():
    thin = np.array([[1.0, 1.0 - 1e-9], [1.0 - 1e-9, 1.0]])
    here = Surroundings(Mixture(np.ones(1), np.zeros((1, 2)), thin[np.newaxis]))
    nothing = here.vector_to(here)
    assert here.narrows(nothing, np.array([1e-4, 1e-4]))
    assert not here.narrows(nothing, np.array([1e-5, 1e-5]))


def test_the_largest_change_is_in_each_components_own_units():
    weights = np.array([1.0 - 1e-6, 1e-6])
    means, covariances = np.zeros((2, 1)), np.full((2, 1, 1), 4.0)
    here = Surroundings(Mixture(weights, means, covariances))
    there = Surroundings(Mixture(weights, np.array([[0.0], [6.0]]), covariances))
    vector = here.vector_to(there)
    assert np.linalg.norm(vector) < 0.01
    assert here.largest_change(vector) == pytest.approx(3.0)
