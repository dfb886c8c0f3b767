"""Every iteration of a running fit, written by the worker and read by the views."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmm_app.fitting.progress import FitProgress


class FitTrace:
    """Log-likelihood per iteration of each start so far.

    One thread writes, any may read: appending to a list is atomic, and a reader only ever copies.
    """

    def __init__(self) -> None:
        self._starts: list[list[float]] = []

    def add(self, progress: FitProgress) -> None:
        """Take note of one iteration."""
        while len(self._starts) <= progress.start:
            self._starts.append([])
        self._starts[progress.start].append(progress.log_likelihood)

    def histories(self) -> list[NDArray[np.float64]]:
        """Log-likelihood (sum over rows) per iteration, one array per start so far."""
        return [np.array(start) for start in list(self._starts)]
