"""The memory of steps against the textbook's dense quasi-Newton matrix."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.fitting.secant_memory import SecantMemory

SIZE = 7


def curved(seed: int) -> np.ndarray:
    """A symmetric matrix with eigenvalues from 0.001 to 1."""
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.standard_normal((SIZE, SIZE)))
    return (basis * np.geomspace(1e-3, 1.0, SIZE)) @ basis.T


def dense_bfgs(pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The inverse BFGS matrix, update by update (Nocedal & Wright 2006, 6.17 and 7.20)."""
    step, change = pairs[-1]
    stretch = min(max(1.0, (step @ change) / (change @ change)), 2.0)
    inverse = stretch * np.eye(SIZE)
    for step, change in pairs:
        rho = 1.0 / (step @ change)
        left = np.eye(SIZE) - rho * np.outer(step, change)
        inverse = left @ inverse @ left.T + rho * np.outer(step, step)
    return inverse


@pytest.mark.parametrize("n_pairs", [1, 3, 10, 17])
def test_the_step_is_the_dense_matrix_times_the_gradient(n_pairs):
    rng = np.random.default_rng(n_pairs)
    memory, pairs = SecantMemory(), []
    for i in range(n_pairs):
        step = rng.standard_normal(SIZE) * 0.1**i
        change = curved(i) @ step
        assert memory.learn(step, change)
        pairs.append((step, change))
    assert len(memory) == min(n_pairs, 10)
    residual = rng.standard_normal(SIZE)
    expected = dense_bfgs(pairs[-10:]) @ residual
    np.testing.assert_allclose(memory.direction(residual), expected, rtol=1e-9)
    newest = pairs[-1]
    np.testing.assert_allclose(memory.direction(newest[1]), newest[0], rtol=1e-9)


def test_an_empty_memory_gives_the_em_step():
    residual = np.arange(3.0)
    memory = SecantMemory()
    assert np.array_equal(memory.direction(residual), residual)
    memory.learn(np.ones(3), np.ones(3))
    memory.forget()
    assert np.array_equal(memory.direction(residual), residual)


@pytest.mark.parametrize("change", [-np.ones(3), np.zeros(3), np.array([1.0, -1.0, 0.0])])
def test_upward_curvature_is_not_kept(change):
    memory = SecantMemory()
    assert not memory.learn(np.ones(3), change)
    assert len(memory) == 0
