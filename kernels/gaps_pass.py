"""The EM pass and the scores of rows with gaps (see kernels/gaps.py)."""

from __future__ import annotations

import numpy as np

# These register what the structures do in the kernels below.
import kernels.diagonal
import kernels.full_large  # noqa: F401
from kernels.density import write_labels, write_scores
from kernels.gaps import add_spread, complete, component_of, new_regression
from kernels.jit import kernel_part, parallel_kernel, take_ticket
from kernels.posterior import normalise_weighted_tile, shares_of_tile
from kernels.rows import NOTHING_AHEAD, new_lines, padded
from kernels.simd import LANES, address_of
from kernels.structures import add_moments, log_probabilities
from kernels.tiles import CANCELLED, N_TOTALS, TICKET, add_chunks, chunk_start, tile_rows

from numba import prange


@kernel_part
def _load(gaps, begin, n_rows, lines, weights):
    """Copy rows of a tile and their weights; rows that fill it up repeat the last and weigh 0."""
    for d in range(lines.shape[0]):
        for b in range(n_rows):
            lines[d, b] = gaps.values[d, begin + b]
        for b in range(n_rows, padded(n_rows)):
            lines[d, b] = lines[d, n_rows - 1]
    for b in range(padded(n_rows)):
        weights[b] = gaps.row_weights[begin + b] if b < n_rows else 0.0


@kernel_part
def _stretch(gaps, pattern, begin, n_rows):
    """The rows of a pattern within a tile, first and last; the last ones of all fill it up."""
    first = max(gaps.begins[pattern] - begin, 0)
    last = gaps.begins[pattern + 1] - begin
    return first, last if last < n_rows else padded(n_rows)


@kernel_part
def _first_pattern(gaps, row):
    return np.searchsorted(gaps.begins, row, side="right") - 1


@kernel_part
def _tile_log_probabilities(
    gaps, structure, precisions, begin, n_rows, control, lines, regression, above, log_prob
):
    """Base-2 log of weight times density of what is observed, per component and row."""
    n = padded(n_rows)
    tile = (address_of(lines), lines.shape[1] * 8)
    for k in range(log_prob.shape[0]):
        pattern, end = _first_pattern(gaps, begin), 0
        while end < n_rows:
            if control[CANCELLED]:
                return
            first, end = _stretch(gaps, pattern, begin, n_rows)
            above[first:end] = complete(
                gaps.missing[pattern], structure, precisions, k, regression, first, end, lines
            )[1]
            pattern += 1
        one, own = component_of(structure, k), log_prob[k : k + 1]
        log_probabilities(one, tile, n, NOTHING_AHEAD, control, own)
        for b in range(n):
            own[0, b] += above[b]


@kernel_part
def _add_tile_moments(
    gaps,
    structure,
    precisions,
    centers,
    begin,
    n_rows,
    control,
    lines,
    regression,
    shares,
    inverse,
    scratch,
    sums,
):
    """As `structures.add_moments`, of rows completed for each component anew."""
    n = padded(n_rows)
    tile = (address_of(lines), lines.shape[1] * 8)
    for k in range(centers.shape[0]):
        pattern, end = _first_pattern(gaps, begin), 0
        while end < n_rows:
            if control[CANCELLED]:
                return
            first, end = _stretch(gaps, pattern, begin, n_rows)
            nk = 0.0
            for b in range(first, end):
                nk += shares[k, b] * inverse[b]
            n_missing = complete(
                gaps.missing[pattern], structure, precisions, k, regression, first, end, lines
            )[0]
            add_spread(structure, k, nk, n_missing, regression, sums)
            pattern += 1
        one, own = component_of(structure, k), shares[k : k + 1]
        add_moments(
            one, centers[k : k + 1], tile, n, own, inverse, control, scratch, sums[k : k + 1]
        )


