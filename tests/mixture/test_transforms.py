"""Transforms of single columns: inverses, slopes, names, and the power that Box-Cox takes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gmm_app.errors import OptionError
from gmm_app.mixture.box_cox import BoxCox
from gmm_app.mixture.transform_words import KINDS, parsed, transform_of_json
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log, Logit, Standardise, Transform

TRANSFORMS: list[Transform] = [
    AsItIs(),
    Standardise(3.0, 7.5),
    Log(),
    Logit(),
    Logit(-2.0, 50.0),
    Arcsinh(),
    Arcsinh(150.0),
    BoxCox(0.31),
    BoxCox(-0.7),
    BoxCox(0.0),
    BoxCox(2.0),
]


def places(transform: Transform, shares: np.ndarray) -> np.ndarray:
    """Values within the domain, at shares (n,) of it from 0 to 1."""
    low, high = transform.domain
    if np.isinf(low):
        return 4e3 * (shares - 0.5)
    return low + (high - low) * shares if np.isfinite(high) else 10.0 ** (4.0 * shares - 2.0)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
@settings(max_examples=50, deadline=None)
@given(shares=st.lists(st.floats(0.001, 0.999), min_size=1, max_size=20))
def test_the_inverse_leads_back(transform: Transform, shares: list[float]) -> None:
    x = places(transform, np.array(shares))
    z = transform.forward(x)
    np.testing.assert_allclose(transform.inverse(z), x, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(transform.forward(transform.inverse(z)), z, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
def test_slopes_are_those_of_small_differences_and_transforms_rise(transform: Transform) -> None:
    x = places(transform, np.linspace(0.02, 0.98, 97))
    width = transform.domain[1] - transform.domain[0]
    step = 1e-5 * (np.abs(x) if width == np.inf and transform.domain[0] == 0.0 else 1.0)
    slopes = (transform.forward(x + step) - transform.forward(x - step)) / (2.0 * step)
    np.testing.assert_allclose(np.exp(transform.log_jacobian(x)), slopes, rtol=1e-6)
    assert (np.diff(transform.forward(np.sort(x))) > 0.0).all()


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
def test_missing_values_stay_missing_and_are_not_refused(transform: Transform) -> None:
    nothing = np.array([np.nan])
    assert np.isnan(transform.forward(nothing)).all()
    assert not transform.outside(nothing).any()


@pytest.mark.parametrize("transform", [Log(), Logit(0.0, 10.0), BoxCox(0.5)], ids=repr)
def test_ends_of_a_domain_are_outside(transform: Transform) -> None:
    ends = np.array([end for end in transform.domain if np.isfinite(end)])
    assert transform.outside(ends).all()
    assert not transform.outside(np.array([5.0])).any()


@pytest.mark.parametrize("power", [0.5, -0.5])
def test_beyond_the_image_lies_the_end_of_the_domain(power: float) -> None:
    end = -1.0 / power
    beyond = BoxCox(power).inverse(np.array([end, 2.0 * end]))
    assert beyond.tolist() == ([0.0, 0.0] if power > 0.0 else [np.inf, np.inf])


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
def test_files_and_words_bring_a_transform_back(transform: Transform) -> None:
    assert transform_of_json(json.loads(json.dumps(transform.as_json()))) == transform
    kind, numbers = parsed(transform.words)
    assert kind is type(transform)
    if numbers:
        assert kind(*numbers) == transform


@pytest.mark.parametrize(
    "described",
    [
        "log",
        {"kind": "sine"},
        {"kind": ["log"]},
        {"kind": "boxcox"},
        {"kind": "arcsinh", "cofactor": "150"},
        {"kind": "arcsinh", "cofactor": True},
        {"kind": "arcsinh", "cofactor": 0.0},
        {"kind": "standardise", "shift": 0.0, "scale": -1.0},
    ],
    ids=repr,
)
def test_what_describes_no_transform_is_refused(described: object) -> None:
    with pytest.raises(OptionError):
        transform_of_json(described)


@pytest.mark.parametrize(
    "words", ["", "lg", "log:2", "arcsinh:", "arcsinh:x", "arcsinh:-1", "logit:1", "logit:2:1"]
)
def test_words_that_ask_for_nothing_are_refused_with_what_to_give(words: str) -> None:
    with pytest.raises(OptionError, match=r"choose|give"):
        parsed(words)


def test_every_kind_says_what_it_is() -> None:
    for name, kind in KINDS.items():
        assert kind.kind == name and kind.help.endswith(".") and kind.usage.startswith(name)
    titles = [transform.title("CD4") for transform in TRANSFORMS]
    assert len(set(titles)) == len(titles) - 1  # both logits have one
    assert {"log(CD4)", "arcsinh(CD4/150)", "boxcox(CD4, 0.31)", "CD4"} <= set(titles)


def test_the_power_is_that_of_the_highest_likelihood() -> None:
    for seed, rows in enumerate((80, 2_000)):
        x = np.random.default_rng(seed).gamma(2.0, 3.0, rows)
        found = BoxCox.of((), x, None).power
        assert found == pytest.approx(stats.boxcox_normmax(x, method="mle"), abs=1e-5)
        transformed, log_likelihood = BoxCox(found).forward(x), stats.boxcox_llf(found, x)
        np.testing.assert_allclose(transformed, stats.boxcox(x, found), rtol=1e-10)
        assert log_likelihood >= max(stats.boxcox_llf(found + d, x) for d in (-0.01, 0.01))


def test_a_row_that_counts_twice_is_two_rows() -> None:
    x = np.random.default_rng(5).gamma(2.0, 3.0, 60)
    times = np.random.default_rng(6).integers(1, 4, 60)
    weights, rows = times.astype(float), x.repeat(times)
    standardise, repeated = Standardise.of((), x, weights), Standardise.of((), rows, None)
    assert standardise.shift == pytest.approx(repeated.shift, rel=1e-12)
    assert standardise.scale == pytest.approx(repeated.scale, rel=1e-12)
    power = BoxCox.of((), x, weights).power
    assert power == pytest.approx(BoxCox.of((), rows, None).power, abs=1e-6)


@pytest.mark.parametrize("values", [[], [4.0], [4.0, 4.0, 4.0]])
@pytest.mark.parametrize("kind", [Standardise, BoxCox])
def test_columns_that_do_not_vary_get_a_transform_all_the_same(
    kind: type[Transform], values: list[float]
) -> None:
    made = kind.of((), np.array(values), None)
    assert np.isfinite(made.forward(np.array([4.0]))).all()
