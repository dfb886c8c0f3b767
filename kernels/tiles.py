"""How rows are cut into tiles and chunks, and how a pass lays out the sums it makes.

A tile is what one core works on at a time: TILE rows, column by column, so that every inner loop
runs along rows and vectorises. A chunk is a run of tiles that one core sums up on its own; chunks
are then added in order. Their number depends on the problem alone, never on the number of threads,
so a pass gives the same bits however many threads share it.

The sums of one chunk are one row of float64:
    [log-likelihood, classification entropy, nk (K), first moments (K * D), second moments (K * M)]
with M = D * (D + 1) / 2 (packed lower triangles, row by row) or M = D (diagonals).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel

TILE = 128

_ROWS_PER_CHUNK = 32 * TILE
_MOST_CHUNKS = 256
_FEWEST_CHUNKS = 32
_MOST_BYTES = 64 << 20

# Positions in the control array that a pass shares with other threads.
TICKET = 0
CANCELLED = 1


def packed_size(n_features: int) -> int:
    """Entries of one packed lower triangle."""
    return n_features * (n_features + 1) // 2


def n_sums(n_components: int, n_features: int, n_second: int) -> int:
    """Length of one row of sums; `n_second` entries of second moments per component."""
    return 2 + n_components * (1 + n_features + n_second)


def n_chunks(n_samples: int, row_length: int) -> int:
    """Into how many chunks a pass over so many rows is cut, for sums of that row length."""
    affordable = max(_FEWEST_CHUNKS, _MOST_BYTES // (8 * row_length))
    return max(1, min(n_samples // _ROWS_PER_CHUNK, _MOST_CHUNKS, affordable))


def new_control() -> NDArray[np.int64]:
    """A control array: [next chunk to hand out, whether the pass is cancelled]."""
    return np.zeros(2, dtype=np.int64)


@kernel
def chunk_start(chunk: int, n_chunks: int, n_samples: int) -> int:
    """First row of a chunk; chunks are whole tiles, as even as can be."""
    n_tiles = (n_samples + TILE - 1) // TILE
    return min(n_samples, (n_tiles * chunk // n_chunks) * TILE)


@kernel
def add_chunks(chunk_sums, sums) -> None:
    """sums (S,) = the rows of chunk_sums (C, S) added in order."""
    sums[:] = 0.0
    for chunk in range(chunk_sums.shape[0]):
        for i in range(sums.size):
            sums[i] += chunk_sums[chunk, i]
