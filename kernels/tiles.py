"""How rows are cut into tiles and chunks, and how a pass lays out the sums it makes.

A tile is what one core works on at a time (see kernels/rows.py). A chunk is a run of tiles that one
core sums up on its own; chunks are then added in order. Sizes and numbers depend on the problem
alone, never on the number of threads, so a pass gives the same bits however many threads share it.

The sums of one chunk are one row of float64:
    [log-likelihood, classification entropy, then for each component:
        nk, first moment (D), second moment (M)]
with M = D * (D + 1) / 2 (packed lower triangle, row by row) or M = D (diagonal).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined_part, shared
from kernels.rows import GROUP
from kernels.simd import LANES

# Sums before those of the components: log-likelihood and classification entropy.
N_TOTALS = 2

# The product of so many sums of shares stays finite (see kernels/posterior.py).
_MOST_VECTORS = 48
_MOST_LOG_PROB = 1 << 16
_MOST_WORK = 1 << 26

_ROWS_PER_CHUNK = 4096
_MOST_CHUNKS = 256
# Chunks enough for many cores, unless one has so many sums that memory would run short.
_ENOUGH_CHUNKS = 32
_MANY_BYTES = 64 << 20
_MOST_BYTES = 256 << 20

# Multiply-adds below which waking another thread costs more than it saves (about 20 us).
_WORK_PER_WORKER = 400_000

# Positions in the control array that a pass shares with other threads.
TICKET = 0
CANCELLED = 1


@shared
def packed_size(n_features: int) -> int:
    """Entries of one packed lower triangle."""
    return n_features * (n_features + 1) // 2


def n_sums(n_components: int, n_features: int, n_second: int) -> int:
    """Length of one row of sums; `n_second` entries of second moments per component."""
    return N_TOTALS + n_components * (1 + n_features + n_second)


def n_chunks(n_samples: int, row_length: int) -> int:
    """Into how many chunks a pass over so many rows is cut, for sums of that row length."""
    in_many_bytes, in_most_bytes = (b // (8 * row_length) for b in (_MANY_BYTES, _MOST_BYTES))
    affordable = min(max(_ENOUGH_CHUNKS, in_many_bytes), in_most_bytes)
    return max(1, min(n_samples // _ROWS_PER_CHUNK, _MOST_CHUNKS, affordable))


def n_workers(n_threads: int, work: int, n_chunks: int) -> int:
    """How many threads are worth waking for so many multiply-adds in so many chunks."""
    return max(1, min(n_threads, n_chunks, work // _WORK_PER_WORKER))


def new_control() -> NDArray[np.int64]:
    """A control array: [next chunk to hand out, whether the pass is cancelled]."""
    return np.zeros(2, dtype=np.int64)


@shared
def tile_rows(n_components: int, n_features: int) -> int:
    """Rows of a tile: many, so that what is done once per tile and component costs little.

    But no more than let the log-probabilities of many components stay in the processor's second
    cache, and a component of a tile be done in a few milliseconds, between two looks at the cancel
    flag.
    """
    affordable = min(_MOST_LOG_PROB // n_components, _MOST_WORK // n_features**2)
    return max(GROUP, min(_MOST_VECTORS * LANES, affordable // GROUP * GROUP))


@shared
def chunk_start(chunk: int, n_chunks: int, n_samples: int) -> int:
    """First row of a chunk; chunks are whole groups of rows, as even as can be."""
    n_groups = (n_samples + GROUP - 1) // GROUP
    return min(n_samples, (n_groups * chunk // n_chunks) * GROUP)


@inlined_part
def add_chunks(chunk_sums, control, sums):
    """sums (S,) = the rows of chunk_sums (C, S) added in order, unless the pass is cancelled."""
    for i in range(sums.size):
        sums[i] = chunk_sums[0, i]
    for chunk in range(1, chunk_sums.shape[0]):
        if control[CANCELLED]:
            return
        for i in range(sums.size):
            sums[i] += chunk_sums[chunk, i]
