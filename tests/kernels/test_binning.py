"""2-D counts against numpy's histogram2d."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.binning import count_2d

BOUNDS = (-2.0, 2.0, -1.0, 3.0)


def counted(x: np.ndarray, y: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    counts = np.full(shape, -1, dtype=np.int64)
    count_2d(x, y, BOUNDS, counts)
    return counts


@pytest.mark.parametrize("n_samples", [1, 1_000, 700_001])
def test_counts_equal_numpys(n_samples: int) -> None:
    x, y = np.random.default_rng(n_samples).normal(size=(2, n_samples))
    edges = np.linspace(-1.0, 3.0, 33), np.linspace(-2.0, 2.0, 65)
    expected = np.histogram2d(y, x, bins=edges)[0]
    np.testing.assert_array_equal(counted(x, y, (32, 64)), expected)


def test_edges_belong_to_the_cell_above() -> None:
    x, y = np.array([-2.0, 0.0, 2.0]), np.array([-1.0, 1.0, 1.0])
    np.testing.assert_array_equal(counted(x, y, (2, 2)), [[1, 0], [0, 1]])


def test_what_lies_outside_or_is_missing_is_not_counted() -> None:
    x = np.array([np.nan, 0.0, np.inf, -np.inf, 1e300, 0.0])
    y = np.array([0.0, np.nan, 0.0, 0.0, 0.0, -1e300])
    assert counted(x, y, (4, 4)).sum() == 0
