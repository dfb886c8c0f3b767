"""What a mixture says of rows of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ModelError
from gmm_app.mixture.columnwise import check_domains, forward, log_jacobian
from gmm_app.mixture.structure import precisions_of, without_unrolling
from kernels.density import score_rows
from kernels.jit import thread_count, threads
from kernels.rows import rows_of
from kernels.tiles import n_chunks, n_workers, new_control

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]


class RowScores(NamedTuple):
    """Scores of n rows; those that were not asked for are empty.

    Attributes
    ----------
    log_density : (n,) log of the mixture density.
    resp : (n, K) responsibilities, and a last column for noise if the mixture has any.
    labels : (n,) the component with the largest responsibility, from 0.
    uncertainty : (n,) 1 less the largest responsibility.
    """

    log_density: Array
    resp: Array
    labels: NDArray[np.int64]
    uncertainty: Array


def score(mixture: Mixture, rows: Array, wanted: str = "", *, first_row: int = 0) -> RowScores:
    """Score rows on all cores, each by its values that are not missing.

    Parameters
    ----------
    mixture : by which.
    rows : (n, D) float64 or float32, in the data's units; NaN: missing. A row without any value has
        log density 0 and the weights as responsibilities.
    wanted : a field of RowScores that is filled besides the log density, which always is.
    first_row : number of the first row, from 0, for messages.

    Raises
    ------
    ModelError
        A value is infinite or outside the domain of its transform, or a row is too far away to be
        scored.
    """
    if not mixture.transforms:
        return _score(mixture, rows, wanted, first_row)
    scores = _score(mixture, fitted_rows(mixture, rows), wanted, first_row)
    gained = log_jacobian(mixture.transforms, rows)
    return scores._replace(log_density=scores.log_density + gained)


def fitted_rows(mixture: Mixture, rows: Array) -> Array:
    """Rows (n, D) of the data in the units of the mixture's means.

    Raises
    ------
    ModelError
        A value is outside the domain of its transform.
    """
    if not mixture.transforms:
        return rows
    check_domains(mixture.transforms, rows, mixture.columns, ModelError)
    return forward(mixture.transforms, rows)


def _score(mixture: Mixture, rows: Array, wanted: str, first_row: int) -> RowScores:
    n = rows.shape[0]
    scores = _empty_scores(mixture, n, wanted)
    # Writing scores takes longer than unrolling would save.
    structure = without_unrolling(mixture.structure)
    chunks = n_chunks(n, 1)
    workers = n_workers(thread_count(None), n * structure.factors.size, chunks)
    with threads(workers):
        score_rows(
            rows_of(rows),
            structure,
            workers,
            chunks,
            new_control(),
            scores.resp.T,
            scores.log_density,
            scores.labels,
            scores.uncertainty,
        )
    _score_gaps(mixture, rows, wanted, scores, first_row)
    _check(rows, scores.log_density, first_row)
    return scores


def _empty_scores(mixture: Mixture, n: int, wanted: str) -> RowScores:
    return RowScores(
        log_density=np.empty(n),
        resp=np.empty((mixture.n_parts, n if wanted == "resp" else 0)).T,
        labels=np.empty(n if wanted == "labels" else 0, dtype=np.int64),
        uncertainty=np.empty(n if wanted == "uncertainty" else 0),
    )


def _score_gaps(
    mixture: Mixture, rows: Array, wanted: str, scores: RowScores, first_row: int
) -> None:
    """Score rows with missing values anew, by what is observed of them."""
    unscored = np.flatnonzero(np.isnan(scores.log_density))
    unscored = unscored[np.isnan(rows[unscored]).any(axis=1)]
    if not unscored.size:
        return
    if mixture.noise is not None:
        raise ModelError(
            f"Row {first_row + int(unscored[0]) + 1:,} lacks values, and the mixture has noise, "
            "whose density is that of whole rows: leave such rows out first."
        )
    # Loaded where there are gaps: it would delay every first fit.
    from kernels.gaps import gaps_of
    from kernels.gaps_pass import score_gaps

    gaps, numbers = gaps_of(rows, unscored)
    own = _empty_scores(mixture, numbers.size, wanted)
    chunks = n_chunks(numbers.size, 1)
    workers = n_workers(thread_count(None), numbers.size * mixture.structure.factors.size, chunks)
    with threads(workers):
        score_gaps(
            gaps,
            without_unrolling(mixture.structure),
            precisions_of(mixture.structure),
            workers,
            chunks,
            new_control(),
            own.resp.T,
            own.log_density,
            own.labels,
            own.uncertainty,
        )
    for field in {"log_density", wanted} - {""}:
        getattr(scores, field)[numbers] = getattr(own, field)


def _check(rows: Array, log_density: Array, first_row: int) -> None:
    finite = np.isfinite(log_density)
    if finite.all():
        return
    at = int(np.argmin(finite))
    if not np.isfinite(rows[at]).all():
        raise ModelError("A value is infinite: leave such rows out first.")
    raise ModelError(
        f"Row {first_row + at + 1:,} lies too far from every component for numbers of double "
        "precision: leave it out."
    )
