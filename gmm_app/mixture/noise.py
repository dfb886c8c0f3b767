"""Rows that belong to no component: spread evenly, wherever they lie.

Banfield & Raftery (1993), Model-based Gaussian and non-Gaussian clustering, Biometrics 49, with the
box that holds the data for its volume.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ModelError

Array = NDArray[np.float64]


class Noise(NamedTuple):
    """A part of a mixture with one density everywhere: that of an even spread over a box.

    Rows outside the box have that density too: a row is no less noise for lying further out.

    Attributes
    ----------
    weight : its share of the rows.
    low, high : (D,) ends of the box, in the data's units.
    """

    weight: float
    low: Array
    high: Array

    @property
    def log_density(self) -> float:
        return -float(np.log(self.high - self.low).sum())

    def of_columns(self, positions: Sequence[int]) -> Noise:
        """The same for some of the columns."""
        return Noise(self.weight, self.low[positions], self.high[positions])


def checked(noise: Noise, n_features: int) -> Noise:
    """A part of the right shape.

    Raises
    ------
    ModelError
        It is not.
    """
    low, high = (np.asarray(end, dtype=np.float64) for end in (noise.low, noise.high))
    shapes = low.shape == high.shape == (n_features,)
    if not shapes or not np.isfinite([low, high]).all() or not (low < high).all():
        raise ModelError("Noise needs a box: a lower and a higher end for each column.")
    if not 0.0 <= noise.weight < 1.0:
        raise ModelError("The weight of noise must be at least 0 and less than 1.")
    return Noise(float(noise.weight), low, high)
