"""Synthetic data: Gaussian draws whose parameters are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.table import Table
from gmm_app.errors import Cancelled, OptionError

Array = NDArray[np.float64]
Ask = Callable[[], None]

# Values drawn at a time: few enough that a request to stop is soon heard.
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Recipe:
    """One way to make rows from Gaussian components.

    Attributes
    ----------
    name : as in `SyntheticOptions.recipe`.
    title : a few plain words.
    sentence : what it makes and whether there are components to find in it.
    has_components : whether there are.
    draw : (means (K, D), factors (K, D, D), n_samples, generator, ask) -> rows (n_samples, D),
        where covariance = factor @ factor.T; it calls ask() once per component.
    """

    name: str
    title: str
    sentence: str
    has_components: bool
    draw: Callable[[Array, Array, int, np.random.Generator, Ask], Array]


def _mixture_of_draws(
    means: Array, factors: Array, n_samples: int, generator: np.random.Generator, ask: Ask
) -> Array:
    labels = generator.integers(means.shape[0], size=n_samples)
    rows = generator.standard_normal((n_samples, means.shape[1]))
    for k, (mean, factor) in enumerate(zip(means, factors, strict=True)):
        ask()
        chosen = labels == k
        rows[chosen] = rows[chosen] @ factor.T + mean
    return rows


def _average_of_draws(
    means: Array, factors: Array, n_samples: int, generator: np.random.Generator, ask: Ask
) -> Array:
    total = np.zeros((n_samples, means.shape[1]))
    for mean, factor in zip(means, factors, strict=True):
        ask()
        total += generator.standard_normal(total.shape) @ factor.T + mean
    return total / means.shape[0]


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "mixture_of_draws",
            "mixture of draws",
            "Each row is drawn from one of the components, all equally likely: there are "
            "components to find.",
            True,
            _mixture_of_draws,
        ),
        Recipe(
            "average_of_draws",
            "average of draws (as in the notebook)",
            "Each row is the average of one draw from every component, which is a single "
            "Gaussian: there are no components to find.",
            False,
            _average_of_draws,
        ),
    )
}

# What each number may be: field -> (title, least, most).
BOUNDS: dict[str, tuple[str, int, int]] = {
    "n_components": ("Components", 1, 1000),
    "n_features": ("Columns", 1, 1000),
    "n_samples": ("Rows", 1, 100_000_000),
    "seed": ("Seed", 0, 2**63 - 1),
}
_MOST_VALUES = 2**31
_MOST_ENTRIES = 2**28


@dataclass(frozen=True, kw_only=True)
class SyntheticOptions:
    """What to draw.

    Attributes
    ----------
    n_components, n_features, n_samples : how many components, columns and rows.
    recipe : a name in `RECIPES`.
    seed : fixes all draws; None for a fresh one.

    Raises
    ------
    OptionError
        A value outside `BOUNDS`, or a recipe that does not exist.
    """

    n_components: int = 2
    n_features: int = 5
    n_samples: int = 100
    recipe: str = "mixture_of_draws"
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, (title, least, most) in BOUNDS.items():
            value = getattr(self, name)
            if name == "seed" and value is None:
                continue
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not whole or not least <= value <= most:
                raise OptionError(
                    f"{title} cannot be {value!r}: give a whole number from {least:,} to {most:,}."
                )
        if self.recipe not in RECIPES:
            raise OptionError(f"There is no recipe {self.recipe!r}: choose {', '.join(RECIPES)}.")
        if self.n_samples * self.n_features > _MOST_VALUES:
            raise OptionError(
                f"{self.n_samples:,} rows of {self.n_features:,} columns are too many to hold in "
                "memory: lower one of them."
            )
        if self.n_components * self.n_features**2 > _MOST_ENTRIES:
            raise OptionError(
                f"The covariances of {self.n_components:,} components in {self.n_features:,} "
                "columns are too many to hold in memory: lower one of them."
            )


def generate(options: SyntheticOptions, cancelled: Callable[[], bool] | None = None) -> Table:
    """Draw rows as `options` say; the same seed draws the same rows.

    Component i (from 0) has the mean linspace(i, i + 1, n_features) and the covariance A A', where
    the entries of A are random whole numbers from 0 to 4.

    Parameters
    ----------
    options : what to draw.
    cancelled : asked now and then, possibly from another thread, whether to stop.

    Returns
    -------
    table : columns x1, x2, ...; its source names the recipe and the seed that was used.

    Raises
    ------
    OptionError
        The rows do not fit into memory.
    Cancelled
        It was asked to stop.
    """

    def ask() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    ask()
    seed = options.seed
    if seed is None:
        seed = int(np.random.default_rng().integers(1_000_000))
    try:
        values = _drawn(options, np.random.default_rng(seed), ask)
    except MemoryError as error:
        raise OptionError("The rows do not fit into memory: draw fewer rows.") from error
    kind = RECIPES[options.recipe].title.partition(" (")[0]
    k = options.n_components
    source = f"synthetic data, {kind}, {k} component{'s' * (k != 1)}, seed {seed}"
    return Table(values, tuple(f"x{j + 1}" for j in range(options.n_features)), source)


def _drawn(options: SyntheticOptions, generator: np.random.Generator, ask: Ask) -> Array:
    """The values (n_features, n_samples), block by block of rows."""
    k, d = options.n_components, options.n_features
    means = np.array([np.linspace(i, i + 1, d) for i in range(k)])
    # A A' may be singular, so rows are drawn as mean + A z rather than by its Cholesky factor.
    factors = generator.integers(0, 5, size=(k, d, d)).astype(np.float64)
    values = np.empty((d, options.n_samples))
    draw, height = RECIPES[options.recipe].draw, max(1, _BLOCK // d)
    for begin in range(0, options.n_samples, height):
        target = values[:, begin : begin + height]
        target[:] = draw(means, factors, target.shape[1], generator, ask).T
    return values
