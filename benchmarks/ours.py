"""The program that is measured, seen through the few functions that the benchmarks call.

Everything that knows its insides stands in this file, so that they may change freely. Numba is not
imported here: kernels/jit.py must come first, since it sets what Numba reads when it is imported.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import gmm_app
from benchmarks.exchange import Array, Fit, Parameters, rows_in_memory
from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.fitting.initialization import column_scale
from gmm_app.fitting.m_step import Constraints, next_mixture
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult
from gmm_app.mixture.mixture import Mixture
from kernels import warmup
from kernels.binning import count_2d
from kernels.jit import as_input

TITLE = "GMM Studio"
_MATRIX = 4096
_NO_LIMIT = 1_000_000


class Ours:
    """The program behind the interface that it shares with its peers."""

    numbers = "float64"
    version = f"GMM Studio {gmm_app.__version__}, Numba {version('numba')}, numpy {np.__version__}"

    def __init__(self, n_threads: int) -> None:
        self._n_threads = n_threads

    def load(self, path: Path, rows: int | None) -> None:
        """See `exchange.Program`. The rows are kept column by column, as after reading a file."""
        self._dataset = dataset_of_columns(np.ascontiguousarray(rows_in_memory(path, rows).T))

    def load_mapped(self, path: str) -> dict[str, Any]:
        """Leave the rows of an .npy file in Fortran order where they are, on the disk."""
        self._dataset = dataset_of_columns(np.load(path, mmap_mode="r").T)
        return {}

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """See `exchange.Program`: textbook EM, one pass and one M-step an iteration."""
        limits, mixture = variance_limits(self._dataset), as_mixture(start)
        began = time.perf_counter()
        engine = LocalEngine(self._dataset, n_threads=self._n_threads, cancel=CancelFlag())
        history = []
        for _ in range(iterations):
            statistics = engine.em_pass(mixture)
            history.append(statistics.log_likelihood)
            mixture = next_mixture(engine, mixture, statistics, limits)
        return Fit(time.perf_counter() - began, as_parameters(mixture, start), history)

    def fit_by_default(self, start: dict[str, Any], iterations: int) -> dict[str, Any]:
        """A fit as the program does it by itself, of rows that lie in C order, timed as a whole.

        It ends after that many iterations over all rows, whatever it has done on samples before, or
        where it finds that nothing rises any more. The history is that of the former.
        """
        given = Parameters.from_json(start)
        rows = np.ascontiguousarray(self._dataset.X)
        history = []
        began = time.perf_counter()
        with closing(steps_by_default(rows, as_mixture(given), self._n_threads)) as steps:
            for step in steps:
                if step.n_rows == step.n_samples:
                    history.append(step.log_likelihood)
                if len(history) > iterations:
                    break
        seconds = time.perf_counter() - began
        end = as_parameters(step.mixture, given)
        return {"seconds": seconds, "history": history, "parameters": end.as_json()}

    def multiply(self) -> dict[str, Any]:
        """Floating-point operations a second of a large product of float64 matrices in numpy."""
        matrix = np.random.default_rng(0).standard_normal((_MATRIX, _MATRIX))
        began = time.perf_counter()
        matrix @ matrix
        return {"rate": 2 * _MATRIX**3 / (time.perf_counter() - began)}


def load_program(n_threads: int) -> Ours:
    """The one instance that the process needs."""
    return Ours(n_threads)


def steps_by_default(
    rows: Array, mixture: Mixture, n_threads: int
) -> Generator[FitProgress, None, FitResult]:
    """One start of the public fit, from a given mixture; nothing is added to the variances."""
    return gmm_app.iter_fit(
        rows,
        start=mixture,
        family=mixture.family,
        tol=0.0,
        max_iter=_NO_LIMIT,
        reg_covar=0.0,
        seed=0,
        n_threads=n_threads,
    )


def variance_limits(dataset: Dataset) -> Constraints:
    """Limits that add nothing to the variances, as for the peers."""
    scale = column_scale(dataset, CancelFlag())
    return Constraints(np.zeros(dataset.n_features), scale.resolution**2)


def as_mixture(start: Parameters) -> Mixture:
    """A start as the program's own mixture."""
    if start.is_full:
        return Mixture(start.weights, start.means, start.covariances, "VVV")
    matrices = start.covariances[:, :, np.newaxis] * np.eye(start.means.shape[1])
    return Mixture(start.weights, start.means, matrices, "VVI")


def as_parameters(mixture: Mixture, like: Parameters) -> Parameters:
    """The inverse of `as_mixture`."""
    covariances: Array = mixture.covariances
    if not like.is_full:
        covariances = np.diagonal(covariances, axis1=1, axis2=2)
    return Parameters(mixture.weights, mixture.means, covariances)


def pass_and_step(rows: Array, start: Parameters, repeats: int) -> tuple[float, float]:
    """Fastest seconds of one pass, and of the M-step with its Cholesky factors, from a start."""
    dataset = as_dataset(rows)
    engine = LocalEngine(dataset, cancel=CancelFlag())
    limits, mixture = variance_limits(dataset), as_mixture(start)
    passes, steps = [], []
    for _ in range(repeats):
        mixture.structure  # noqa: B018  (the factors, counted with the M-step before)
        began = time.perf_counter()
        statistics = engine.em_pass(mixture)
        measured = time.perf_counter()
        mixture = next_mixture(engine, mixture, statistics, limits)
        mixture.structure  # noqa: B018
        passes.append(measured - began)
        steps.append(time.perf_counter() - measured)
    return min(passes[1:]), min(steps[1:])


def dataset_of_columns(columns: Array) -> Dataset:
    """A data set of columns (D, N) without a copy, as a reader of files makes it."""
    return Dataset(columns.T, tuple(f"x{j + 1}" for j in range(len(columns))))


def fit_publicly(data: Dataset | Array, n_components: int, iterations: int) -> None:
    """One start of that many iterations through the public interface, seeding included."""
    gmm_app.fit(data, n_components=n_components, n_init=1, max_iter=iterations, tol=0.0, seed=0)


def select_publicly(file: str, most_components: int, seed: int) -> float:
    """The lowest BIC of all families with so many components or fewer."""
    rows = gmm_app.read(file)
    return gmm_app.select(rows, n_components=range(1, most_components + 1), seed=seed).best.bic


def count_rows(x: Array, y: Array, bounds: tuple[float, float, float, float], n: int) -> None:
    """Count rows in the n x n cells of a grid, as for a density image."""
    count_2d(as_input(x), as_input(y), bounds, np.zeros((n, n), np.int64))


def make_ready() -> None:
    """All that a first fit of 2-D data waits for, as the window does it: load the kernels, which a
    process of its own has compiled if need be."""
    if not warmup.is_ready():
        command = [sys.executable, "-m", "kernels.warmup"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as compiling:
            assert compiling.stdout is not None
            for share in compiling.stdout:
                if float(share) == 1.0:
                    break
            compiling.kill()  # it would go on with the kernels of other numbers of columns
    warmup.make_ready()
