"""Explicit SIMD vectors for kernels: a Numba type that is one register of float64.

LLVM vectorises simple loops by itself, but not sums that stay in registers across an inner loop,
nor small matrix products; and it takes seconds to find out. Here a kernel says what it wants:

    u = load(columns, d, row) - mean        # LANES rows at once
    total = fma(u, u, total)                # u * u + total

A `Vector` has LANES lanes: 8 with AVX-512, 4 with AVX, else 2. Operators +, - and * take two
vectors, or a vector and a float64 that goes to all lanes. Memory is named in three ways: by a 1-D
array and an index, by a C-ordered 2-D array and two indices, or by a tile, a tuple
(address, bytes per line) of rows that lie wherever they lie (see kernels/tiles.py), and two
indices. No index is checked.
"""

from __future__ import annotations

import operator

from kernels.jit import vector_lanes

from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

LANES = vector_lanes()

_DOUBLE = ir.DoubleType()
_FLOAT = ir.FloatType()
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
DOUBLES = ir.VectorType(_DOUBLE, LANES)
_FLOATS = ir.VectorType(_FLOAT, LANES)
INTS = ir.VectorType(_INT64, LANES)
# A product may be fused with the sum it goes into; nothing may be reordered.
_FLAGS = ("contract", "nsz")


class VectorType(types.Type):
    """The Numba type of a Vector."""

    def __init__(self) -> None:
        super().__init__(name=f"float64x{LANES}")


vector = VectorType()


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, DOUBLES)


def splat(builder, scalar):
    """IR: a scalar in all lanes."""
    undefined = ir.Constant(DOUBLES, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(_INT32, 0))
    everywhere = ir.Constant(ir.VectorType(_INT32, LANES), [0] * LANES)
    return builder.shuffle_vector(first, undefined, everywhere)


def as_vector(builder, kind, value):
    """IR: a Vector as it is, a float64 in all lanes."""
    return value if isinstance(kind, VectorType) else splat(builder, value)


def emit_call(builder, name, result, args):
    """IR: call a function that LLVM knows by name."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    known = builder.module.globals.get(name)
    return builder.call(known or ir.Function(builder.module, kind, name), args)


def emit_fma(builder, x, y, z):
    """IR: x * y + z of vectors, in one instruction where the processor has one."""
    return emit_call(builder, f"llvm.fmuladd.v{LANES}f64", DOUBLES, [x, y, z])


def _register_operator(function, instruction):
    kinds = [(vector, vector), (vector, types.float64), (types.float64, vector)]

    @infer_global(function)
    class _Template(ConcreteTemplate):
        cases = [signature(vector, *kind) for kind in kinds]  # noqa: RUF012

    for kind in kinds:

        @lower_builtin(function, *kind)
        def lower(context, builder, sig, args):
            both = [as_vector(builder, *pair) for pair in zip(sig.args, args, strict=True)]
            return getattr(builder, instruction)(*both, flags=_FLAGS)


_register_operator(operator.add, "fadd")
_register_operator(operator.sub, "fsub")
_register_operator(operator.mul, "fmul")
_register_operator(operator.truediv, "fdiv")


def element_pointer(context, builder, kind, source, index):
    """IR: pointer to an element of a 1-D or C-ordered 2-D array, or of a tile."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, source)
        offset = index[0]
        if len(index) == 2:
            width = builder.extract_value(array.shape, 1)
            offset = builder.add(builder.mul(index[0], width), index[1])
        return builder.gep(array.data, [offset])
    line = builder.mul(index[0], builder.extract_value(source, 1))
    address = builder.add(builder.extract_value(source, 0), line)
    start = builder.inttoptr(address, _DOUBLE.as_pointer())
    return builder.gep(start, [index[1]])


def load_doubles(builder, pointer):
    """IR: LANES float64 from memory."""
    return builder.load(builder.bitcast(pointer, DOUBLES.as_pointer()), align=8)


def store_doubles(builder, value, pointer):
    """IR: LANES float64 into memory."""
    builder.store(value, builder.bitcast(pointer, DOUBLES.as_pointer()), align=8)


@intrinsic
def broadcast(typingctx, x):
    """A float64 in all lanes."""

    def codegen(context, builder, sig, args):
        return splat(builder, args[0])

    return vector(types.float64), codegen


@intrinsic
def load(typingctx, source, i, j):
    """The Vector at source[i, j : j + LANES]."""

    def codegen(context, builder, sig, args):
        at = element_pointer(context, builder, sig.args[0], args[0], args[1:])
        return load_doubles(builder, at)

    return vector(source, types.int64, types.int64), codegen


@intrinsic
def store(typingctx, target, i, j, value):
    """target[i, j : j + LANES] = value."""

    def codegen(context, builder, sig, args):
        at = element_pointer(context, builder, sig.args[0], args[0], args[1:3])
        store_doubles(builder, args[3], at)
        return context.get_dummy_value()

    return types.void(target, types.int64, types.int64, vector), codegen


@intrinsic
def load_1d(typingctx, source, i):
    """The Vector at source[i : i + LANES] of a 1-D array."""

    def codegen(context, builder, sig, args):
        at = element_pointer(context, builder, sig.args[0], args[0], args[1:])
        return load_doubles(builder, at)

    return vector(source, types.int64), codegen


