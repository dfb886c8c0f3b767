"""Arrays as people hand them in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.errors import GmmError


def as_numbers(data: ArrayLike, error: type[GmmError]) -> NDArray[Any]:
    """Anything array-like as float64, or float32 where it is that already.

    Raises
    ------
    error
        It holds something else than real numbers, or values that are masked.
    """
    if np.ma.is_masked(data):
        raise error("The array has masked values: leave out the rows that have them.")
    try:
        array = np.asarray(data)
        if array.dtype.kind in "cmM":
            raise TypeError(f"it holds {array.dtype}")
        if array.dtype != np.float32:
            array = array.astype(np.float64, copy=False)
        return np.require(array, requirements="A")
    except (TypeError, ValueError) as reason:
        raise error(f"This is not an array of real numbers: {reason}.") from reason
