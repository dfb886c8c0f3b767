"""Mixture: checks, scores, draws."""

import numpy as np
import pytest

from gmm_app.errors import CollapseError, ModelError, OptionError
from gmm_app.mixture.covariance import FAMILIES, family_named
from gmm_app.mixture.mixture import Mixture
from tests.problems import random_mixture

EYE = np.eye(2)[np.newaxis]


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "complaint"),
    [
        ([0.5, 0.4], [[0, 0], [1, 1]], np.repeat(EYE, 2, axis=0), "sum to 1"),
        ([1.5, -0.5], [[0, 0], [1, 1]], np.repeat(EYE, 2, axis=0), "negative"),
        ([1.0], [[0, 0], [1, 1]], EYE, "shapes"),
        ([1.0], [[0, np.nan]], EYE, "finite"),
        ([1.0], [[0, 0]], np.ones((1, 3, 3)), "shapes"),
        ([], np.empty((0, 2)), np.empty((0, 2, 2)), "shapes"),
    ],
)
def test_refuses_what_is_no_mixture(weights, means, covariances, complaint):
    with pytest.raises(ModelError, match=complaint):
        Mixture(np.array(weights), np.array(means), covariances)


def test_a_singular_covariance_names_its_component():
    mixture = Mixture(
        np.array([0.5, 0.5]), np.zeros((2, 2)), np.stack([np.eye(2), np.ones((2, 2))])
    )
    with pytest.raises(CollapseError, match="Component 2 .* Lower the number"):
        mixture.log_density([[0.0, 0.0]])


def test_arrays_cannot_be_written():
    mixture = random_mixture(2, 2, seed=0)
    with pytest.raises(ValueError, match="read-only"):
        mixture.means[0, 0] = 1.0


def test_aliases_are_resolved():
    assert random_mixture(2, 2, seed=0, family="full").family == "VVV"
    assert [family_named(alias).name for alias in ("tied", "diag", "spherical", "vvi")] == [
        "EEE",
        "VVI",
        "VII",
        "VVI",
    ]
    with pytest.raises(OptionError, match="choose EII"):
        family_named("VXV")


@pytest.mark.parametrize(
    ("family", "expected"), [("VVV", 44), ("EEE", 24), ("VVI", 26), ("VII", 17)]
)
def test_parameter_counts_of_three_components_in_four_columns(family, expected):
    # mclust's df for iris, 3 components.
    assert random_mixture(3, 4, seed=0, family=family).n_parameters == expected


def test_draws_have_the_mixtures_moments():
    mixture = random_mixture(3, 2, seed=1)
    rows = mixture.sample(200_000, seed=2)
    mean = mixture.weights @ mixture.means
    np.testing.assert_allclose(rows.mean(axis=0), mean, atol=0.05)
    centered = mixture.means - mean
    covariance = np.einsum("k,kij->ij", mixture.weights, mixture.covariances) + np.einsum(
        "k,ki,kj->ij", mixture.weights, centered, centered
    )
    np.testing.assert_allclose(np.cov(rows.T), covariance, rtol=0.05, atol=0.05)
    assert np.array_equal(rows[:10], mixture.sample(200_000, seed=2)[:10])


@pytest.mark.parametrize("rows", [[[1.0]], [["a", "b"]], np.zeros((2, 2, 2)), [[np.inf, 1.0]]])
def test_rows_that_do_not_fit_are_refused(rows):
    with pytest.raises(ModelError):
        random_mixture(2, 2, seed=0).predict(rows)


@pytest.mark.parametrize(("n_samples", "seed"), [(0, 0), (2.5, 0), (3, -1), (3, 1.5)])
def test_draws_that_make_no_sense_are_refused(n_samples, seed):
    with pytest.raises(ModelError, match="whole number"):
        random_mixture(2, 2, seed=0).sample(n_samples, seed=seed)


def test_a_row_too_far_away_to_be_scored_is_named():
    with pytest.raises(ModelError, match="Row 2 lies too far"):
        random_mixture(2, 2, seed=0).predict([[0.0, 0.0], [1e308, 1e308]])


def test_masked_rows_and_text_are_refused():
    with pytest.raises(ModelError, match="masked"):
        random_mixture(1, 1, seed=0).predict(np.ma.masked_equal([[1.0], [2.0]], 2.0))
    with pytest.raises(ModelError, match="real numbers"):
        Mixture(["x"], [[0.0]], [[[1.0]]])


def test_rows_are_scored_in_blocks_without_a_seam():
    mixture = random_mixture(3, 2, seed=3)
    rows = mixture.sample((1 << 16) + 5, seed=4)
    assert np.array_equal(mixture.log_density(rows)[-10:], mixture.log_density(rows[-10:]))


def test_heaviest_component_first():
    ordered = random_mixture(5, 2, seed=5).by_weight()
    assert np.all(np.diff(ordered.weights) <= 0)


def test_every_family_describes_itself():
    for name, family in FAMILIES.items():
        assert family.name == name
        assert family.title and family.description.endswith(".")


def test_tilted_covariances_are_refused_where_the_family_has_none():
    tilted = [[[1.0, 0.5], [0.5, 1.0]]]
    with pytest.raises(ModelError, match="VVI are zero beside their diagonals"):
        Mixture([1.0], [[0.0, 0.0]], tilted, "diag")
