"""Several vectors at once: tuples of Vectors, unrolled while a kernel is compiled.

What is a loop over a handful of registers on paper is no loop in the machine code: each of these
functions takes a tuple of n Vectors (n is part of the type) and emits n instructions. A Vector or a
float64 beside a tuple goes to all of its members. Where a function makes a tuple, an argument
`like`, a tuple of n zeros, says how many.
"""

from __future__ import annotations

from kernels.simd import (
    LANES,
    VectorType,
    as_vector,
    element_pointer,
    emit_fma,
    load_doubles,
    splat,
    store_doubles,
    vector,
)

from llvmlite import ir
from numba.core import types
from numba.core.types.containers import BaseTuple, UniTuple
from numba.extending import intrinsic

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_DOUBLE = ir.DoubleType()


LIKE_FOUR = (0, 0, 0, 0)
LIKE_TWO = (0, 0)
LIKE_ONE = (0,)


def zeros(n):
    """A tuple of n zeros, to say `like`."""
    return (0,) * n


def _is_several(kind):
    return isinstance(kind, BaseTuple) and all(isinstance(t, VectorType) for t in kind)


def _members(builder, kind, value, n):
    """IR: the n vectors of a tuple; a vector or number n times."""
    if isinstance(kind, BaseTuple):
        return [builder.extract_value(value, i) for i in range(n)]
    return [as_vector(builder, kind, value)] * n


def _elementwise(emit, kinds):
    """Signature and code generator of a function that acts on each member alone."""
    counts = {len(kind) for kind in kinds if _is_several(kind)}
    if len(counts) != 1:
        return None
    n = counts.pop()
    result = UniTuple(vector, n)

    def codegen(context, builder, sig, args):
        operands = [_members(builder, *pair, n) for pair in zip(sig.args, args, strict=True)]
        results = [emit(builder, *members) for members in zip(*operands, strict=True)]
        return context.make_tuple(builder, result, results)

    return result(*kinds), codegen


@intrinsic
def minus(typingctx, x, y):
    """x - y."""
    return _elementwise(lambda builder, a, b: builder.fsub(a, b), (x, y))


@intrinsic
def plus(typingctx, x, y):
    """x + y."""
    return _elementwise(lambda builder, a, b: builder.fadd(a, b), (x, y))


@intrinsic
def times(typingctx, x, y):
    """x * y."""
    return _elementwise(lambda builder, a, b: builder.fmul(a, b), (x, y))


@intrinsic
def plus_product(typingctx, z, x, y):
    """z + x * y."""
    return _elementwise(lambda builder, c, a, b: emit_fma(builder, a, b, c), (z, x, y))


@intrinsic
def minus_product(typingctx, z, x, y):
    """z - x * y."""
    return _elementwise(
        lambda builder, c, a, b: emit_fma(builder, builder.fneg(a), b, c), (z, x, y)
    )


@intrinsic
def repeated(typingctx, x, like):
    """A float64 in all lanes of each of len(like) vectors."""
    result = UniTuple(vector, len(like))

    def codegen(context, builder, sig, args):
        member = as_vector(builder, sig.args[0], args[0])
        return context.make_tuple(builder, result, [member] * len(like))

    return result(x, like), codegen


def _shifted(builder, index, step):
    return builder.add(index, ir.Constant(_INT64, step))


@intrinsic
def load_lines(typingctx, source, i, j, like):
    """The Vectors at source[i, j:], source[i + 1, j:], ... of len(like) lines."""
    result = UniTuple(vector, len(like))

    def codegen(context, builder, sig, args):
        source, i, j = args[:3]
        pointers = [
            element_pointer(context, builder, sig.args[0], source, [_shifted(builder, i, d), j])
            for d in range(len(like))
        ]
        return context.make_tuple(builder, result, [load_doubles(builder, p) for p in pointers])

    return result(source, types.int64, types.int64, like), codegen


@intrinsic
def load_along(typingctx, source, i, j, like):
    """The Vectors at source[i, j:], source[i, j + LANES:], ...: len(like) of one line."""
    result = UniTuple(vector, len(like))

    def codegen(context, builder, sig, args):
        start = element_pointer(context, builder, sig.args[0], args[0], args[1:3])
        pointers = [builder.gep(start, [ir.Constant(_INT64, LANES * d)]) for d in range(len(like))]
        return context.make_tuple(builder, result, [load_doubles(builder, p) for p in pointers])

    return result(source, types.int64, types.int64, like), codegen


@intrinsic
def store_lines(typingctx, target, i, j, values):
    """target[i, j : j + LANES] = the first Vector, target[i + 1, ...] = the second, ..."""
    if not _is_several(values):
        return None

    def codegen(context, builder, sig, args):
        for d, value in enumerate(_members(builder, sig.args[3], args[3], len(values))):
            index = [_shifted(builder, args[1], d), args[2]]
            at = element_pointer(context, builder, sig.args[0], args[0], index)
            store_doubles(builder, value, at)
        return context.get_dummy_value()

    return types.void(target, types.int64, types.int64, values), codegen


@intrinsic
def store_along(typingctx, target, i, j, values):
    """target[i, j:] = the Vectors of a tuple, one behind the other."""
    if not _is_several(values):
        return None

    def codegen(context, builder, sig, args):
        start = element_pointer(context, builder, sig.args[0], args[0], args[1:3])
        for d, value in enumerate(_members(builder, sig.args[3], args[3], len(values))):
            store_doubles(builder, value, builder.gep(start, [ir.Constant(_INT64, LANES * d)]))
        return context.get_dummy_value()

    return types.void(target, types.int64, types.int64, values), codegen


