"""exp and log against long double."""

import numpy as np
import pytest

from kernels.jit import kernel
from kernels.vector_math import exp, log

TOLERANCE = 1e-15


@kernel
def exp_all(x, out):
    for i in range(x.size):
        out[i] = exp(x[i])


@kernel
def log_all(x, out):
    for i in range(x.size):
        out[i] = log(x[i])


def applied(function, x):
    out = np.empty_like(x)
    function(x, out)
    return out


def test_exp_over_its_whole_range():
    x = np.concatenate([np.linspace(-708.0, 709.0, 200_001), np.linspace(-1.0, 1.0, 20_001)])
    exact = np.exp(x.astype(np.longdouble))
    assert np.max(np.abs(applied(exp_all, x) - exact) / exact) < TOLERANCE


def test_exp_clamps_below_to_the_smallest_normal_numbers():
    tiny = applied(exp_all, np.array([-np.inf, -1e300, -709.0]))
    assert np.all(tiny > 0) and np.all(tiny < 1e-307)


def test_log_over_its_whole_range():
    x = np.exp(np.linspace(-708.0, 709.0, 200_001))
    exact = np.log(x.astype(np.longdouble))
    error = np.abs(applied(log_all, x) - exact)
    assert np.max(error / np.maximum(np.abs(exact), 1e-3)) < TOLERANCE


@pytest.mark.parametrize("x", [1.0, np.nextafter(1, 2), np.nextafter(1, 0), 1 + 1e-9])
def test_log_near_one(x):
    assert applied(log_all, np.array([x]))[0] == pytest.approx(np.log(x), rel=1e-15, abs=1e-300)
