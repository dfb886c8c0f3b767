"""Thousands of fits of small random problems: memory stays flat, and no thread is left behind."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.mixture.covariance import FAMILIES

# What the allocator keeps back may rise and fall; 20,000 leaks of a kilobyte would be 20 MB.
_MOST_GROWTH = 8 << 20


def fit_random_problems(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    families = list(FAMILIES)
    for _ in range(n):
        n_components, n_features = rng.integers(1, 5), rng.integers(1, 4)
        X = rng.standard_normal((int(rng.integers(20, 400)), n_features))
        X[: len(X) // 2] += 4.0
        gm.fit(
            X.astype(np.float32) if rng.random() < 0.2 else X,
            n_components=int(n_components),
            family=families[rng.integers(len(families))],
            n_init=1,
            max_iter=10,
            reg_covar=1e-6,
            seed=int(rng.integers(1 << 30)),
        )


def resident_bytes() -> int:
    """Memory of this process that is in use (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def system_threads() -> int:
    """Threads of this process, those of the kernels included (Linux)."""
    return len(list(Path("/proc/self/task").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="reads Linux's /proc")
@pytest.mark.parametrize(
    ("n", "before"),
    [(1_000, 300), pytest.param(20_000, 1_000, marks=pytest.mark.proof)],
)
def test_fits_leave_memory_flat_and_no_thread(n, before):
    fit_random_problems(before, seed=0)
    memory, threads = resident_bytes(), (threading.active_count(), system_threads())
    fit_random_problems(n, seed=1)
    assert resident_bytes() - memory < _MOST_GROWTH
    assert (threading.active_count(), system_threads()) == threads
