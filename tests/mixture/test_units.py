"""Mixtures of transformed columns: densities, rows and parts are in the data's own units."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

import gmm_app as gm
from gmm_app.errors import ModelError, OptionError
from gmm_app.mixture.box_cox import BoxCox
from gmm_app.mixture.columnwise import forward, inverse, log_jacobian
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log, Logit, Standardise, Transform
from gmm_app.mixture.units import in_data_units, in_fitted_units
from tests.problems import random_mixture, with_gaps

BENT = (Log(), Arcsinh(5.0), AsItIs())
PLAIN = random_mixture(3, 3, seed=4, spread=1.0)


def with_transforms(mixture: Mixture, transforms: tuple[Transform, ...]) -> Mixture:
    """The same numbers, of transformed columns."""
    parts = mixture.weights, mixture.means, mixture.covariances, mixture.family
    return Mixture(*parts, ("a", "b", "c")[: mixture.n_features], mixture.noise, transforms)


MIXTURE = with_transforms(PLAIN, BENT)
X = MIXTURE.sample(500, seed=1)


@pytest.mark.parametrize(
    ("transform", "ends"),
    [
        (Log(), (0.0, np.inf)),
        (Logit(-1.0, 3.0), (-1.0, 3.0)),
        (Arcsinh(2.0), (-np.inf, np.inf)),
        (BoxCox(0.2), (0.0, np.inf)),
    ],
    ids=repr,
)
def test_densities_integrate_to_one(transform: Transform, ends: tuple[float, float]) -> None:
    mixture = Mixture([0.4, 0.6], [[-0.5], [1.0]], [[[0.3]], [[0.1]]], transforms=(transform,))
    total = quad(lambda x: float(np.exp(mixture.log_density([[x]]))[0]), *ends, limit=200)[0]
    assert total == pytest.approx(1.0, abs=1e-6)


def test_a_log_normal_is_one() -> None:
    mixture = Mixture([1.0], [[0.7]], [[[0.25]]], transforms=(Log(),))
    x = np.linspace(0.1, 20.0, 50)
    expected = stats.lognorm(0.5, scale=np.exp(0.7)).logpdf(x)
    np.testing.assert_allclose(mixture.log_density(x), expected, rtol=1e-10, atol=1e-12)


def test_rows_are_scored_as_their_transforms_are() -> None:
    Z = forward(BENT, X)
    np.testing.assert_allclose(inverse(BENT, Z), X, rtol=1e-10)
    np.testing.assert_array_equal(MIXTURE.predict(X), PLAIN.predict(Z))
    np.testing.assert_array_equal(MIXTURE.predict_proba(X), PLAIN.predict_proba(Z))
    np.testing.assert_array_equal(MIXTURE.mahalanobis(X), PLAIN.mahalanobis(Z))
    np.testing.assert_array_equal(MIXTURE.outlier_rank(X), PLAIN.outlier_rank(Z))
    gained = log_jacobian(BENT, X)
    expected = PLAIN.log_density(Z) + gained
    np.testing.assert_allclose(MIXTURE.log_density(X), expected, rtol=1e-14)
    blocks = np.concatenate([scores.log_density for scores in MIXTURE.score_blocks(X)])
    np.testing.assert_array_equal(blocks, MIXTURE.log_density(X))


def test_a_missing_value_has_no_slope() -> None:
    some = with_gaps(X, 0.3, seed=2)
    for row in some[np.isnan(some).any(axis=1)][:20]:
        seen = np.flatnonzero(~np.isnan(row))
        part = MIXTURE.marginal([MIXTURE.columns[j] for j in seen])
        own = part.log_density(row[np.newaxis, seen])
        np.testing.assert_allclose(MIXTURE.log_density(row[np.newaxis]), own, rtol=1e-10)


def test_a_density_is_that_of_a_part_times_that_of_the_rest_given_it() -> None:
    for row in X[:5]:
        rest = MIXTURE.conditional({"a": row[0]})
        assert rest.units == ("arcsinh(b/5)", "c")
        parts = MIXTURE.marginal(["a"]).log_density(row[:1]) + rest.log_density(row[np.newaxis, 1:])
        np.testing.assert_allclose(parts, MIXTURE.log_density(row[np.newaxis]), rtol=1e-10)


def test_values_outside_a_domain_are_refused_with_column_and_rows() -> None:
    wrong = X.copy()
    wrong[[3, 8], 0] = -1.0, 0.0
    with pytest.raises(ModelError, match="'a' is 0 or less in 2 rows"):
        MIXTURE.predict(wrong)


@pytest.mark.parametrize("power", [0.8, -0.8])
def test_rows_that_have_no_counterpart_are_drawn_anew(power: float) -> None:
    mixture = Mixture([1.0], [[0.0]], [[[1.0]]], transforms=(BoxCox(power),))
    rows, labels = mixture.sample_labelled(4_000, seed=3)
    assert np.isfinite(mixture.log_density(rows)).all()
    assert labels.tolist() == [0] * 4_000
    low, high = sorted((-1.0 / power, np.copysign(np.inf, power)))
    z = BoxCox(power).forward(rows[:, 0])
    assert stats.kstest(z, stats.truncnorm(low, high).cdf).pvalue > 0.01


@pytest.mark.parametrize(
    ("transform", "centre"), [(Logit(0.0, 100.0), 33.0), (Log(), -742.0), (Log(), 709.0)]
)
def test_rows_that_come_out_at_an_end_are_drawn_anew(transform: Transform, centre: float) -> None:
    mixture = Mixture([1.0], [[centre]], [[[9.0]]], transforms=(transform,))
    rows = mixture.sample(500, seed=3)
    assert np.isfinite(mixture.log_density(rows)).all()


def test_a_mixture_beyond_its_image_draws_nothing() -> None:
    mixture = Mixture([1.0], [[-100.0]], [[[1.0]]], transforms=(BoxCox(1.0),))
    with pytest.raises(ModelError, match="no inverse"):
        mixture.sample(10, seed=0)


def test_linear_transforms_are_undone_and_come_back() -> None:
    linear = (Standardise(10.0, 3.0), AsItIs(), Standardise(-5.0, 0.1))
    noise = Noise(0.1, np.full(3, -4.0), np.full(3, 4.0))
    fitted = random_mixture(3, 3, seed=4, family="EII").with_noise(noise)
    found = in_data_units(fitted, linear)
    assert found.transforms == () and found.units == found.columns
    assert found.n_parameters == fitted.n_parameters and found.family == "EII"
    Z = fitted.sample(100, seed=5)
    rows = inverse(linear, Z)
    expected = fitted.log_density(Z) + log_jacobian(linear, rows)
    np.testing.assert_allclose(found.log_density(rows), expected, rtol=1e-9)
    back = in_fitted_units(found, linear)
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(back, name), getattr(fitted, name), rtol=1e-12)
    assert back.noise is not None
    np.testing.assert_allclose(back.noise.low, noise.low, rtol=1e-12)


def test_of_mixed_transforms_the_linear_ones_are_undone() -> None:
    mixed = (Log(), Standardise(2.0, 4.0), AsItIs())
    found = in_data_units(PLAIN, mixed)
    assert found.transforms == (Log(), AsItIs(), AsItIs())
    np.testing.assert_array_equal(found.means[:, 1], PLAIN.means[:, 1] * 4.0 + 2.0)
    np.testing.assert_array_equal(found.covariances[:, 1, 0], PLAIN.covariances[:, 1, 0] * 4.0)
    with pytest.raises(OptionError, match="another way"):
        in_fitted_units(found, (AsItIs(), Standardise(2.0, 4.0), AsItIs()))


def test_in_another_order_or_with_noise_the_transforms_stay() -> None:
    noisy = MIXTURE.with_noise(Noise(0.1, np.full(3, -9.0), np.full(3, 9.0)))
    assert noisy.transforms == MIXTURE.by_weight().transforms == BENT
    assert np.isfinite(noisy.log_density(noisy.sample(50, seed=0))).all()


def test_a_model_file_keeps_transforms(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    MIXTURE.save(path)
    model = json.loads(path.read_text())
    assert model["version"] == 2 and model["units"] == ["log(a)", "arcsinh(b/5)", "c"]
    loaded = gm.load(path)
    assert loaded.transforms == BENT
    np.testing.assert_array_equal(loaded.log_density(X), MIXTURE.log_density(X))
    for wrong in ([{"kind": "log"}], "log", [{"kind": "log"}, {"kind": "sine"}, {"kind": "none"}]):
        path.write_text(json.dumps({**model, "transforms": wrong}))
        with pytest.raises(ModelError, match="transforms"):
            gm.load(path)


def test_a_fitted_power_counts_as_a_parameter() -> None:
    assert with_transforms(PLAIN, (BoxCox(0.5), Log(), AsItIs())).n_parameters == (
        PLAIN.n_parameters + 1
    )
