"""Ranges of axes, lattices and cells."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.inspection.ranges import (
    CONTINUOUS,
    Lattice,
    axis_range,
    cells_between,
    lattice_of,
    padded,
)


def test_ordinary_values_are_all_within_the_range() -> None:
    values = np.random.default_rng(0).normal(size=10_000)
    low, high = axis_range(values)
    assert low < values.min()
    assert high > values.max()
    assert high - low < 1.2 * (values.max() - values.min())


def test_a_far_outlier_does_not_press_the_rest_together() -> None:
    values = np.append(np.random.default_rng(0).normal(size=1_000), 1e6)
    assert axis_range(values)[1] < 30.0


def test_missing_values_are_ignored() -> None:
    assert axis_range(np.array([np.nan, 0.0, 1.0, np.inf])) == axis_range(np.array([0.0, 1.0]))
    assert axis_range(np.array([np.nan])) == (0.0, 1.0)


@pytest.mark.parametrize("value", [0.0, 3.0, -1e9, 1e-12])
def test_equal_values_get_a_range_with_room(value: float) -> None:
    low, high = padded(value, value)
    assert low < value < high


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3.0, 1.0, 7.0, 1.0], Lattice(0.0, 2.0)),
        ([0.1, 0.2, 0.5, 1.3], Lattice(0.05, 0.1)),
        ([0.0, 0.37, 1.0, 5.0], CONTINUOUS),
        ([1.0, 2.0], CONTINUOUS),
    ],
)
def test_lattices_are_recognised(values: list[float], expected: Lattice) -> None:
    assert lattice_of(np.array(values)) == pytest.approx(expected)


def test_cells_cover_the_range() -> None:
    cells = cells_between(-1.3, 7.9, 50)
    assert cells.low <= -1.3
    assert cells.high >= 7.9
    assert 50 <= cells.n_cells <= 52
    np.testing.assert_allclose(np.diff(cells.edges), cells.step)


def test_cells_on_a_lattice_hold_the_same_number_of_values() -> None:
    lattice = Lattice(-0.5, 1.0)
    cells = cells_between(0.0, 650.0, 180, lattice)
    assert cells.step == 4.0
    counts = np.histogram(np.arange(cells.low + 0.5, cells.high), bins=cells.edges)[0]
    assert set(counts) == {4}


def test_cells_stay_in_place_when_the_range_moves() -> None:
    first, second = cells_between(0.0, 10.0, 37), cells_between(3.3, 13.3, 37)
    steps = (second.low - first.low) / first.step
    assert steps == pytest.approx(round(steps), abs=1e-9)
