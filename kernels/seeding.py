"""k-means++ draws and Lloyd steps, to place the first components of a fit."""

from __future__ import annotations

import numpy as np

from kernels.jit import inlined_part, kernel_part, parallel_kernel, take_ticket
from kernels.rows import GROUP, load_tile, new_lines, number_in, padded
from kernels.several import (
    LIKE_FOUR,
    load_along,
    minus,
    plus_product,
    repeated,
    store_along,
    times,
)
from kernels.simd import LANES, choose_greater, load_1d, store_1d
from kernels.tiles import CANCELLED, TICKET, chunk_start, tile_rows

from numba import prange


@inlined_part
def _squared_distances(tile, n, centers, k, scales, distances):
    """distances[0, :n] = squared scaled distances of a tile's rows from centre k."""
    for b in range(0, n, GROUP):
        result = repeated(0.0, LIKE_FOUR)
        for d in range(scales.size):
            u = times(minus(load_along(tile, d, b, LIKE_FOUR), centers[k, d]), scales[d])
            result = plus_product(result, u, u)
        store_along(distances, 0, b, result)


@inlined_part
def _nearest(tile, n, centers, first, scales, squared, least, labels):
    """Lower `least` where one of the centres from `first` on is nearer, and set the label there."""
    for k in range(first, centers.shape[0]):
        _squared_distances(tile, n, centers, k, scales, squared)
        for b in range(0, n, LANES):
            before = load_1d(least, b)
            distance = load_1d(squared[0], b)
            label = choose_greater(before, distance, np.float64(k), load_1d(labels, b))
            store_1d(labels, b, label)
            store_1d(least, b, choose_greater(before, distance, distance, before))


@kernel_part
def _assign_chunks(rows, centers, first, scales, control, distances, chunk_sums):
    """One worker: draw chunks until none is left, and fill their rows of chunk_sums."""
    n_components, n_features = centers.shape
    most = tile_rows(n_components, n_features)
    width = most + LANES
    copied, squared = new_lines(n_features, width), new_lines(1, width)
    least, labels = np.zeros(width), np.zeros(width)
    n_chunks = chunk_sums.shape[0]
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        chunk_sums[chunk] = 0.0
        sums = chunk_sums[chunk, 1:].reshape(n_components, 1 + n_features)
        stop = chunk_start(chunk + 1, n_chunks, rows.n_samples)
        for begin in range(chunk_start(chunk, n_chunks, rows.n_samples), stop, most):
            if control[CANCELLED]:
                return
            n_rows = min(most, stop - begin)
            tile = load_tile(rows, begin, n_rows, copied)
            for b in range(n_rows):
                least[b] = distances[begin + b]
            _nearest(tile, padded(n_rows), centers, first, scales, squared, least, labels)
            for b in range(n_rows):
                distances[begin + b] = least[b]
                chunk_sums[chunk, 0] += least[b]
                k = np.int64(labels[b])
                sums[k, 0] += 1.0
                for d in range(n_features):
                    sums[k, 1 + d] += number_in(tile, d, b)


@parallel_kernel
def assign_to_centers(rows, centers, first, scales, n_workers, control, distances, chunk_sums):
    """Give each row to its nearest centre, and sum up what the next centres need.

    Serves both k-means++ (Arthur & Vassilvitskii 2007), where one centre is new and `distances`
    are those from the others, and Lloyd's steps (1982), where all are new.

    Parameters
    ----------
    rows : Rows.
    centers : (K, D) float64, C order.
    first : the centres from this one on are new.
    scales : (D,) float64: factors that make the features' units comparable.
    n_workers : how many workers share the chunks; any number gives the same bits.
    control : (2,) int64 from `tiles.new_control`, as for `em_pass.em_pass`.
    distances : (N,) float64. In: squared scaled distances to the nearest of the centres before
        `first`, inf where there are none. Out: to the nearest of all.
    chunk_sums : (C, 1 + K * (1 + D)) float64, C order. Out, for each chunk of rows: the sum of
        `distances`, and, where all centres are new, for each of them how many rows are nearest to
        it, and the sums of their features.

    Returns whether all rows were looked at. Each chunk belongs to one worker, so no two threads
    write one element.
    """
    control[TICKET] = 0
    for _ in prange(n_workers):
        _assign_chunks(rows, centers, first, scales, control, distances, chunk_sums)
    return control[CANCELLED] == 0
