"""Density curves of a mixture along one column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def component_curves(weights: Array, means: Array, variances: Array, x: Array) -> Array:
    """(K, n) weighted density of each component at x (n,); their sum is the mixture's density.

    Parameters
    ----------
    weights, means, variances : (K,), of the one column.
    """
    deviations = np.sqrt(np.maximum(variances, np.finfo(float).tiny))[:, None]
    # Beyond 40 standard deviations a density is zero in any float64; squares would overflow.
    z = np.minimum(np.abs(x - means[:, None]) / deviations, 40.0)
    return weights[:, None] * np.exp(-0.5 * z * z) / (deviations * np.sqrt(2.0 * np.pi))
