"""Mixture: frozen weights, means and covariances, and what follows from them for rows of data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import CollapseError, ModelError
from gmm_app.mixture.covariance import family_named
from kernels.cholesky import precision_cholesky
from kernels.density import score_rows
from kernels.jit import as_input

Array = NDArray[np.float64]

# Rows scored at a time: small enough for bounded memory, large enough to keep all cores busy.
_BLOCK = 1 << 16
_WEIGHT_SUM_TOLERANCE = 1e-8


class RowScores(NamedTuple):
    """Scores of a block of rows: responsibilities (n, K) and log density (n,)."""

    resp: Array
    log_density: Array


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
    def precisions_cholesky(self) -> Array:
        """(K, D, D) lower triangular W with W @ covariance @ W.T = identity.

        Raises
        ------
        CollapseError
            A covariance is not positive definite.
        """
        return self._factors[0]

    @cached_property
    def log_normalizers(self) -> Array:
        """(K,) log weight + log of the Gaussian's normalising constant."""
        return self._factors[1]

    @cached_property
    def _factors(self) -> tuple[Array, Array]:
        whitening = np.empty_like(self.covariances)
        log_det = np.empty(self.n_components)
        failed = precision_cholesky(self.covariances, whitening, log_det)
        if failed >= 0:
            raise CollapseError(
                f"Component {failed + 1} collapsed: its covariance is singular. Lower the number "
                "of components, raise the regularisation (reg_covar), or choose a family with "
                "shared shape such as EEE."
            )
        with np.errstate(divide="ignore"):
            log_weights = np.log(self.weights)
        constant = 0.5 * self.n_features * math.log(2.0 * math.pi)
        return as_input(whitening), as_input(log_weights + log_det - constant)

    def log_density(self, X: ArrayLike) -> Array:
        """(n_samples,) log of the mixture density at each row of X (n_samples, D)."""
        return np.concatenate([scores.log_density for scores in self.score_blocks(X)])

    def predict_proba(self, X: ArrayLike) -> Array:
        """(n_samples, K) responsibilities; each row sums to 1."""
        return np.concatenate([scores.resp for scores in self.score_blocks(X)])

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:
        """(n_samples,) the most probable component of each row, from 0."""
        return np.concatenate([scores.resp.argmax(axis=1) for scores in self.score_blocks(X)])

    def score_blocks(self, X: ArrayLike) -> Iterator[RowScores]:
        """Scores of the rows of X in order, a bounded block at a time.

        Raises
        ------
        ModelError
            X is not (n_samples, D) of finite numbers, or a row is too far away to be scored.
        """
        rows = self._rows(X)
        for begin in range(0, max(rows.shape[0], 1), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            if not np.isfinite(block).all():
                raise ModelError("A value is missing or not finite: leave such rows out first.")
            resp = np.empty((self.n_components, block.shape[0]))
            log_density = np.empty(block.shape[0])
            score_rows(
                as_input(block.T),
                self.log_normalizers,
                self.means,
                self.precisions_cholesky,
                resp,
                log_density,
            )
            if not np.isfinite(log_density).all():
                row = begin + int(np.argmin(np.isfinite(log_density)))
                raise ModelError(
                    f"Row {row + 1:,} lies too far from every component for numbers of double "
                    "precision: leave it out."
                )
            yield RowScores(resp.T, log_density)

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
