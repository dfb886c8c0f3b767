"""Density images against numpy's histogram2d."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.inspection import density_image as module
from gmm_app.inspection.density_image import count_rows, density_image, log_levels
from gmm_app.inspection.ranges import Cells

X_CELLS, Y_CELLS = Cells(-2.0, 0.25, 16), Cells(-1.0, 0.5, 5)


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2, 150_000))


def test_counts_equal_numpys(rows: np.ndarray) -> None:
    expected = np.histogram2d(rows[1], rows[0], bins=(Y_CELLS.edges, X_CELLS.edges))[0]
    np.testing.assert_array_equal(count_rows(rows[0], rows[1], X_CELLS, Y_CELLS), expected)


def test_the_kernel_counts_the_same(rows: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    by_numpy = count_rows(rows[0], rows[1], X_CELLS, Y_CELLS)
    monkeypatch.setattr(module, "_FEW_ROWS", 0)
    monkeypatch.setattr(module, "_kernel_is_compiled", lambda: True)
    np.testing.assert_array_equal(count_rows(rows[0], rows[1], X_CELLS, Y_CELLS), by_numpy)


def test_rows_may_lie_apart_in_memory(rows: np.ndarray) -> None:
    apart = np.ascontiguousarray(rows.T)
    np.testing.assert_array_equal(
        count_rows(apart[:, 0], apart[:, 1], X_CELLS, Y_CELLS),
        count_rows(rows[0], rows[1], X_CELLS, Y_CELLS),
    )


def test_an_image_says_how_many_rows_it_shows() -> None:
    x, y = np.array([0.1, 0.1, 9.0, np.nan]), np.array([0.1, 0.1, 0.1, 0.1])
    image = density_image(x, y, X_CELLS, Y_CELLS)
    assert image.n_inside == 2
    assert image.levels.shape == (5, 16)
    assert np.argwhere(image.levels).tolist() == [[2, 8]]


def test_levels_rise_with_the_count_and_only_empty_cells_are_clear() -> None:
    levels = log_levels(np.array([[0, 1, 2, 10, 1_000_000]]))
    assert levels.dtype == np.uint8
    assert levels[0, 0] == 0
    assert levels[0, 1] == 1
    assert levels[0, -1] == 255
    assert (np.diff(levels[0].astype(int)) > 0).all()
    assert not log_levels(np.zeros((2, 2), dtype=np.int64)).any()
