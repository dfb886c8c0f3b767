"""Which rows stand for all of them where all cannot be drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DRAWN_ROWS = 10_000
"""As many points as a plot draws at most; more would only hide each other."""

_SEED = 20_240_101


def row_sample(n_samples: int, size: int = DRAWN_ROWS) -> NDArray[np.int64]:
    """Positions of at most `size` of `n_samples` rows, in order, drawn at random without repeats.

    The same arguments always give the same rows, so that a picture does not change by itself.
    """
    if n_samples <= size:
        return np.arange(n_samples)
    drawn = np.random.default_rng(_SEED).choice(n_samples, size, replace=False, shuffle=False)
    return np.sort(drawn)
