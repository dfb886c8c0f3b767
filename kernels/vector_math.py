"""exp and log that LLVM can vectorise: branch-free arithmetic, no call into a C library."""

from __future__ import annotations

from kernels.jit import bits_from_float, float_from_bits, ordered_kernel

# Below this, exp is taken as exp(-708.) ~ 3e-308: the smallest normal numbers, harmless in sums.
_EXP_LOWEST = -708.0
_EXP_HIGHEST = 709.0
_LOG2_E = 1.4426950408889634
# ln 2 in two parts, the first with 21 trailing zero bits, so that n * _LN2_HIGH is exact.
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
# Adding 1.5 * 2**52 rounds to an integer, which then stands in the low bits of the sum.
_ROUNDER = 6755399441055744.0

_MANTISSA = 0x000FFFFFFFFFFFFF
_SQRT_HALF_BITS = 0x3FE6A09E667F3BCD


@ordered_kernel
def exp(x: float) -> float:
    """exp(x) of one float64, relative error below 1e-15; x is clamped to [-708, 709].

    exp(x) = 2**n * exp(r) with n = round(x / ln 2) and |r| <= ln(2)/2; exp(r) by its Taylor
    polynomial of degree 13, whose remainder is below 5e-18.
    """
    x = min(max(x, _EXP_LOWEST), _EXP_HIGHEST)
    shifted = x * _LOG2_E + _ROUNDER
    n = bits_from_float(shifted) - bits_from_float(_ROUNDER)
    steps = float(n)
    r = (x - steps * _LN2_HIGH) - steps * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return float_from_bits(bits_from_float(p) + (n << 52))


@ordered_kernel
def log(x: float) -> float:
    """log(x) of one positive normal float64, relative error below 1e-14 away from x = 1.

    x = 2**n * m with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1)/(m + 1), by its
    odd series up to s**21 (|s| <= 0.1716, remainder below 1e-18).
    """
    bits = bits_from_float(x)
    n = (bits - _SQRT_HALF_BITS) >> 52
    m = float_from_bits(bits - (n << 52))
    s = (m - 1.0) / (m + 1.0)
    t = s * s
    p = 2.0 / 21.0
    p = p * t + 2.0 / 19.0
    p = p * t + 2.0 / 17.0
    p = p * t + 2.0 / 15.0
    p = p * t + 2.0 / 13.0
    p = p * t + 2.0 / 11.0
    p = p * t + 2.0 / 9.0
    p = p * t + 2.0 / 7.0
    p = p * t + 2.0 / 5.0
    p = p * t + 2.0 / 3.0
    p = p * t + 2.0
    steps = float(n)
    return steps * _LN2_HIGH + (p * s + steps * _LN2_LOW)
