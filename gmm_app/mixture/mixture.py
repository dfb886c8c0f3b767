"""Mixture: frozen weights, means and covariances, and what follows from them for rows of data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import ModelError
from gmm_app.mixture.columnwise import inside_domains, inverse
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.noise import Noise, checked
from gmm_app.mixture.scoring import RowScores, score
from gmm_app.mixture.structure import structure_of, with_constant
from gmm_app.mixture.transforms import Transform
from kernels.jit import as_input, frozen
from kernels.structures import Structure

Array = NDArray[np.float64]

# Rows scored at a time: small enough for bounded memory, large enough to keep all cores busy.
_BLOCK = 1 << 16
_WEIGHT_SUM_TOLERANCE = 1e-8
# So often rows are drawn anew that have no counterpart in the data's units.
_MOST_DRAWS = 100


def _check(weights: Array, means: Array, covariances: Array, noise: Noise | None) -> None:
    shapes = (weights.shape, means.shape, covariances.shape)
    n_components = weights.size
    n_features = means.shape[-1] if means.ndim else 0
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
    if not all(np.isfinite(a).all() for a in (weights, means, covariances)):
        raise ModelError("Weights, means and covariances must be finite numbers.")
    total = weights.sum() + (noise.weight if noise else 0.0)
    if (weights < 0).any() or abs(total - 1.0) > _WEIGHT_SUM_TOLERANCE:
        raise ModelError("Weights must not be negative and must sum to 1, with that of noise.")


@dataclass(frozen=True, eq=False, init=False)
class Mixture:
    """A Gaussian mixture. It never changes once it is made; its arrays are read-only.

    Attributes
    ----------
    weights : (K,) positive, sum to 1, with that of noise.
    means : (K, D), in the units that `units` names.
    compact : covariances as the family's M-step makes them: (K, D, D), or (K, D) their diagonals
        where all lie along the axes. `covariances` are (K, D, D) for every family.
    family : name of the covariance family ("VVV", ...; aliases are resolved).
    columns : D names; x1, x2, ... where none are given.
    noise : rows of no component, or None. Where there is noise, responsibilities have a last column
        for it, and its label is K.
    transforms : of each column, of which weights, means, covariances and noise are then the
        mixture; (): none. Rows that are taken or given, and their densities, are always in the
        data's own units.

    Raises
    ------
    ModelError
        Shapes that do not fit together, or values that are no weights, means or covariances.
    """

    weights: Array
    means: Array
    compact: Array
    family: str
    columns: tuple[str, ...]
    noise: Noise | None
    transforms: tuple[Transform, ...]

    def __init__(  # noqa: PLR0913  (all that a mixture is)
        self,
        weights: ArrayLike,
        means: ArrayLike,
        covariances: ArrayLike,
        family: str = "VVV",
        columns: Sequence[str] = (),
        noise: Noise | None = None,
        transforms: Sequence[Transform] = (),
    ) -> None:
        """Look over what somebody else has made; `covariances` are (K, D, D)."""
        known = family_named(family)
        arrays = [as_numbers(array, ModelError) for array in (weights, means, covariances)]
        if noise is not None:
            noise = checked(noise, arrays[1].shape[-1])
        _check(arrays[0], arrays[1], arrays[2], noise)
        compact = known.compact(arrays[2])
        if not np.array_equal(known.matrices(compact), arrays[2]):
            raise ModelError(
                f"Covariances of family {known.name} are zero beside their diagonals; those given "
                "are not. Choose a family whose components may be tilted, such as VVV."
            )
        n_features = arrays[1].shape[1]
        names = tuple(columns) or tuple(f"x{j + 1}" for j in range(n_features))
        if len(names) != n_features:
            raise ModelError(f"{n_features} columns need as many names, not {len(names)}.")
        if len(transforms) not in (0, n_features):
            raise ModelError(f"{n_features} columns need as many transforms, or none.")
        own = [as_input(array.copy()) for array in (*arrays[:2], compact)]
        self._fill(own[0], own[1], own[2], known.name, names, noise, tuple(transforms))

    @classmethod
    def unchecked(  # noqa: PLR0913  (all that a mixture is)
        cls,
        weights: Array,
        means: Array,
        compact: Array,
        family: str,
        columns: tuple[str, ...],
        noise: Noise | None,
        transforms: tuple[Transform, ...] = (),
    ) -> Mixture:
        """A mixture of arrays that are known to be right and that nobody else will change.

        EM makes thousands of mixtures a second from arrays that are its own; looking them over and
        copying them would take longer than a pass over few rows.
        """
        mixture = object.__new__(cls)
        arrays = frozen(weights), frozen(means), frozen(compact)
        mixture._fill(*arrays, family, columns, noise, transforms)
        return mixture

    def _fill(  # noqa: PLR0913  (all that a mixture is)
        self,
        weights: Array,
        means: Array,
        compact: Array,
        family: str,
        columns: tuple[str, ...],
        noise: Noise | None,
        transforms: tuple[Transform, ...],
    ) -> None:
        self.__dict__.update(
            weights=weights,
            means=means,
            compact=compact,
            family=family,
            columns=columns,
            noise=noise,
            transforms=transforms,
        )

    def __getstate__(self) -> tuple[object, ...]:
        arrays = self.weights, self.means, self.compact
        return *arrays, self.family, self.columns, self.noise, self.transforms

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        weights, means, compact, *others = state
        # Kernels are compiled for arrays that are read-only.
        self._fill(frozen(weights), frozen(means), frozen(compact), *others)

    @cached_property
    def covariances(self) -> Array:
        """(K, D, D) symmetric positive definite, in the units of the means, read-only."""
        return frozen(family_named(self.family).matrices(self.compact))

    @property
    def n_components(self) -> int:
        return int(self.weights.size)

    @property
    def n_features(self) -> int:
        return int(self.means.shape[1])

    @property
    def n_parameters(self) -> int:
        """Free parameters: weights, that of noise too, means, the family's covariances, and those
        of transforms that were fitted to the data."""
        own = family_named(self.family).n_parameters(self.n_components, self.n_features)
        fitted = sum(transform.n_parameters for transform in self.transforms)
        return own + (self.noise is not None) + fitted

    @property
    def units(self) -> tuple[str, ...]:
        """What the numbers of each column are of: the column itself, or such as log(column)."""
        if not self.transforms:
            return self.columns
        named = zip(self.transforms, self.columns, strict=True)
        return tuple(transform.title(name) for transform, name in named)

    @property
    def n_parts(self) -> int:
        """Components, and noise if there is any."""
        return self.n_components + (self.noise is not None)

    def with_noise(self, noise: Noise | None) -> Mixture:
        """The same components, whose weights share what the noise leaves."""
        left = 1.0 - (noise.weight if noise else 0.0)
        weights = self.weights * (left / self.weights.sum())
        parts = weights, self.means, self.covariances, self.family, self.columns
        return Mixture(*parts, noise, self.transforms)

    @cached_property
    def structure(self) -> Structure:
        """What the kernels want to know of the mixture; noise is the last part.

        Raises
        ------
        CollapseError
            A covariance is not positive definite.
        """
        family = family_named(self.family)
        own = structure_of(self.weights, self.means, self.compact, family)
        return with_constant(own, self.noise.weight, self.noise.log_density) if self.noise else own

    def log_density(self, X: ArrayLike) -> Array:
        """(n_samples,) log of the mixture density at each row of X (n_samples, D).

        Here and in all methods that take rows, NaN is a missing value: a row counts by those that
        it has, and its density is that of those columns.
        """
        return score(self, self._rows(X)).log_density

    def predict_proba(self, X: ArrayLike) -> Array:
        """(n_samples, K) responsibilities, and a last column for noise; each row sums to 1."""
        return score(self, self._rows(X), "resp").resp

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """(n_samples,) the most probable component of each row, from 0; K for noise."""
        return score(self, self._rows(X), "labels").labels

    def uncertainty(self, X: ArrayLike) -> Array:
        """(n_samples,) 1 less the largest responsibility of each row."""
        return score(self, self._rows(X), "uncertainty").uncertainty

    def marginal(self, columns: Sequence[str]) -> Mixture:
        """The mixture of these columns, whatever the others are (see gmm_app/mixture/parts.py)."""
        from gmm_app.mixture.parts import marginal

        return marginal(self, columns)

    def conditional(self, given: Mapping[str, float]) -> Mixture:
        """The mixture of the other columns where some are known, by name."""
        from gmm_app.mixture.parts import conditional

        return conditional(self, given)

    def mahalanobis(self, X: ArrayLike) -> Array:
        """(n_samples, K) squared Mahalanobis distances of rows from components.

        Rows of component k have a chi-square distribution in column k, with as many degrees of
        freedom as they have values that are not missing (NaN).
        """
        from gmm_app.mixture.parts import mahalanobis

        return mahalanobis(self, self._rows(X))

    def outlier_rank(self, X: ArrayLike) -> Array:
        """(n_samples,) how deep in the tail of its most probable component each row lies: the share
        of that component's rows that lie nearer to its centre, from 0 to 1."""
        from gmm_app.mixture.parts import outlier_rank

        rows = self._rows(X)
        return outlier_rank(self, rows, self.predict_proba(rows))

    def score_blocks(self, X: ArrayLike) -> Iterator[RowScores]:
        """Log densities and responsibilities of the rows of X in order, a bounded block at a time.

        Raises
        ------
        ModelError
            X is not (n_samples, D) of numbers, or holds an infinite one, or a row is too far away
            to be scored.
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
        return self.sample_labelled(n_samples, seed)[0]

    def sample_labelled(
        self, n_samples: int, seed: int | None = None
    ) -> tuple[Array, NDArray[np.int64]]:
        """As `sample`, with the component that each row was drawn from, (n_samples,), from 0; K for
        noise."""
        for number, least in ((n_samples, 1), (0 if seed is None else seed, 0)):
            if not isinstance(number, int | np.integer) or number < least:
                raise ModelError(
                    f"Cannot draw {n_samples} rows with seed {seed}: give a whole number of rows, "
                    "at least one, and a seed from 0."
                )
        generator = np.random.default_rng(seed)
        rows, labels = self._drawn(n_samples, generator)
        if not self.transforms:
            return rows, labels
        rows = inverse(self.transforms, rows)
        for _ in range(_MOST_DRAWS):
            lost = np.flatnonzero(~inside_domains(self.transforms, rows))
            if not lost.size:
                return rows, labels
            again, labels[lost] = self._drawn(lost.size, generator)
            rows[lost] = inverse(self.transforms, again)
        raise ModelError(
            "The mixture lies where its transforms have no inverse, so no rows can be drawn: fit "
            "it with other transforms."
        )

    def _drawn(
        self, n_samples: int, generator: np.random.Generator
    ) -> tuple[Array, NDArray[np.int64]]:
        """Rows in the units of the means, and their components."""
        shares = np.append(self.weights, self.noise.weight) if self.noise else self.weights
        labels = generator.choice(self.n_parts, size=n_samples, p=shares / shares.sum())
        rows = generator.standard_normal((n_samples, self.n_features))
        factors = np.linalg.cholesky(self.covariances)
        for k in range(self.n_components):
            chosen = labels == k
            rows[chosen] = rows[chosen] @ factors[k].T + self.means[k]
        if self.noise is not None:
            chosen = labels == self.n_components
            spread = (int(chosen.sum()), self.n_features)
            rows[chosen] = generator.uniform(self.noise.low, self.noise.high, spread)
        return rows, labels

    def by_weight(self) -> Mixture:
        """The same mixture with its components from the heaviest to the lightest."""
        return self.in_order(np.argsort(-self.weights, kind="stable"))

    def in_order(self, order: NDArray[np.intp]) -> Mixture:
        """The same mixture with its components in the order of these numbers, (K,)."""
        return Mixture(
            self.weights[order],
            self.means[order],
            self.covariances[order],
            self.family,
            self.columns,
            self.noise,
            self.transforms,
        )

    def save(self, path: str | Path) -> None:
        """Write the mixture as a model file: JSON, or a script where the path ends in .py, .R, .m.

        Raises
        ------
        ExportError
            The file cannot be written there, or a script cannot have its name.
        """
        from gmm_app.mixture.model_file import save_model

        save_model(self, path)
