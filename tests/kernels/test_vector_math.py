"""exp2 and log against long double."""

import numpy as np
import pytest

from kernels.jit import kernel
from kernels.simd import LANES, load_1d, store_1d
from kernels.vector_math import exp2, log

TOLERANCE = 1e-15


@kernel
def exp2_all(x, out):
    for i in range(0, x.size, LANES):
        store_1d(out, i, exp2(load_1d(x, i)))


@kernel
def log_all(x, out):
    for i in range(0, x.size, LANES):
        store_1d(out, i, log(load_1d(x, i)))


def applied(function, x):
    whole = np.resize(x, -(-x.size // LANES) * LANES)
    out = np.empty_like(whole)
    function(whole, out)
    return out[: x.size]


def test_exp2_over_its_whole_range():
    x = np.concatenate([np.linspace(-1022.0, 1023.0, 200_001), np.linspace(-1.0, 1.0, 20_001)])
    exact = np.exp2(x.astype(np.longdouble))
    assert np.max(np.abs(applied(exp2_all, x) - exact) / exact) < TOLERANCE


def test_exp2_of_whole_numbers_is_exact():
    x = np.arange(-1022.0, 1024.0)
    assert np.array_equal(applied(exp2_all, x), np.exp2(x))


def test_exp2_of_what_is_no_normal_number_is_zero():
    tiny = applied(exp2_all, np.array([-np.inf, -1e300, -1023.0, np.nan]))
    assert np.all(tiny == 0.0)


def test_log_over_its_whole_range():
    x = np.exp2(np.linspace(-1022.0, 1023.0, 200_001))
    exact = np.log(x.astype(np.longdouble))
    error = np.abs(applied(log_all, x) - exact)
    known = exact != 0
    assert np.max(error[known] / np.abs(exact[known])) < TOLERANCE
    assert np.all(error[~known] == 0)


@pytest.mark.parametrize("x", [1.0, np.nextafter(1, 2), np.nextafter(1, 0), 1 + 1e-9, 1 - 1e-5])
def test_log_near_one(x):
    exact = np.log(np.longdouble(x))
    assert applied(log_all, np.array([x]))[0] == pytest.approx(float(exact), rel=1e-15, abs=1e-300)
