"""The exponents of float64 vectors, as integers in the high bits of their lanes."""

from __future__ import annotations

import numpy as np

from kernels.simd import DOUBLES, INTS, LANES, emit_call, vector

from llvmlite import ir
from numba.core.types.containers import UniTuple
from numba.extending import intrinsic

_MANTISSA_BITS = 52
# Bits of sqrt(1/2): mantissas are taken from there, so that logarithms near 1 lose nothing.
_SQRT_HALF = 0x3FE6A09E667F3BCD
# Bits of 2**(i/16), less those that the low bits of n, shifted as below, add for i.
_SIXTEENTHS = [
    int(np.float64(2.0 ** (i / 16)).view(np.int64)) - (i << (_MANTISSA_BITS - 4)) for i in range(16)
]


@intrinsic
def add_exponent(typingctx, x, shifted):
    """x * 2**n, where n stands in the low bits of `shifted`, a number with an odd large offset.

    x and the result must be normal numbers.
    """

    def codegen(context, builder, sig, args):
        left = ir.Constant(INTS, [_MANTISSA_BITS] * LANES)
        steps = builder.shl(builder.bitcast(args[1], INTS), left)
        return builder.bitcast(builder.add(builder.bitcast(args[0], INTS), steps), DOUBLES)

    return vector(vector, vector), codegen


@intrinsic
def power_of_sixteenths(typingctx, shifted):
    """2**(n/16), where n stands in the low bits of `shifted`, a number with an odd large offset.

    The powers of sixteenths lie in two registers, from which one instruction of AVX-512 takes those
    of all lanes. The result must be a normal number.
    """

    def codegen(context, builder, sig, args):
        low, high = ir.Constant(INTS, _SIXTEENTHS[:8]), ir.Constant(INTS, _SIXTEENTHS[8:])
        n = builder.bitcast(args[0], INTS)
        name = "llvm.x86.avx512.vpermi2var.q.512"
        fractions = emit_call(builder, name, INTS, [low, n, high])
        steps = builder.shl(n, ir.Constant(INTS, [_MANTISSA_BITS - 4] * LANES))
        return builder.bitcast(builder.add(fractions, steps), DOUBLES)

    return vector(vector), codegen


@intrinsic
def split_exponent(typingctx, x):
    """(m, n) with x = m * 2**n and m from sqrt(1/2) to sqrt(2), for positive normal numbers."""
    pair = UniTuple(vector, 2)

    def codegen(context, builder, sig, args):
        bits = builder.bitcast(args[0], INTS)
        above = builder.sub(bits, ir.Constant(INTS, [_SQRT_HALF] * LANES))
        shift = ir.Constant(INTS, [_MANTISSA_BITS] * LANES)
        n = builder.ashr(above, shift)
        m = builder.bitcast(builder.sub(bits, builder.shl(n, shift)), DOUBLES)
        return context.make_tuple(builder, pair, [m, builder.sitofp(n, DOUBLES)])

    return pair(vector), codegen
