"""M-steps of the covariance families: from each component's own scatter to what the family allows.

Each takes sums of responsibilities nk (K,), the components' own scatter matrices (K, D, D), or for
families along the axes their diagonals (K, D), and covariances near which the result is to be
looked for, where a way to it has many steps; each gives covariances of the same shape that maximise
the expected log-likelihood within the family. `own` may become the result.

Volume is det**(1/D), shape are the variances along the component's axes over the volume, and
orientation are these axes. Numbers in comments are those of Celeux & Govaert (1995, Pattern
Recognition 28), section 3. Where a component has no spread, the result has no numbers, or no end;
whoever asked looks for that.

Kernels are imported where they are needed: forms are made from the families before Numba is loaded.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Estimate = Callable[[Array, Array, Array], Array]

_MOST_STEPS = 1000
_SMALLEST_STEP = 1e-14
# Correlations along common axes below this are rounding.
_SAME_AXES = 1e-6


def _quiet(estimate: Estimate) -> Estimate:
    """Without numpy's warnings where a component has no spread."""

    @functools.wraps(estimate)
    def quiet(nk: Array, own: Array, near: Array) -> Array:
        with np.errstate(all="ignore"):
            return estimate(nk, own, near)

    return quiet


def _sum(shares: Array, own: Array) -> Array:
    """Sum over components of their scatters, or of the diagonals, each times a number."""
    return (shares @ own.reshape(shares.size, -1)).reshape(own.shape[1:])


def each_its_own(nk: Array, own: Array, near: Array) -> Array:
    """VVV and VVI: no two components share anything."""
    return own


def all_alike(nk: Array, own: Array, near: Array) -> Array:
    """EEE and EEI: all components share everything."""
    pooled = _sum(nk / nk.sum(), own)
    return np.repeat(pooled[np.newaxis], nk.size, axis=0)


def round_each(nk: Array, own: Array, near: Array) -> Array:
    """VII: round, each of its own volume."""
    return np.repeat(own.mean(axis=1)[:, np.newaxis], own.shape[1], axis=1)


def round_alike(nk: Array, own: Array, near: Array) -> Array:
    """EII: round, all of one volume."""
    return np.full_like(own, nk @ own.mean(axis=1) / nk.sum())


@_quiet
def own_shape_along_axes(nk: Array, own: Array, near: Array) -> Array:
    """EVI: one volume."""
    return _with_one_volume(nk, own, _geometric_means(own))


@_quiet
def own_shape_and_axes(nk: Array, own: Array, near: Array) -> Array:
    """EVV: one volume."""
    volumes = np.exp(np.linalg.slogdet(own).logabsdet / own.shape[1])
    return _with_one_volume(nk, own, volumes)


@_quiet
def own_volume_along_axes(nk: Array, own: Array, near: Array) -> Array:
    """VEI: one shape."""
    from kernels.parsimony import share_shape

    volumes, shape = _geometric_means(near), np.empty(own.shape[1])
    share_shape(nk, own, volumes, shape)
    return volumes[:, np.newaxis] * shape


@_quiet
def own_volume(nk: Array, own: Array, near: Array) -> Array:
    """VEE: one shape and orientation."""
    n_features = own.shape[1]
    flat, shares = own.reshape(nk.size, -1), nk / nk.sum()
    volumes = np.exp(np.linalg.slogdet(near).logabsdet / n_features)
    form = own[0]
    for _ in range(_MOST_STEPS):
        # Taken with shares, volumes keep their common scale: it is set right at the end.
        form = ((shares / volumes) @ flat).reshape(own.shape[1:])
        before, volumes = volumes, flat @ np.linalg.inv(form).ravel() / n_features
        if not np.abs(volumes / before - 1.0).max() > _SMALLEST_STEP:
            break
    scale = np.exp(np.linalg.slogdet(form).logabsdet / n_features)
    covariances: Array = (volumes * scale)[:, np.newaxis, np.newaxis] * (form / scale)
    return covariances