@intrinsic
def store_1d(typingctx, target, i, value):
    """target[i : i + LANES] = value, of a 1-D array."""

    def codegen(context, builder, sig, args):
        at = element_pointer(context, builder, sig.args[0], args[0], args[1:2])
        store_doubles(builder, args[2], at)
        return context.get_dummy_value()

    return types.void(target, types.int64, vector), codegen


def _emit_number(builder, kind, address):
    """IR: the number of that kind at an address, as a double."""
    number = builder.load(builder.inttoptr(address, kind.as_pointer()))
    return builder.fpext(number, _DOUBLE) if kind is _FLOAT else number


def _strided_loader(kind):
    """Code generator of a function (address, stride) that gathers a Vector of that kind."""

    def codegen(context, builder, sig, args):
        address, stride = args
        result = ir.Constant(DOUBLES, ir.Undefined)
        for lane in range(LANES):
            number = _emit_number(builder, kind, address)
            result = builder.insert_element(result, number, ir.Constant(_INT32, lane))
            address = builder.add(address, stride)
        return result

    return codegen


@intrinsic
def load_float64_strided(typingctx, address, stride):
    """The Vector of LANES float64 that lie `stride` bytes apart from an address on."""
    return vector(types.int64, types.int64), _strided_loader(_DOUBLE)


@intrinsic
def load_float32_strided(typingctx, address, stride):
    """The Vector of LANES float32 that lie `stride` bytes apart from an address on."""
    return vector(types.int64, types.int64), _strided_loader(_FLOAT)


@intrinsic
def load_float32(typingctx, address):
    """The Vector of LANES float32 that lie side by side from an address on."""

    def codegen(context, builder, sig, args):
        at = builder.inttoptr(args[0], _FLOATS.as_pointer())
        return builder.fpext(builder.load(at, align=4), DOUBLES)

    return vector(types.int64), codegen


@intrinsic
def prefetch(typingctx, address):
    """Ask for the cache line at an address, which need not be a valid one, without waiting."""

    def codegen(context, builder, sig, args):
        pointer = builder.inttoptr(args[0], ir.IntType(8).as_pointer())
        read, near, data = (ir.Constant(_INT32, i) for i in (0, 2, 1))
        emit_call(builder, "llvm.prefetch.p0", ir.VoidType(), [pointer, read, near, data])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def float64_at(typingctx, address):
    """The float64 at an address."""

    def codegen(context, builder, sig, args):
        return _emit_number(builder, _DOUBLE, args[0])

    return types.float64(types.int64), codegen


@intrinsic
def float32_at(typingctx, address):
    """The float32 at an address, as float64."""

    def codegen(context, builder, sig, args):
        return _emit_number(builder, _FLOAT, args[0])

    return types.float64(types.int64), codegen


@intrinsic
def address_of(typingctx, array):
    """Where the first element of an array lies."""
    if not isinstance(array, types.Array):
        return None

    def codegen(context, builder, sig, args):
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.ptrtoint(data, _INT64)

    return types.int64(array), codegen


def _is_number(kind):
    return isinstance(kind, VectorType | types.Float)


@intrinsic
def fma(typingctx, x, y, z):
    """x * y + z; each a Vector or a float64 that goes to all lanes."""
    if not all(map(_is_number, (x, y, z))):
        return None

    def codegen(context, builder, sig, args):
        return emit_fma(
            builder, *(as_vector(builder, *p) for p in zip(sig.args, args, strict=True))
        )

    return vector(x, y, z), codegen


def _comparison(sign):
    def codegen(context, builder, sig, args):
        x, y = (as_vector(builder, *pair) for pair in zip(sig.args, args, strict=True))
        return builder.select(builder.fcmp_ordered(sign, x, y), x, y)

    return codegen


@intrinsic
def maximum(typingctx, x, y):
    """The larger of x and y, lane by lane; y where x is not a number."""
    if not (_is_number(x) and _is_number(y)):
        return None
    return vector(x, y), _comparison(">")


@intrinsic
def minimum(typingctx, x, y):
    """The smaller of x and y, lane by lane; y where x is not a number."""
    if not (_is_number(x) and _is_number(y)):
        return None
    return vector(x, y), _comparison("<")


@intrinsic
def choose_greater(typingctx, x, y, then, otherwise):
    """`then` in the lanes where x > y, `otherwise` in the others."""
    if not all(map(_is_number, (x, y, then, otherwise))):
        return None

    def codegen(context, builder, sig, args):
        x, y, then, otherwise = (
            as_vector(builder, *pair) for pair in zip(sig.args, args, strict=True)
        )
        return builder.select(builder.fcmp_ordered(">", x, y), then, otherwise)

    return vector(x, y, then, otherwise), codegen


@intrinsic
def square_root(typingctx, x):
    """The square root, lane by lane."""

    def codegen(context, builder, sig, args):
        return emit_call(builder, f"llvm.sqrt.v{LANES}f64", DOUBLES, args)

    return vector(vector), codegen


def emit_lane(builder, value, lane):
    """IR: one lane of a vector."""
    return builder.extract_element(value, ir.Constant(_INT32, lane))


@intrinsic
def sum_lanes(typingctx, x):
    """The sum of all lanes, in pairs."""

    def codegen(context, builder, sig, args):
        terms = [emit_lane(builder, args[0], lane) for lane in range(LANES)]
        while len(terms) > 1:
            half = len(terms) // 2
            terms = [builder.fadd(terms[i], terms[i + half]) for i in range(half)]
        return terms[0]

    return types.float64(vector), codegen
