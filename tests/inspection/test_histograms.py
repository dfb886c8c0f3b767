"""Counts along one column against numpy."""

from __future__ import annotations

import numpy as np

from gmm_app.inspection.histograms import histogram, small_histogram, suitable_cells
from gmm_app.inspection.ranges import Cells


def test_counts_equal_numpys_over_many_blocks() -> None:
    values = np.random.default_rng(0).normal(size=300_000)
    cells = Cells(-2.0, 0.125, 32)
    counted = histogram(values, cells)
    # Numpy's last cell holds its upper edge too; no value lies on it.
    np.testing.assert_array_equal(counted.counts, np.histogram(values, bins=cells.edges)[0])
    assert counted.n_counted == counted.counts.sum() < counted.n_rows == values.size


def test_a_value_on_an_edge_falls_into_the_cell_above() -> None:
    counted = histogram(np.array([0.0, 1.0, 2.0]), Cells(0.0, 1.0, 2))
    np.testing.assert_array_equal(counted.counts, [1, 1])


def test_missing_values_count_nowhere() -> None:
    counted = histogram(np.array([0.5, np.nan, 0.6]), Cells(0.0, 1.0, 1))
    assert counted.n_rows == 2
    np.testing.assert_allclose(counted.density, [1.0])


def test_density_integrates_to_the_share_that_is_counted() -> None:
    values = np.random.default_rng(1).normal(size=5_000)
    counted = histogram(values, Cells(0.0, 0.1, 60))
    area = counted.density.sum() * counted.cells.step
    np.testing.assert_allclose(area, (values >= 0.0).mean())


def test_a_small_histogram_shows_nearly_all_rows() -> None:
    values = np.random.default_rng(2).normal(size=20_000)
    counted = small_histogram(values)
    assert counted.n_counted > 0.999 * values.size
    assert 38 <= counted.cells.n_cells <= 42


def test_a_small_histogram_of_equal_or_missing_values_is_harmless() -> None:
    assert small_histogram(np.full(10, 3.0)).n_counted == 10
    assert small_histogram(np.full(10, np.nan)).n_counted == 0


def test_more_rows_get_more_cells() -> None:
    rng = np.random.default_rng(3)
    assert suitable_cells(rng.normal(size=100)) < suitable_cells(rng.normal(size=10_000))
    assert suitable_cells(np.ones(50)) > 0
