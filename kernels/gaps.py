"""Rows with gaps: each is completed, for each component, by what the component expects there.

With u = x - mean, P the precision (inverse covariance), and a row's features parted into observed
(o) and missing (m) ones, a component expects u_m = -inv(P_mm) P_mo u_o. There the completed row's
Mahalanobis distance is least, and equal to that of the observed features alone; so the kernels for
complete rows give a completed row's log density but for a term of its pattern, and its moments but
for the spread inv(P_mm) of what is missing (Ghahramani & Jordan 1994, Supervised learning from
incomplete data via an EM approach, NIPS 6; Little & Rubin 2002, section 11.6).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import as_input, inlined_part, kernel_part, specialisation
from kernels.structures import LOG2_E, Diagonal, FullLarge, is_structure
from kernels.tiles import packed_size

_HALF_LOG2_2_PI = 0.5 * math.log2(2.0 * math.pi)
# The least share of its variance that rounding may leave to a pivot of P_mm.
_SMALLEST_PIVOT = 1e-15


class Gaps(NamedTuple):
    """Rows with missing values, those that lack the same features beside each other.

    Attributes
    ----------
    values : (D, N) float64, C order; what is missing is any finite number.
    row_weights : (N,) float64, how many times each row counts.
    begins : (P + 1,) int64: the first row of each of P patterns, and N.
    missing : (P, D) bool.
    """

    values: NDArray[np.float64]
    row_weights: NDArray[np.float64]
    begins: NDArray[np.int64]
    missing: NDArray[np.bool_]


def gaps_of(
    X: NDArray[np.floating],
    rows: NDArray[np.intp],
    row_weights: NDArray[np.float64] | None = None,
) -> tuple[Gaps, NDArray[np.intp]]:
    """Copy rows with missing values, by patterns.

    Parameters
    ----------
    X : (N, D) float64 or float32, NaN where a value is missing.
    rows : (n,) which of them.
    row_weights : (N,), or None for each once.

    Returns the rows, and which row of X each of them is.
    """
    missing = np.empty((rows.size, X.shape[1]), dtype=np.bool_)
    for d in range(X.shape[1]):
        missing[:, d] = np.isnan(X[rows, d])
    packed = np.packbits(missing, axis=1)
    order = np.lexsort(packed.T)
    rows, missing, packed = rows[order], missing[order], packed[order]
    new = np.ones(rows.size, dtype=np.bool_)
    new[1:] = (packed[1:] != packed[:-1]).any(axis=1)
    begins = np.append(np.flatnonzero(new), rows.size)
    values = np.empty((X.shape[1], rows.size))
    for d in range(X.shape[1]):
        values[d] = np.where(missing[:, d], 0.0, X[rows, d])
    weights = np.ones(rows.size) if row_weights is None else row_weights[rows]
    return Gaps(as_input(values), as_input(weights), begins.astype(np.int64), missing[new]), rows


class Regression(NamedTuple):
    """What one component expects of the missing features of one pattern.

    Attributes
    ----------
    observed, missing : (D,) int64: the first entries are the features' numbers.
    slopes : (D, D) float64: inv(P_mm) P_mo in its first lines and columns.
    spread : (D, D) float64: inv(P_mm) likewise; of Diagonal, on its diagonal alone.
    root : (D, D) float64: workspace.
    """

    observed: NDArray[np.int64]
    missing: NDArray[np.int64]
    slopes: NDArray[np.float64]
    spread: NDArray[np.float64]
    root: NDArray[np.float64]


@kernel_part
def new_regression(n_features):
    """Workspace for components and patterns, one after the other."""
    shape = (n_features, n_features)
    features = np.empty((2, n_features), dtype=np.int64)
    matrices = np.empty((3, *shape))
    return Regression(features[0], features[1], matrices[0], matrices[1], matrices[2])


def component_of(structure, k):
    """The structure of component k alone."""
    raise NotImplementedError("only compiled kernels call this")


def regress(structure, precisions, k, n_observed, n_missing, regression):
    """Fill in the slopes and the spread for the features that `regression` names.

    Parameters
    ----------
    structure : FullLarge or Diagonal.
    precisions : (K, D, D) float64, C order, or (K, D), their diagonals.
    k : the component.
    n_observed, n_missing : how many features of each kind.
    regression : Regression.

    Returns what the observed features' base-2 log density is above that of the completed row.
    """
    raise NotImplementedError("only compiled kernels call this")


def add_spread(structure, k, nk, n_missing, regression, sums):
    """Add the spread of what is missing, nk times, to a component's second moments."""
    raise NotImplementedError("only compiled kernels call this")


@specialisation(component_of)
def _component_of(structure, k):
    if is_structure(structure, FullLarge):

        def full_large(structure, k):
            normalizers, means, factors = structure
            return FullLarge(normalizers[k : k + 1], means[k : k + 1], factors[k : k + 1])

        return full_large

    def diagonal(structure, k):
        normalizers, means, factors = structure
        return Diagonal(normalizers[k : k + 1], means[k : k + 1], factors[k : k + 1])

    return diagonal


