"""Mixtures of some of a mixture's columns: whatever the others are, or given the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ModelError
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.scoring import fitted_rows
from gmm_app.mixture.transforms import Transform

Array = NDArray[np.float64]


def marginal(mixture: Mixture, columns: Sequence[str]) -> Mixture:
    """The mixture of these columns, in this order, whatever the others are.

    Its family is VVI if the mixture lies along the axes, else VVV: parts of covariances that share
    something need not share it.

    Raises
    ------
    ModelError
        A column is not the mixture's, or is named twice, or none is named.
    """
    chosen = _positions(mixture, columns)
    return Mixture(
        mixture.weights,
        mixture.means[:, chosen],
        mixture.covariances[:, chosen][:, :, chosen],
        _family_of_parts(mixture),
        tuple(columns),
        mixture.noise.of_columns(chosen) if mixture.noise else None,
        _transforms_of(mixture, chosen),
    )


def conditional(mixture: Mixture, given: Mapping[str, float]) -> Mixture:
    """The mixture of the other columns where some are known. Bishop, PRML (2006), 2.81-2.82.

    Parameters
    ----------
    mixture : of all columns.
    given : the values of at least one column, and not of all.

    Raises
    ------
    ModelError
        A column is not the mixture's, none is left or given, a value is not finite, or lies so far
        away that no component reaches it.
    """
    known = _positions(mixture, list(given))
    rest = [d for d in range(mixture.n_features) if d not in known]
    if not rest:
        raise ModelError("All columns are given: leave at least one out, whose mixture is wanted.")
    values = np.array(list(given.values()), dtype=np.float64)
    if not np.isfinite(values).all():
        raise ModelError("What is given must be finite numbers.")
    seen = marginal(mixture, list(given))
    # predict_proba refuses what no component reaches.
    shares = seen.predict_proba(values[np.newaxis])[0]
    noise = None
    if mixture.noise is not None:
        noise = mixture.noise.of_columns(rest)._replace(weight=float(shares[-1]))
    covariances = mixture.covariances
    across = covariances[:, rest][:, :, known]
    observed = fitted_rows(seen, values[np.newaxis])[0]
    slopes = np.linalg.solve(seen.covariances, across.transpose(0, 2, 1)).transpose(0, 2, 1)
    shifts = np.einsum("krg,kg->kr", slopes, observed - seen.means)
    left = covariances[:, rest][:, :, rest] - slopes @ across.transpose(0, 2, 1)
    return Mixture(
        shares[: mixture.n_components],
        mixture.means[:, rest] + shifts,
        0.5 * (left + left.transpose(0, 2, 1)),
        _family_of_parts(mixture),
        tuple(mixture.columns[d] for d in rest),
        noise,
        _transforms_of(mixture, rest),
    )


def mahalanobis(mixture: Mixture, rows: Array) -> Array:
    """(n, K) squared Mahalanobis distances of rows (n, D) from components, over the values that are
    not missing (NaN).

    Raises
    ------
    ModelError
        A value is infinite, or outside the domain of its transform.
    """
    if np.isinf(rows).any():
        raise ModelError("A value is infinite: leave such rows out first.")
    rows = fitted_rows(mixture, rows)
    distances = np.zeros((rows.shape[0], mixture.n_components))
    for own, seen in _alike_in_gaps(rows):
        factors = np.linalg.cholesky(mixture.covariances[:, seen][:, :, seen])
        for k, factor in enumerate(factors):
            whitened = np.linalg.solve(factor, (rows[own][:, seen] - mixture.means[k, seen]).T)
            distances[own, k] = np.square(whitened).sum(axis=0)
    return distances


def _alike_in_gaps(rows: Array) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Positions of rows that have values in the same columns, and which columns these are."""
    missing = np.isnan(rows)
    incomplete = missing.any(axis=1)
    yield np.flatnonzero(~incomplete), np.arange(rows.shape[1])
    # Sorting patterns takes far longer than what they are for, and most rows have no gap.
    patterns, which = np.unique(missing[incomplete], axis=0, return_inverse=True)
    places = np.flatnonzero(incomplete)
    for number, pattern in enumerate(patterns):
        yield places[which.reshape(-1) == number], np.flatnonzero(~pattern)


def outlier_rank(mixture: Mixture, rows: Array, resp: Array) -> Array:
    """`Mixture.outlier_rank` of rows (n, D) whose responsibilities (n, K) are known."""
    from scipy.special import gammainc

    nearest = resp[:, : mixture.n_components].argmax(axis=1)
    own = np.take_along_axis(mahalanobis(mixture, rows), nearest[:, np.newaxis], axis=1)
    n_observed = mixture.n_features - np.isnan(rows).sum(axis=1)
    rank: Array = gammainc(0.5 * n_observed, 0.5 * own[:, 0])
    return np.where(n_observed > 0, rank, 0.0)


def _positions(mixture: Mixture, columns: Sequence[str]) -> list[int]:
    unknown = [name for name in columns if name not in mixture.columns]
    if unknown or len(set(columns)) < len(columns) or not len(columns):
        raise ModelError(
            f"The mixture has the columns {', '.join(mixture.columns)}: name one of them or more, "
            f"each once, not {', '.join(columns) or 'none'}."
        )
    return [mixture.columns.index(name) for name in columns]


def _transforms_of(mixture: Mixture, chosen: Sequence[int]) -> list[Transform]:
    return [mixture.transforms[d] for d in chosen] if mixture.transforms else []


def _family_of_parts(mixture: Mixture) -> str:
    return "VVI" if family_named(mixture.family).moments == "diagonal" else "VVV"
