"""Bundled samples and synthetic data."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from gmm_app.data.reading import read
from gmm_app.data.samples import SAMPLES
from gmm_app.data.synthetic import RECIPES, SyntheticOptions, generate
from gmm_app.errors import Cancelled, OptionError


@pytest.mark.parametrize(
    ("name", "shape"), [("faithful", (272, 2)), ("iris", (150, 4)), ("gvhd_control", (6809, 4))]
)
def test_samples_read(name: str, shape: tuple[int, int]) -> None:
    sample = SAMPLES[name]
    dataset = read(sample.path)
    assert dataset.X.shape == shape
    assert dataset.n_left_out == 0
    assert f"{shape[0]:,} " in sample.sentence


def test_every_sample_names_its_source() -> None:
    folder = next(iter(SAMPLES.values())).path.parent
    sources = (folder / "SOURCES.md").read_text(encoding="utf-8")
    files = {path.name for path in folder.glob("*.csv")}
    assert files == {sample.file_name for sample in SAMPLES.values()}
    assert all(f"| {name} |" in sources for name in files)


def test_defaults_are_the_notebooks() -> None:
    options = SyntheticOptions()
    assert (options.n_components, options.n_features, options.n_samples) == (2, 5, 100)
    table = generate(options)
    assert table.values.shape == (5, 100)
    assert table.columns == ("x1", "x2", "x3", "x4", "x5")
    assert np.isfinite(table.values).all()
    with pytest.raises(FrozenInstanceError):
        options.seed = 1  # type: ignore[misc]


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_seed_fixes_all_draws_and_is_said(recipe: str) -> None:
    one = generate(SyntheticOptions(recipe=recipe, seed=5))
    again = generate(SyntheticOptions(recipe=recipe, seed=5))
    other = generate(SyntheticOptions(recipe=recipe, seed=6))
    np.testing.assert_array_equal(one.values, again.values)
    assert not np.array_equal(one.values, other.values)
    assert "seed 5" in one.source
    drawn = generate(SyntheticOptions(recipe=recipe))
    seed = int(drawn.source.rsplit(" ", 1)[1])
    repeated = generate(SyntheticOptions(recipe=recipe, seed=seed))
    np.testing.assert_array_equal(drawn.values, repeated.values)


def factors(seed: int, n_components: int, n_features: int) -> np.ndarray:
    """The matrices A: the first draws of the generator."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, 5, size=(n_components, n_features, n_features))


@pytest.mark.parametrize("recipe", RECIPES)
def test_moments_are_those_of_the_recipe(recipe: str) -> None:
    k, d, n = 3, 4, 200_000
    table = generate(
        SyntheticOptions(n_components=k, n_features=d, n_samples=n, recipe=recipe, seed=1)
    )
    means = np.array([np.linspace(i, i + 1, d) for i in range(k)])
    covariances = np.array([a @ a.T for a in factors(1, k, d)])
    if RECIPES[recipe].has_components:
        spread = np.cov(means.T, bias=True)
        expected = covariances.mean(axis=0) + spread
    else:
        expected = covariances.sum(axis=0) / k**2
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    error = (np.cov(table.values) - expected) / scale
    assert np.abs(error).max() < 0.02
    mean_error = (table.values.mean(axis=1) - means.mean(axis=0)) / np.sqrt(np.diag(expected))
    assert np.abs(mean_error).max() < 5 / np.sqrt(n)


def test_one_component_is_the_same_by_both_recipes_in_law() -> None:
    """With one component there is nothing to average: excess kurtosis is that of a Gaussian."""
    for recipe in RECIPES:
        table = generate(SyntheticOptions(n_components=1, n_samples=50_000, recipe=recipe, seed=2))
        z = table.values - table.values.mean(axis=1, keepdims=True)
        kurtosis = (z**4).mean(axis=1) / (z**2).mean(axis=1) ** 2
        assert np.abs(kurtosis - 3).max() < 0.25


def test_a_singular_covariance_can_be_drawn() -> None:
    seed = next(s for s in range(100) if factors(s, 1, 1)[0, 0, 0] == 0)
    table = generate(SyntheticOptions(n_components=1, n_features=1, seed=seed))
    assert table.values.tolist() == [[0.0] * 100]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("size", [(500, 1000), (2, 3_000_000)])
def test_a_request_to_stop_is_heard_at_once_and_midway(recipe: str, size: tuple[int, int]) -> None:
    k, n = size
    options = SyntheticOptions(n_components=k, n_samples=n, recipe=recipe, seed=0)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 6

    with pytest.raises(Cancelled):
        generate(options, cancelled)
    assert len(asked) == 7
    with pytest.raises(Cancelled):
        generate(options, lambda: True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_components": 0},
        {"n_features": 0},
        {"n_samples": -1},
        {"n_samples": 2.5},
        {"n_samples": True},
        {"seed": -1},
        {"recipe": "soup"},
        {"n_samples": 100_000_000, "n_features": 1000},
        {"n_components": 1000, "n_features": 1000},
    ],
)
def test_options_out_of_bounds_are_named(wrong: dict) -> None:
    with pytest.raises(OptionError, match=": (give|choose|lower)"):
        SyntheticOptions(**wrong)


def test_recipes_say_whether_there_are_components_to_find() -> None:
    assert "no components to find" in RECIPES["average_of_draws"].sentence
    assert "there are components to find" in RECIPES["mixture_of_draws"].sentence
    assert [recipe.has_components for recipe in RECIPES.values()] == [True, False]
