"""Intel oneDAL's em_gmm, through daal4py."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path

import daal4py  # type: ignore[import-not-found]
import numpy as np

from benchmarks.exchange import Fit, Parameters, rows_in_memory


class OneDal:
    """Iterates until maxIterations: an accuracy threshold of 0 stops it only at a fixed point."""

    numbers = "float64"
    version = f"daal4py {version('daal4py')}, oneDAL {version('daal')}"

    def load(self, path: Path, rows: int | None) -> None:
        """See `exchange.Program`."""
        self._rows = rows_in_memory(path, rows)

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """See `exchange.Program`."""
        storage = {} if start.is_full else {"covarianceStorage": "diagonal"}
        algorithm = daal4py.em_gmm(
            start.weights.size, maxIterations=iterations, accuracyThreshold=0.0, **storage
        )
        # A list of D x D matrices, or of 1 x D rows of variances.
        covariances = [np.atleast_2d(covariance) for covariance in start.covariances]
        weights = start.weights[np.newaxis]
        began = time.perf_counter()
        result = algorithm.compute(self._rows, weights, start.means, covariances)
        seconds = time.perf_counter() - began
        found = np.array(result.covariances).reshape(start.covariances.shape)
        return Fit(seconds, Parameters(result.weights.ravel(), result.means, found), [])


def load_program(n_threads: int) -> OneDal:
    """Let oneDAL share its work among that many threads."""
    daal4py.daalinit(n_threads)
    return OneDal()
