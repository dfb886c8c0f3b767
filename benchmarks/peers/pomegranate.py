"""pomegranate's mixture of Normals on PyTorch's CPU tensors, in its default numbers of 32 bits."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch  # type: ignore[import-not-found]
from pomegranate.distributions import Normal  # type: ignore[import-not-found]
from pomegranate.gmm import GeneralMixtureModel  # type: ignore[import-not-found]

from benchmarks.exchange import Fit, Parameters, rows_in_memory


class Pomegranate:
    """Keeps its rows as a 32-bit tensor."""

    numbers = "float32"
    version = f"pomegranate {version('pomegranate')}, torch {torch.__version__}"

    def load(self, path: Path, rows: int | None) -> None:
        """See `exchange.Program`."""
        self._rows = torch.from_numpy(rows_in_memory(path, rows, np.float32))

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """See `exchange.Program`."""
        shape = "full" if start.is_full else "diag"
        pairs = zip(_narrow(start.means), _narrow(start.covariances), strict=True)
        model = GeneralMixtureModel(
            [Normal(mean, covariance, covariance_type=shape) for mean, covariance in pairs],
            priors=_narrow(start.weights),
            tol=-np.inf,
            max_iter=iterations,
        )
        began = time.perf_counter()
        model.fit(self._rows)
        return Fit(time.perf_counter() - began, _parameters(model), [])


def _narrow(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32)


def _parameters(model: GeneralMixtureModel) -> Parameters:
    return Parameters(
        model.priors.numpy(),
        np.array([normal.means.numpy() for normal in model.distributions]),
        np.array([normal.covs.numpy() for normal in model.distributions]),
    )


def load_program(n_threads: int) -> Pomegranate:
    """Let PyTorch use that many threads, and build no graphs for derivatives."""
    torch.set_num_threads(n_threads)
    torch.set_grad_enabled(False)
    return Pomegranate()