@inlined_part
def _factor(precision, missing, m, root):
    """root root' = P_mm; returns half the base-2 log of its determinant."""
    half_log_det = 0.0
    for a in range(m):
        for c in range(a + 1):
            value = precision[missing[a], missing[c]]
            for e in range(c):
                value -= root[a, e] * root[c, e]
            if c < a:
                root[a, c] = value / root[c, c]
            else:
                least = _SMALLEST_PIVOT * precision[missing[a], missing[a]]
                root[a, a] = math.sqrt(max(value, least))
                half_log_det += math.log(root[a, a])
    return LOG2_E * half_log_det


@inlined_part
def _solve(root, m, right, n):
    """right[:m, :n] = inv(root root') times itself, along its lines, which vectorises."""
    for a in range(m):
        for e in range(a):
            share = root[a, e]
            for c in range(n):
                right[a, c] -= share * right[e, c]
        inverse = 1.0 / root[a, a]
        for c in range(n):
            right[a, c] *= inverse
    for a in range(m - 1, -1, -1):
        for e in range(a + 1, m):
            share = root[e, a]
            for c in range(n):
                right[a, c] -= share * right[e, c]
        inverse = 1.0 / root[a, a]
        for c in range(n):
            right[a, c] *= inverse


@kernel_part
def _regress_full(precision, n_observed, n_missing, regression):
    observed, missing, slopes, spread, root = regression
    half_log_det = _factor(precision, missing, n_missing, root)
    for a in range(n_missing):
        for c in range(n_observed):
            slopes[a, c] = precision[missing[a], observed[c]]
        for c in range(n_missing):
            spread[a, c] = 1.0 if a == c else 0.0
    _solve(root, n_missing, slopes, n_observed)
    _solve(root, n_missing, spread, n_missing)
    return n_missing * _HALF_LOG2_2_PI - half_log_det


@specialisation(regress)
def _regress(structure, precisions, k, n_observed, n_missing, regression):
    if is_structure(structure, FullLarge):

        def full_large(structure, precisions, k, n_observed, n_missing, regression):
            return _regress_full(precisions[k], n_observed, n_missing, regression)

        return full_large

    def diagonal(structure, precisions, k, n_observed, n_missing, regression):
        half_log_det = 0.0
        for a in range(n_missing):
            precision = precisions[k, regression.missing[a]]
            half_log_det += 0.5 * LOG2_E * math.log(precision)
            regression.spread[a, a] = 1.0 / precision
            for c in range(n_observed):
                regression.slopes[a, c] = 0.0
        return n_missing * _HALF_LOG2_2_PI - half_log_det

    return diagonal


@specialisation(add_spread)
def _add_spread(structure, k, nk, n_missing, regression, sums):
    if is_structure(structure, FullLarge):

        def full_large(structure, k, nk, n_missing, regression, sums):
            at = 1 + structure.means.shape[1]
            for a in range(n_missing):
                j = regression.missing[a]
                for c in range(a + 1):
                    # Features are numbered upwards, so that this is the lower triangle.
                    i = regression.missing[c]
                    sums[k, at + packed_size(j) + i] += nk * regression.spread[a, c]

        return full_large

    def diagonal(structure, k, nk, n_missing, regression, sums):
        at = 1 + structure.means.shape[1]
        for a in range(n_missing):
            sums[k, at + regression.missing[a]] += nk * regression.spread[a, a]

    return diagonal


@inlined_part
def _part_features(missing, regression):
    """List a pattern's features; how many are observed, and how many missing."""
    n_observed, n_missing = 0, 0
    for d in range(missing.size):
        if missing[d]:
            regression.missing[n_missing] = d
            n_missing += 1
        else:
            regression.observed[n_observed] = d
            n_observed += 1
    return n_observed, n_missing


@kernel_part
def _fill_in(mean, n_observed, n_missing, regression, begin, end, lines):
    for a in range(n_missing):
        target = lines[regression.missing[a]]
        expected = mean[regression.missing[a]]
        for b in range(begin, end):
            target[b] = expected
        for c in range(n_observed):
            slope = regression.slopes[a, c]
            feature = regression.observed[c]
            if slope != 0.0:
                about = mean[feature]
                source = lines[feature]
                for b in range(begin, end):
                    target[b] -= slope * (source[b] - about)


@kernel_part
def complete(missing, structure, precisions, k, regression, begin, end, lines):
    """Complete rows of one pattern for one component.

    Parameters
    ----------
    missing : (D,) bool, the pattern.
    structure, precisions : FullLarge or Diagonal, and its inverse covariances.
    k : the component.
    regression : Regression. Out: its slopes and spread.
    begin, end : which rows of the tile.
    lines : (D, width) float64, the tile. Out: what the component expects, where it is missing.

    Returns how many features are missing, and what the observed features' base-2 log density is
    above that of the completed row.
    """
    n_observed, n_missing = _part_features(missing, regression)
    above = regress(structure, precisions, k, n_observed, n_missing, regression)
    _fill_in(structure.means[k], n_observed, n_missing, regression, begin, end, lines)
    return n_missing, above
