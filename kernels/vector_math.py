"""exp2 and log of vectors: branch-free arithmetic on all lanes, no call into a C library."""

from __future__ import annotations

import math

from kernels.exponents import add_exponent, power_of_sixteenths, split_exponent
from kernels.jit import inlined_part
from kernels.simd import LANES, choose_greater, fma

# From here down, 2**x is taken as 0: it is no normal number, and arithmetic with those is slow.
_TOO_LOW = math.nextafter(-1022.0, -math.inf)
# Adding 1.5 * 2**52 rounds to an integer, which then stands in the low bits of the sum; with 2**48,
# to an integer number of sixteenths.
_ROUNDER = 1.5 * 2.0**52
_SIXTEENTHS_ROUNDER = 1.5 * 2.0**48

# ln 2 in two parts, the first with 21 trailing zero bits, so that n * _LN2_HIGH is exact.
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
LN2 = 0.6931471805599453


@inlined_part
def _exp2_by_sixteenths(x):
    """See `exp2`. 2**x = 2**(n/16) * 2**f with n = round(16 x) and |f| <= 1/32.

    2**f by the polynomial of degree 6 whose largest relative error on that interval is least among
    those that are 1 at f = 0: 7.1e-18.
    """
    shifted = x + _SIXTEENTHS_ROUNDER
    f = x - (shifted - _SIXTEENTHS_ROUNDER)
    scale = power_of_sixteenths(shifted)
    p = fma(f, 1.5404211699335225e-04, 1.3333820232815162e-03)
    p = fma(p, f, 9.618129102053624e-03)
    p = fma(p, f, 5.5504108651954584e-02)
    p = fma(p, f, 2.4022650695910167e-01)
    p = fma(p, f, 6.931471805599468e-01)
    return choose_greater(x, _TOO_LOW, fma(scale, p * f, scale), 0.0)


@inlined_part
def _exp2_by_polynomial(x):
    """See `exp2`. 2**x = 2**n * 2**f with n = round(x) and |f| <= 1/2.

    2**f by such a polynomial of degree 10, error 3.0e-16.
    """
    shifted = x + _ROUNDER
    f = x - (shifted - _ROUNDER)
    p = fma(f, 7.111758687557852e-09, 1.0210506458816145e-07)
    p = fma(p, f, 1.321523563477604e-06)
    p = fma(p, f, 1.525264774769592e-05)
    p = fma(p, f, 1.5403530800818256e-04)
    p = fma(p, f, 1.333355824648072e-03)
    p = fma(p, f, 9.618129107380715e-03)
    p = fma(p, f, 5.550410866434658e-02)
    p = fma(p, f, 2.4022650695910472e-01)
    p = fma(p, f, 6.931471805599516e-01)
    p = fma(p, f, 1.0)
    return choose_greater(x, _TOO_LOW, add_exponent(p, shifted), 0.0)


_exp2 = _exp2_by_sixteenths if LANES == 8 else _exp2_by_polynomial


@inlined_part
def exp2(x):
    """2**x of a Vector, x <= 1023, relative error below 1e-15; 0 for x < -1022, and for NaN.

    A power of two times a polynomial (coefficients by Remez' exchange in 60 digits, then rounded);
    of lower degree where the processor looks powers of sixteenths up in registers.

    Densities are kept in base 2 because this needs no product for the reduction of x, and no
    second constant for what the product loses.
    """
    return _exp2(x)


@inlined_part
def log(x):
    """Natural logarithm of a Vector of positive normal numbers, relative error below 1e-15.

    x = 2**n * m with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1)/(m + 1), by its
    odd series up to s**21 (|s| <= 0.1716, remainder below 1e-18).
    """
    m, n = split_exponent(x)
    s = (m - 1.0) / (m + 1.0)
    t = s * s
    p = fma(t, 2.0 / 21.0, 2.0 / 19.0)
    p = fma(p, t, 2.0 / 17.0)
    p = fma(p, t, 2.0 / 15.0)
    p = fma(p, t, 2.0 / 13.0)
    p = fma(p, t, 2.0 / 11.0)
    p = fma(p, t, 2.0 / 9.0)
    p = fma(p, t, 2.0 / 7.0)
    p = fma(p, t, 2.0 / 5.0)
    p = fma(p, t, 2.0 / 3.0)
    p = fma(p, t, 2.0)
    return fma(n, _LN2_HIGH, fma(p, s, n * _LN2_LOW))
