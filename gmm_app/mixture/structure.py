"""What the kernels want to know of a mixture: the precisions' factors, in the fitting structure."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import CollapseError
from gmm_app.mixture.covariance import CovarianceFamily
from kernels.cholesky import factor_diagonal, factor_full
from kernels.jit import as_input, frozen
from kernels.structures import FACTOR_SCALE, FULL_SMALL, LOG2_E, Diagonal, FullLarge, Structure
from kernels.tiles import packed_size

Array = NDArray[np.float64]


def structure_of(
    weights: Array, means: Array, compact: Array, family: CovarianceFamily
) -> Structure:
    """Factor the covariances.

    Parameters
    ----------
    weights : (K,).
    means : (K, D), read-only.
    compact : (K, D, D) covariances, or (K, D), their diagonals.
    family : its `moments` say which of them.

    Raises
    ------
    CollapseError
        A covariance is not positive definite.
    """
    n_components, n_features = means.shape
    log_normalizers = np.empty(n_components)
    kind: type[Structure]
    if family.moments == "diagonal":
        factors = np.empty((n_components, n_features))
        failed = factor_diagonal(compact, weights, factors, log_normalizers)
        kind = Diagonal
    else:
        factors = np.empty((n_components, packed_size(n_features)))
        failed = factor_full(compact, weights, factors, log_normalizers)
        kind = FULL_SMALL.get(n_features, FullLarge)
    if failed >= 0:
        raise CollapseError(
            f"Component {failed + 1} collapsed: its covariance is singular. Lower the number "
            "of components, raise the regularisation (reg_covar), or choose a family with "
            "shared shape such as EEE.",
            failed,
        )
    return kind(frozen(log_normalizers), means, frozen(factors))


def without_unrolling(structure: Structure) -> Structure:
    """The same for kernels that are compiled once for any number of columns."""
    return structure if isinstance(structure, Diagonal) else FullLarge(*structure)


def precisions_of(structure: Structure) -> Array:
    """(K, D, D) inverse covariances; of Diagonal, (K, D) their diagonals."""
    factors = structure.factors / FACTOR_SCALE
    if isinstance(structure, Diagonal):
        return as_input(np.square(factors))
    n_components, n_features = structure.means.shape
    roots = np.zeros((n_components, n_features, n_features))
    roots[:, *np.tril_indices(n_features)] = factors
    return as_input(np.matmul(roots.transpose(0, 2, 1), roots))


def components_of(structure: Structure, begin: int, end: int) -> Structure:
    """The structure of some of the components alone."""
    parts = (as_input(part[begin:end]) for part in structure)
    return type(structure)(*parts)


def with_constant(structure: Structure, weight: float, log_density: float) -> Structure:
    """The structure with one part more that has the same density everywhere.

    A component without any precision: nothing is taken off its normaliser, wherever a row lies.
    """
    normalizer = LOG2_E * (math.log(weight) + log_density) if weight > 0.0 else -math.inf
    log_normalizers, means, factors = structure
    return type(structure)(
        as_input(np.append(log_normalizers, normalizer)),
        as_input(np.vstack([means, means.mean(axis=0)])),
        as_input(np.vstack([factors, np.zeros(factors.shape[1])])),
    )


def log_determinants(structure: Structure) -> Array:
    """(K,) logs of the covariances' determinants."""
    factors = structure.factors
    if not isinstance(structure, Diagonal):
        rows = np.arange(structure.means.shape[1])
        factors = factors[:, rows * (rows + 3) // 2]
    logs: Array = -2.0 * np.log(factors / FACTOR_SCALE).sum(axis=1)
    return logs
