"""Mixture: frozen weights, means and covariances, and what follows from them for rows of data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import ModelError
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.scoring import RowScores, score
from gmm_app.mixture.structure import structure_of
from kernels.jit import as_input, frozen
from kernels.structures import Structure

Array = NDArray[np.float64]

# Rows scored at a time: small enough for bounded memory, large enough to keep all cores busy.
_BLOCK = 1 << 16
_WEIGHT_SUM_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Mixture:
    """A Gaussian mixture. It never changes once it is made; its arrays are read-only.

    Attributes
    ----------
    weights : (K,) positive, sum to 1.
    means : (K, D), in the data's units.
    covariances : (K, D, D) symmetric positive definite, for every family.
    family : name of the covariance family ("VVV", ...; aliases are resolved).
    columns : D names; x1, x2, ... where none are given.

    Raises
    ------
    ModelError
        Shapes that do not fit together, or values that are no weights, means or covariances.
    """

    weights: Array
    means: Array
    covariances: Array
    family: str = "VVV"
    columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("weights", "means", "covariances"):
            array = as_numbers(getattr(self, name), ModelError)
            object.__setattr__(self, name, as_input(array.copy()))
        object.__setattr__(self, "family", family_named(self.family).name)
        self._check()
        columns = tuple(self.columns) or tuple(f"x{j + 1}" for j in range(self.n_features))
        if len(columns) != self.n_features:
            raise ModelError(f"{self.n_features} columns need as many names, not {len(columns)}.")
        object.__setattr__(self, "columns", columns)

    @classmethod
    def unchecked(
        cls,
        weights: Array,
        means: Array,
        covariances: Array,
        family: str,
        columns: tuple[str, ...],
    ) -> Mixture:
        """A mixture of arrays that are known to be right and that nobody else will change.

        EM makes thousands of mixtures a second from arrays that are its own; looking them over and
        copying them would take longer than a pass over few rows.
        """
        mixture = object.__new__(cls)
        mixture.__dict__.update(
            weights=frozen(weights),
            means=frozen(means),
            covariances=frozen(covariances),
            family=family,
            columns=columns,
        )
        return mixture

    def _check(self) -> None:
        shapes = (self.weights.shape, self.means.shape, self.covariances.shape)
        n_components = self.weights.size
        n_features = self.means.shape[-1] if self.means.ndim else 0
        wanted = (
            (n_components,),
            (n_components, n_features),
            (n_components, n_features, n_features),
        )
        if shapes != wanted or 0 in wanted[1]:
            raise ModelError(
                "Weights, means and covariances need shapes (K,), (K, D) and (K, D, D), "
                f"not {shapes[0]}, {shapes[1]} and {shapes[2]}."
            )
        if not all(np.isfinite(a).all() for a in (self.weights, self.means, self.covariances)):
            raise ModelError("Weights, means and covariances must be finite numbers.")
        if (self.weights < 0).any() or abs(self.weights.sum() - 1.0) > _WEIGHT_SUM_TOLERANCE:
            raise ModelError("Weights must not be negative and must sum to 1.")

    @property
    def n_components(self) -> int:
        return int(self.weights.size)

    @property
    def n_features(self) -> int:
        return int(self.means.shape[1])

    @property
    def n_parameters(self) -> int:
        """Free parameters: weights, means and the family's covariances."""
        return family_named(self.family).n_parameters(self.n_components, self.n_features)

    @cached_property
    def structure(self) -> Structure:
        """What the kernels want to know of the mixture.

        Raises
        ------
        CollapseError
            A covariance is not positive definite.
        """
        family = family_named(self.family)
        return structure_of(self.weights, self.means, self.covariances, family)

    def log_density(self, X: ArrayLike) -> Array:
        """(n_samples,) log of the mixture density at each row of X (n_samples, D)."""
        return score(self, self._rows(X)).log_density

    def predict_proba(self, X: ArrayLike) -> Array:
        """(n_samples, K) responsibilities; each row sums to 1."""
        return score(self, self._rows(X), "resp").resp

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """(n_samples,) the most probable component of each row, from 0."""
        return score(self, self._rows(X), "labels").labels

    def uncertainty(self, X: ArrayLike) -> Array:
        """(n_samples,) 1 less the largest responsibility of each row."""
        return score(self, self._rows(X), "uncertainty").uncertainty

    def score_blocks(self, X: ArrayLike) -> Iterator[RowScores]:
        """Log densities and responsibilities of the rows of X in order, a bounded block at a time.

        Raises
        ------
        ModelError
            X is not (n_samples, D) of finite numbers, or a row is too far away to be scored.
        """
        rows = self._rows(X)
        for begin in range(0, rows.shape[0], _BLOCK):
            yield score(self, rows[begin : begin + _BLOCK], "resp", first_row=begin)

    def _rows(self, X: ArrayLike) -> Array:
        rows = as_numbers(X, ModelError)
        if rows.ndim == 1 and self.n_features == 1:
            rows = rows[:, np.newaxis]
        if rows.ndim != 2 or rows.shape[1] != self.n_features:
            raise ModelError(
                f"The mixture has {self.n_features} columns ({', '.join(self.columns)}); "
                f"the rows have shape {rows.shape}."
            )
        return rows

    def sample(self, n_samples: int, seed: int | None = None) -> Array:
        """(n_samples, D) rows drawn from the mixture; the same seed draws the same rows."""
        for number, least in ((n_samples, 1), (0 if seed is None else seed, 0)):
            if not isinstance(number, int | np.integer) or number < least:
                raise ModelError(
                    f"Cannot draw {n_samples} rows with seed {seed}: give a whole number of rows, "
                    "at least one, and a seed from 0."
                )
        generator = np.random.default_rng(seed)
        labels = generator.choice(self.n_components, size=n_samples, p=self.weights)
        rows = generator.standard_normal((n_samples, self.n_features))
        factors = np.linalg.cholesky(self.covariances)
        for k in range(self.n_components):
            chosen = labels == k
            rows[chosen] = rows[chosen] @ factors[k].T + self.means[k]
        return rows

    def by_weight(self) -> Mixture:
        """The same mixture with its components from the heaviest to the lightest."""
        order = np.argsort(-self.weights, kind="stable")
        return Mixture(
            self.weights[order],
            self.means[order],
            self.covariances[order],
            self.family,
            self.columns,
        )

    def save(self, path: str | Path) -> None:
        """Write the mixture as a model file (JSON, full precision).

        Raises
        ------
        ExportError
            The file cannot be written there.
        """
        from gmm_app.mixture.model_file import save_model

        save_model(self, path)
