"""Tuples of vectors against numpy, lane by lane."""

import numpy as np
import pytest

from kernels.jit import kernel
from kernels.several import (
    add_lane_sums,
    load_lines,
    minus_squared_norm,
    plus_outer_rows,
    repeated,
    zeros,
)
from kernels.simd import LANES, load, store, sum_lanes

ROWS = np.random.default_rng(0).standard_normal((6, LANES))


def lane_sums_of(n):
    like = zeros(n)

    @kernel
    def run(values, sums):
        add_lane_sums(sums, 1, 2, load_lines(values, 0, 0, like))

    return run


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 9, 19])
def test_lane_sums_are_added_where_they_belong(n):
    values = np.random.default_rng(n).standard_normal((n, LANES))
    sums = np.ones((2, n + 4))
    lane_sums_of(n)(values, sums)
    assert np.all(sums[0] == 1.0) and np.all(sums[1, :2] == 1.0) and np.all(sums[1, 2 + n :] == 1.0)
    np.testing.assert_allclose(sums[1, 2 : 2 + n], 1.0 + values.sum(axis=1), rtol=1e-12, atol=1e-14)


@kernel
def norm(rows, out):
    u = load_lines(rows, 0, 0, (0, 0))
    factor = load_lines(rows, 2, 0, (0, 0, 0))
    store(out, 0, 0, minus_squared_norm(load(rows, 5, 0), factor, u))


def test_squared_norm_of_a_packed_factor():
    out = np.empty((1, LANES))
    norm(ROWS, out)
    u0, u1, w00, w10, w11, start = ROWS
    expected = start - (w00 * u0) ** 2 - (w10 * u0 + w11 * u1) ** 2
    np.testing.assert_allclose(out[0], expected, rtol=1e-12)


@kernel
def last_rows(rows, out):
    y = load_lines(rows, 0, 0, (0, 0, 0))
    sums = plus_outer_rows(repeated(1.0, (0, 0, 0, 0, 0)), y[1:], y)
    add_lane_sums(out, 0, 0, sums)


def test_last_rows_of_a_packed_triangle():
    out = np.zeros((1, 5))
    last_rows(ROWS, out)
    y0, y1, y2 = ROWS[:3]
    products = [y1 * y0, y1 * y1, y2 * y0, y2 * y1, y2 * y2]
    np.testing.assert_allclose(out[0], [LANES + p.sum() for p in products], rtol=1e-12)


@kernel
def total(rows):
    return sum_lanes(load(rows, 0, 0))


def test_sum_of_lanes():
    assert total(ROWS) == pytest.approx(ROWS[0].sum(), rel=1e-12)
