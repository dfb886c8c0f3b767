"""Covariances as volume, shape and orientation, which is how mclust holds most families."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]


class Decomposition(NamedTuple):
    """Covariance k is scale[k] * axes[k] @ diag(shape[k]) @ axes[k].T.

    What a family's components share stands in it once: the first dimension is 1 in place of K.

    Attributes
    ----------
    scale : (K,) volumes, each to the power 1 / D.
    shape : (K, D) variances along the axes, whose product is 1.
    axes : (K, D, D) the axes' directions, one in each column.
    """

    scale: Array
    shape: Array
    axes: Array

    @property
    def covariances(self) -> Array:
        """(K, D, D) what the parts make; K is 1 where all of them are shared."""
        variances = self.scale[:, np.newaxis] * self.shape
        turned = self.axes * variances[:, np.newaxis, :]
        made: Array = turned @ self.axes.transpose(0, 2, 1)
        return made


def decomposed(mixture: Mixture) -> Decomposition:
    """The parts of a mixture's covariances, shared as its family says. Celeux & Govaert (1995)."""
    volume, form, turn = tuple(mixture.family)
    covariances = mixture.covariances
    scale = np.exp(np.linalg.slogdet(covariances)[1] / mixture.n_features)
    round_sized = covariances / scale[:, np.newaxis, np.newaxis]
    axes = _axes(round_sized, turn)
    shape = np.einsum("kab,kac,kcb->kb", axes, round_sized, axes)
    if form == "E":
        shape = _geometric_mean(shape)
    return Decomposition(
        _geometric_mean(scale) if volume == "E" else scale,
        shape / np.exp(np.log(shape).mean(axis=1, keepdims=True)),
        axes if turn == "V" else axes[:1],
    )


def _axes(covariances: Array, turn: str) -> Array:
    if turn == "I":
        return np.broadcast_to(np.eye(covariances.shape[1]), covariances.shape)
    of = covariances if turn == "V" else covariances.sum(axis=0, keepdims=True)
    # From the longest axis to the shortest, as mclust has them.
    axes = np.linalg.eigh(of)[1][:, :, ::-1]
    return np.broadcast_to(axes, covariances.shape)


def _geometric_mean(values: Array) -> Array:
    mean: Array = np.exp(np.log(values).mean(axis=0, keepdims=True))
    return mean
