"""Every iteration of a running fit, written by the worker and read by the views."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from gmm_app.fitting.progress import FitProgress


class FitTrace:
    """Log-likelihood per iteration over all rows, of each start so far.

    One thread writes, any may read. Starts that are over are arrays already, so that a look at a
    fit with thousands of starts copies only the one that runs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over: list[NDArray[np.float64]] = []
        self._running: list[float] = []
        self._begun = False

    def add(self, progress: FitProgress) -> None:
        """Take note of one iteration."""
        with self._lock:
            while len(self._over) < progress.start:
                self._over.append(np.array(self._running))
                self._running = []
            self._begun = True
            if not progress.on_sample:
                self._running.append(progress.log_likelihood)

    def histories(self) -> list[NDArray[np.float64]]:
        """Log-likelihood (sum over rows) per iteration, one array per start so far.

        The last is empty while its start is on samples of the rows.
        """
        with self._lock:
            return [*self._over, np.array(self._running)] if self._begun else []
