"""Rows of data as kernels see them: where they lie, not a copy of them.

Rows may be float64 or float32, in any memory order, in memory or mapped from a file. A kernel reads
them tile by tile. A tile is a few dozen to a few hundred rows, one feature per line, that stay in
the processor's nearest cache while all components look at them:

    tile = load_tile(rows, begin, n, scratch)       # (address, bytes per line)
    load(tile, d, b)                                # feature d of rows begin + b and the next ones

Where a feature's values lie side by side as float64, the tile is a window on the rows themselves;
everything else is copied into `scratch`, so that one compiled kernel serves all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined_part, kernel_part
from kernels.several import load_lines, store_lines, transposed, zeros
from kernels.simd import (
    LANES,
    address_of,
    float32_at,
    float64_at,
    load,
    load_float32,
    load_float32_strided,
    load_float64_strided,
    prefetch,
    store,
)

# Rows that the innermost loops take at once: four registers.
GROUP = 4 * LANES

# Lines of more features than that lie on too many pages of memory to be read again and again.
_MOST_IN_PLACE = 8

# Rows of which one feature after the other is copied: longer runs of one feature each lead the
# processor to fetch what lies behind them, which nobody needs yet.
_RUN = 2 * GROUP

_LIKE_LANES = zeros(LANES)

# Bytes of a line of the processor's cache.
_CACHE_LINE = 64


class Rows(NamedTuple):
    """Where N rows of D numbers lie. Whoever makes one keeps the array alive.

    Attributes
    ----------
    address : of the first number.
    feature_stride : bytes from one feature to the next in a row.
    row_stride : bytes from one row to the next.
    itemsize : 8 for float64, 4 for float32.
    n_samples, n_features : N and D.
    """

    address: int
    feature_stride: int
    row_stride: int
    itemsize: int
    n_samples: int
    n_features: int


NOTHING_AHEAD = (Rows(0, 0, 0, 0, 0, 0), 0)


def rows_of(X: NDArray[np.floating]) -> Rows:
    """Describe the rows of X (N, D), float64 or float32, in any memory order.

    Raises
    ------
    TypeError
        X holds other numbers, or numbers in another byte order, or is not two-dimensional.
    """
    if X.ndim != 2 or X.dtype not in (np.float64, np.float32) or not X.flags.aligned:
        raise TypeError(f"kernels read 2-D float64 or float32, not {X.ndim}-D {X.dtype}")
    n_samples, n_features = X.shape
    row_stride, feature_stride = X.strides
    address = X.__array_interface__["data"][0]
    return Rows(address, feature_stride, row_stride, X.itemsize, n_samples, n_features)


@inlined_part
def padded(n):
    """n, rounded up to whole groups of rows."""
    return (n + GROUP - 1) // GROUP * GROUP


@kernel_part
def new_lines(n_lines, width):
    """(n_lines, width) float64, uninitialised, that begin where a vector register may be stored at
    once; a vector that straddles two lines of the processor's cache takes twice the time."""
    size = n_lines * width
    numbers = np.empty(size + _CACHE_LINE // 8)
    skipped = -address_of(numbers) % _CACHE_LINE // 8
    return numbers[skipped : skipped + size].reshape(n_lines, width)


@kernel_part
def load_tile(rows, begin, n, scratch):
    """The tile of rows begin to begin + n; if n is no multiple of GROUP, its last row is repeated.

    Parameters
    ----------
    rows : Rows.
    begin, n : first row, and how many, at most the width of `scratch` less LANES.
    scratch : (D, width) float64, C order. Overwritten where the rows cannot be read in place.

    Returns (address, bytes per line), which `simd.load` reads as a matrix of D lines.
    """
    first = rows.address + begin * rows.row_stride
    side_by_side = rows.row_stride == 8 and rows.itemsize == 8 and n % GROUP == 0
    if side_by_side and rows.n_features <= _MOST_IN_PLACE:
        return first, rows.feature_stride
    in_blocks = 0
    if rows.feature_stride == 8 and rows.itemsize == 8:
        in_blocks = rows.n_features // LANES * LANES
        _copy_blocks(first, rows.row_stride, n, scratch, in_blocks)
    for b in range(0, n, _RUN):
        for d in range(in_blocks, rows.n_features):
            start = first + d * rows.feature_stride
            if rows.itemsize == 8:
                _copy_float64(start, rows.row_stride, b, min(n, b + _RUN), scratch, d)
            else:
                _copy_float32(start, rows.row_stride, b, min(n, b + _RUN), scratch, d)
    for d in range(rows.n_features):
        for b in range(n, padded(n)):
            scratch[d, b] = scratch[d, n - 1]
    return address_of(scratch), scratch.shape[1] * 8


@inlined_part
def prefetch_share(ahead, b, first, last):
    """Ask for shares `first` to `last`, of GROUP, of the GROUP rows from b on, without waiting.

    Memory brings a line of the cache in some 15 cycles, and no more than two dozen at once: who
    asks for some now and then while computing never waits.

    Not for rows with far more between them than they hold: of those it would bring too much.

    Parameters
    ----------
    ahead : (Rows, row that b counts from). It may lie beyond the last.
    b : the first of the GROUP rows.
    first, last : which shares.
    """
    rows, begin = ahead
    start = rows.address + (begin + b) * rows.row_stride
    last = min(last, GROUP)
    if rows.feature_stride <= rows.row_stride <= 2 * rows.n_features * rows.itemsize:
        for past in range(first * rows.row_stride, last * rows.row_stride, _CACHE_LINE):
            prefetch(start + past)
    elif rows.row_stride < rows.feature_stride:
        for d in range(rows.n_features * first // GROUP, rows.n_features * last // GROUP):
            for past in range(0, GROUP * rows.row_stride, _CACHE_LINE):
                prefetch(start + d * rows.feature_stride + past)


@inlined_part
def number_in(tile, d, b):
    """Feature d of row b of a tile."""
    return float64_at(tile[0] + d * tile[1] + 8 * b)


@inlined_part
def _copy_blocks(start, row_stride, n, scratch, n_features):
    """scratch[d, b] = feature d of row b, of float64 whose rows lie in one piece; by square blocks.

    n_features is a multiple of LANES.
    """
    whole = n // LANES * LANES
    for b in range(0, whole, LANES):
        rows = (start + b * row_stride, row_stride)
        for d in range(0, n_features, LANES):
            store_lines(scratch, d, b, transposed(load_lines(rows, 0, d, _LIKE_LANES)))
    for b in range(whole, n):
        for d in range(n_features):
            scratch[d, b] = float64_at(start + b * row_stride + 8 * d)


@inlined_part
def _copy_float64(start, stride, begin, end, scratch, d):
    """scratch[d, begin:end] = float64 that lie `stride` bytes apart; as many as can be, in vectors.

    `begin` is a multiple of LANES.
    """
    whole = end // LANES * LANES
    if stride == 8:
        for b in range(begin, whole, LANES):
            store(scratch, d, b, load((start, stride), 0, b))
    else:
        for b in range(begin, whole, LANES):
            store(scratch, d, b, load_float64_strided(start + b * stride, stride))
    for b in range(whole, end):
        scratch[d, b] = float64_at(start + b * stride)


@inlined_part
def _copy_float32(start, stride, begin, end, scratch, d):
    """As `_copy_float64`, from float32."""
    whole = end // LANES * LANES
    if stride == 4:
        for b in range(begin, whole, LANES):
            store(scratch, d, b, load_float32(start + b * stride))
    else:
        for b in range(begin, whole, LANES):
            store(scratch, d, b, load_float32_strided(start + b * stride, stride))
    for b in range(whole, end):
        scratch[d, b] = float32_at(start + b * stride)