@kernel_part
def _work(gaps, structure, precisions, centers, control, chunk_sums):
    """One worker: draw chunks until none is left, and fill their rows of chunk_sums."""
    n_components, n_features = structure.means.shape
    n_chunks, n_samples = chunk_sums.shape[0], gaps.values.shape[1]
    most = tile_rows(n_components, n_features)
    width = most + LANES
    log_prob, lines = new_lines(n_components, width), new_lines(n_features, width)
    inverse, weights, above = new_lines(3, width)
    scratch = new_lines(4, width)
    regression = new_regression(n_features)
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        chunk_sums[chunk] = 0.0
        totals = chunk_sums[chunk, :N_TOTALS]
        sums = chunk_sums[chunk, N_TOTALS:].reshape(n_components, -1)
        stop = chunk_start(chunk + 1, n_chunks, n_samples)
        for begin in range(chunk_start(chunk, n_chunks, n_samples), stop, most):
            n_rows = min(most, stop - begin)
            _load(gaps, begin, n_rows, lines, weights)
            _tile_log_probabilities(
                gaps, structure, precisions, begin, n_rows, control, lines, regression, above,
                log_prob,
            )  # fmt: skip
            log_lik, entropy = normalise_weighted_tile(log_prob, padded(n_rows), weights, inverse)
            totals[0] += log_lik
            totals[1] += entropy
            _add_tile_moments(
                gaps, structure, precisions, centers, begin, n_rows, control, lines, regression,
                log_prob, inverse, scratch, sums,
            )  # fmt: skip
            if control[CANCELLED]:
                return


@parallel_kernel
def gaps_pass(gaps, structure, precisions, centers, n_workers, control, chunk_sums, sums):
    """As `em_pass.em_pass`, over rows with gaps: what is observed counts, and the moments are those
    that are expected of complete rows.

    Parameters
    ----------
    gaps : gaps.Gaps.
    structure : FullLarge or Diagonal.
    precisions : (K, D, D) float64, C order, or (K, D), their diagonals.
    centers, n_workers, control, chunk_sums, sums : as there.

    Returns whether the pass is complete; if not, `sums` must not be used.
    """
    control[TICKET] = 0
    for _ in prange(n_workers):
        _work(gaps, structure, precisions, centers, control, chunk_sums)
    add_chunks(chunk_sums, control, sums)
    return control[CANCELLED] == 0


@kernel_part
def _score_chunks(
    gaps, structure, precisions, control, n_chunks, resp, log_density, labels, uncertainty
):
    """One worker: draw chunks until none is left, and score their rows."""
    n_components, n_features = structure.means.shape
    n_samples = gaps.values.shape[1]
    most = tile_rows(n_components, n_features)
    width = most + LANES
    log_prob, lines = new_lines(n_components, width), new_lines(n_features, width)
    top, total, scratch = new_lines(3, width)
    weights, above = new_lines(2, width)
    regression = new_regression(n_features)
    while True:
        chunk = take_ticket(control[TICKET:])
        if chunk >= n_chunks:
            return
        stop = chunk_start(chunk + 1, n_chunks, n_samples)
        for begin in range(chunk_start(chunk, n_chunks, n_samples), stop, most):
            if control[CANCELLED]:
                return
            n_rows = min(most, stop - begin)
            _load(gaps, begin, n_rows, lines, weights)
            _tile_log_probabilities(
                gaps, structure, precisions, begin, n_rows, control, lines, regression, above,
                log_prob,
            )  # fmt: skip
            shares_of_tile(log_prob, padded(n_rows), top, total)
            if labels.size:
                write_labels(log_prob, begin, n_rows, scratch, labels)
            write_scores(log_prob, top, total, begin, n_rows, resp, log_density, uncertainty)


@parallel_kernel
def score_gaps(  # noqa: PLR0913  (a kernel takes arrays, no bundles)
    gaps,
    structure,
    precisions,
    n_workers,
    n_chunks,
    control,
    resp,
    log_density,
    labels,
    uncertainty,
):
    """As `density.score_rows`, of rows with gaps: by what is observed of each.

    Parameters
    ----------
    gaps, structure, precisions : as for `gaps_pass`.
    n_workers, n_chunks, control, resp, log_density, labels, uncertainty : as there.
    """
    control[TICKET] = 0
    for _ in prange(n_workers):
        _score_chunks(
            gaps, structure, precisions, control, n_chunks, resp, log_density, labels, uncertainty
        )
    return control[CANCELLED] == 0
