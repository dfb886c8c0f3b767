"""scikit-learn's GaussianMixture."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from benchmarks.exchange import Fit, Parameters, rows_in_memory


class ScikitLearn:
    """Starts from given weights, means and precisions; nothing is added to the covariances."""

    numbers = "float64"
    version = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"

    def load(self, path: Path, rows: int | None) -> None:
        """See `exchange.Program`."""
        self._rows = rows_in_memory(path, rows)

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """See `exchange.Program`. The history lacks the value after the last iteration."""
        precisions = np.linalg.inv(start.covariances) if start.is_full else 1 / start.covariances
        model = GaussianMixture(
            start.weights.size,
            covariance_type="full" if start.is_full else "diag",
            tol=0.0,
            reg_covar=0.0,
            max_iter=iterations,
            weights_init=start.weights,
            means_init=start.means,
            precisions_init=precisions,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            began = time.perf_counter()
            model.fit(self._rows)
            seconds = time.perf_counter() - began
        history = [bound * len(self._rows) for bound in getattr(model, "lower_bounds_", ())]
        return Fit(seconds, Parameters(model.weights_, model.means_, model.covariances_), history)


def load_program(n_threads: int) -> ScikitLearn:
    """Its threads are those of OpenMP and OpenBLAS, which the environment sets."""
    return ScikitLearn()