def own_axes(along_axes: Estimate) -> Estimate:
    """EEV and VEV: what `along_axes` makes of each component's variances along its own axes.

    The axes are those of the scatter, from the shortest to the longest.
    """

    @_quiet
    def estimate(nk: Array, own: Array, near: Array) -> Array:
        spreads, axes = np.linalg.eigh(own)
        near_spreads = np.asarray(np.linalg.eigvalsh(near), np.float64)
        return _turned(along_axes(nk, spreads, near_spreads), axes)

    return estimate


def common_axes(along_axes: Estimate, *, own_volumes: bool) -> Estimate:
    """EVE and VVE: what `along_axes` makes of the variances along axes that all components share.

    The deviance may have several minima: the axes of `near` lead to one that is no worse than
    `near` itself. Where `near` has no axes that all share, those of the sum of scatters, and of
    each scatter, are tried as well.
    """

    @_quiet
    def estimate(nk: Array, own: Array, near: Array) -> Array:
        found = [_shared_axes(nk, own, own_volumes, axes) for axes in _beginnings(nk, own, near)]
        spreads, axes = min(found, key=lambda pair: _deviance(nk, pair[0], own_volumes))
        return _turned(along_axes(nk, spreads, spreads), np.broadcast_to(axes, own.shape))

    return estimate


def _with_one_volume(nk: Array, own: Array, volumes: Array) -> Array:
    scales = (nk @ volumes / nk.sum()) / volumes
    estimate: Array = own * scales.reshape(-1, *[1] * (own.ndim - 1))
    return estimate


def _geometric_means(variances: Array) -> Array:
    means: Array = np.exp(np.log(variances).mean(axis=1))
    return means


def _turned(variances: Array, axes: Array) -> Array:
    """(K, D, D) covariances with these variances along these axes, symmetric to the last bit."""
    half = axes * np.sqrt(variances)[:, np.newaxis]
    covariances = half @ half.transpose(0, 2, 1)
    return 0.5 * (covariances + covariances.transpose(0, 2, 1))


def _shared_axes(nk: Array, own: Array, own_volumes: bool, axes: Array) -> tuple[Array, Array]:
    from kernels.parsimony import share_axes

    scatters, axes = np.ascontiguousarray(axes.T @ own @ axes), np.ascontiguousarray(axes)
    share_axes(nk, scatters, own_volumes, axes)
    return np.diagonal(scatters, axis1=1, axis2=2).copy(), axes


def _deviance(nk: Array, spreads: Array, own_volumes: bool) -> float:
    volumes = _geometric_means(spreads)
    return float(nk @ (np.log(volumes) if own_volumes else volumes))


def _beginnings(nk: Array, own: Array, near: Array) -> list[Array]:
    """Orthonormal axes from which to look for those that all components share."""
    for covariances in (own, near):
        axes = _axes_of_all(covariances)
        if axes is not None:
            return [axes]
    pooled = _sum(nk, own)
    return [np.linalg.eigh(pooled).eigenvectors, *np.linalg.eigh(own).eigenvectors]


def _axes_of_all(covariances: Array) -> Array | None:
    """The axes that all covariances share, if there are any."""
    # A sum with unlike shares: two axes along which it is as wide are so for each component alone.
    shares: Array = 1.0 + 0.37 * np.arange(float(covariances.shape[0]))
    shares /= np.trace(covariances, axis1=1, axis2=2)
    axes: Array = np.linalg.eigh(_sum(shares, covariances)).eigenvectors
    turned = axes.T @ covariances @ axes
    spread = np.diagonal(turned, axis1=1, axis2=2)
    across = np.abs(turned) / np.sqrt(spread[:, :, np.newaxis] * spread[:, np.newaxis])
    return axes if (across - np.eye(axes.shape[0])).max() < _SAME_AXES else None
