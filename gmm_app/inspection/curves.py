"""Density curves of a mixture along one column."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transforms import AsItIs, Transform

Array = NDArray[np.float64]

_AS_IT_IS = AsItIs()


def component_curves(
    weights: Array,
    means: Array,
    variances: Array,
    x: Array,
    transform: Transform = _AS_IT_IS,
) -> Array:
    """(K, n) weighted density of each component at x (n,); their sum is the mixture's density.

    Parameters
    ----------
    weights, means, variances : (K,), of the one column, transformed.
    x : in the data's units, in which the densities are too; 0 outside the transform's domain.
    transform : of the column.
    """
    deviations = np.sqrt(np.maximum(variances, np.finfo(float).tiny))[:, None]
    x, slopes = _transformed(transform, x)
    # Beyond 40 standard deviations a density is zero in any float64; squares would overflow.
    z = np.minimum(np.abs(x - means[:, None]) / deviations, 40.0)
    return slopes * weights[:, None] * np.exp(-0.5 * z * z) / (deviations * np.sqrt(2.0 * np.pi))


def noise_curve(noise: Noise, x: Array, transform: Transform = _AS_IT_IS) -> Array:
    """(n,) weighted density of the noise in one column at x (n,), as for components."""
    return _transformed(transform, x)[1] * noise.weight * math.exp(noise.log_density)


def _transformed(transform: Transform, x: Array) -> tuple[Array, Array]:
    """Places x (n,) as they are fitted, and the slopes there; 0 outside the domain."""
    outside = transform.outside(x)
    fitted = np.where(outside, 0.0, transform.forward(x))
    return fitted, np.where(outside, 0.0, np.exp(transform.log_jacobian(x)))