@intrinsic
def broadcast_along(typingctx, source, i, j, like):
    """source[i, j], source[i, j + 1], ..., each in all lanes of a Vector of its own."""
    result = UniTuple(vector, len(like))

    def codegen(context, builder, sig, args):
        start = element_pointer(context, builder, sig.args[0], args[0], args[1:3])
        numbers = [
            builder.load(builder.gep(start, [ir.Constant(_INT64, d)])) for d in range(len(like))
        ]
        return context.make_tuple(builder, result, [splat(builder, x) for x in numbers])

    return result(source, types.int64, types.int64, like), codegen


@intrinsic
def minus_squared_norm(typingctx, start, factor, u):
    """start - |W u|**2, with the lower triangle of W packed row by row in the tuple `factor`."""
    if not (_is_several(factor) and _is_several(u)):
        return None
    n = len(u)

    def codegen(context, builder, sig, args):
        result = args[0]
        w = iter(_members(builder, sig.args[1], args[1], n * (n + 1) // 2))
        us = _members(builder, sig.args[2], args[2], n)
        for j in range(n):
            y = builder.fmul(next(w), us[0])
            for i in range(1, j + 1):
                y = emit_fma(builder, next(w), us[i], y)
            result = emit_fma(builder, builder.fneg(y), y, result)
        return result

    return vector(vector, factor, u), codegen


@intrinsic
def plus_outer_rows(typingctx, sums, x, y):
    """sums plus the last len(x) rows of a packed lower triangle of (.., x) y', row by row."""
    if not (_is_several(sums) and _is_several(x) and _is_several(y)):
        return None
    above = len(y) - len(x)

    def codegen(context, builder, sig, args):
        before = iter(_members(builder, sig.args[0], args[0], len(sums)))
        xs = _members(builder, sig.args[1], args[1], len(x))
        ys = _members(builder, sig.args[2], args[2], len(y))
        after = [
            emit_fma(builder, xs[row], ys[i], next(before))
            for row in range(len(x))
            for i in range(above + row + 1)
        ]
        return context.make_tuple(builder, sums, after)

    return sums(sums, x, y), codegen


@intrinsic
def transposed(typingctx, lines):
    """LANES Vectors made of the first lanes of LANES others, of the second lanes, and so on."""
    if not (_is_several(lines) and len(lines) == LANES):
        return None

    def codegen(context, builder, sig, args):
        level = _members(builder, sig.args[0], args[0], LANES)
        step = 1
        while step < LANES:  # swap the blocks beside the diagonal, of single lanes, of pairs, ...
            for i in range(LANES):
                if not i & step:
                    level[i], level[i + step] = _swapped(builder, level[i], level[i + step], step)
            step *= 2
        return context.make_tuple(builder, lines, level)

    return lines(lines), codegen


def _swapped(builder, x, y, step):
    """IR: x and y, with every second run of `step` lanes of x in the place of y's run before it."""
    lanes = range(LANES)
    first = [i if not i & step else LANES + i - step for i in lanes]
    second = [i + step if not i & step else LANES + i for i in lanes]
    kind = ir.VectorType(_INT32, LANES)
    return [builder.shuffle_vector(x, y, ir.Constant(kind, mask)) for mask in (first, second)]


def _halve(builder, x, y, n_sources):
    """IR: lanes of x and y, each with partial sums of n_sources in runs of lanes, in one vector."""
    run = LANES // n_sources
    starts = [vector_start + run * s for vector_start in (0, LANES) for s in range(n_sources)]
    halves = []
    for begin in (0, run // 2):
        lanes = [start + begin + i for start in starts for i in range(run // 2)]
        mask = ir.Constant(ir.VectorType(_INT32, LANES), lanes)
        halves.append(builder.shuffle_vector(x, y, mask))
    return builder.fadd(*halves)


def _lane_sums(builder, vectors):
    """IR: a Vector with the lane sums of at most LANES vectors; a tree that sums all at once."""
    zero = ir.Constant(vectors[0].type, [0.0] * LANES)
    level = vectors + [zero] * (LANES - len(vectors))
    n_sources = 1
    while n_sources < LANES:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [_halve(builder, x, y, n_sources) for x, y in pairs]
        n_sources *= 2
    return level[0]


def _add_lanes(builder, pointer, value, n):
    """IR: add the first n lanes of a vector to n numbers in memory, in as few steps as can be."""
    begin = 0
    while begin < n:
        width = 1 << ((n - begin).bit_length() - 1)
        mask = ir.Constant(ir.VectorType(_INT32, width), list(range(begin, begin + width)))
        part = builder.shuffle_vector(value, ir.Constant(value.type, ir.Undefined), mask)
        at = builder.bitcast(
            builder.gep(pointer, [ir.Constant(_INT64, begin)]),
            ir.VectorType(_DOUBLE, width).as_pointer(),
        )
        builder.store(builder.fadd(builder.load(at, align=8), part), at, align=8)
        begin += width


@intrinsic
def add_lane_sums(typingctx, target, i, j, values):
    """Add to target[i, j] the lanes of the first Vector, to target[i, j + 1] of the second, ...

    `target` is a C-ordered 2-D array.
    """
    if not _is_several(values):
        return None

    def codegen(context, builder, sig, args):
        vectors = _members(builder, sig.args[3], args[3], len(values))
        for begin in range(0, len(vectors), LANES):
            some = vectors[begin : begin + LANES]
            index = [args[1], _shifted(builder, args[2], begin)]
            at = element_pointer(context, builder, sig.args[0], args[0], index)
            _add_lanes(builder, at, _lane_sums(builder, some), len(some))
        return context.get_dummy_value()

    return types.void(target, types.int64, types.int64, values), codegen
