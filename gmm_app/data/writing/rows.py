"""Rows as a table: those of the data with what a mixture says of each, or rows drawn from one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.writing.formats import write_table
from gmm_app.data.writing.layout import FLOAT, INTEGER, Block, Column, Layout, distinct, utf8
from gmm_app.errors import Cancelled, OptionError

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture
    from gmm_app.mixture.scoring import RowScores

Array = NDArray[np.float64]

_TITLE = "rows"
_ROWS_AT_ONCE = 1 << 16


class _Scored(NamedTuple):
    """Some rows (n, D) and what the mixture says of them."""

    mixture: Mixture
    rows: Array
    scores: RowScores


class _Score(NamedTuple):
    """Columns that say one thing of each row: which they are, and how they come about."""

    columns: Callable[[Mixture], list[Column]]
    values: Callable[[_Scored], Block]


def _numbers(name: str) -> Callable[[Mixture], list[Column]]:
    return lambda _: [Column(name, FLOAT)]


def _labels(scored: _Scored) -> NDArray[np.int64]:
    labels = scored.scores.resp.argmax(axis=1).astype(np.int64) + 1
    labels[labels > scored.mixture.n_components] = 0
    return labels


def _responsibilities(mixture: Mixture) -> list[Column]:
    names = [f"resp_{k + 1}" for k in range(mixture.n_components)]
    return [Column(name, FLOAT) for name in (*names, *(["resp_noise"] if mixture.noise else []))]


def _outlier_rank(scored: _Scored) -> Array:
    from gmm_app.mixture.parts import outlier_rank

    return outlier_rank(scored.mixture, scored.rows, scored.scores.resp)


_SCORES = {
    "label": _Score(lambda _: [Column("label", INTEGER)], lambda scored: [_labels(scored)]),
    "responsibilities": _Score(_responsibilities, lambda scored: [*scored.scores.resp.T]),
    "log_density": _Score(_numbers("log_density"), lambda scored: [scored.scores.log_density]),
    "uncertainty": _Score(
        _numbers("uncertainty"), lambda scored: [1.0 - scored.scores.resp.max(axis=1)]
    ),
    "outlier_rank": _Score(_numbers("outlier_rank"), lambda scored: [_outlier_rank(scored)]),
}

SCORES = tuple(_SCORES)
"""What can be written of each row besides its values, in the order of the columns."""


def write_labels(
    dataset: Dataset,
    mixture: Mixture,
    path: str | Path,
    *,
    scores: Collection[str] = SCORES,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write each row of the data with what the mixture says of it, in the format of the file's name
    (see `formats.FORMATS`).

    Columns: row (its number in the source, from 1), the data's columns, label (the most probable
    component, from 1; 0 for noise), resp_1 ... resp_K and, where there is noise, resp_noise
    (responsibilities, which sum to 1), log_density, uncertainty (1 less the largest
    responsibility) and outlier_rank (see `Mixture.outlier_rank`; near 1 far out). Numbers come back
    bit for bit. A heading that would not be unique gets a number; in a text file, one that a
    spreadsheet would take for a formula gets an apostrophe before it.

    Parameters
    ----------
    dataset : the rows, with as many columns as the mixture has.
    mixture : whose components the labels are.
    path : where to; an old file there is replaced in one step.
    scores : which of SCORES to write.
    on_progress : called now and then with the share that is done, from 0 to 1.
    cancelled : asked now and then whether to stop.

    Raises
    ------
    ExportError
        The file cannot be written there, or its format cannot hold so many rows or columns.
    ModelError, CollapseError
        The mixture does not suit the data, or has a singular covariance.
    OptionError
        There is no such score.
    Cancelled
        It was asked to stop; an old file at `path` is as it was.
    """
    wanted = _wanted(scores)

    def check() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled("Stopped before the end, as asked: nothing was written.")

    def blocks() -> Iterator[Block]:
        done = 0
        for block in mixture.score_blocks(dataset.X):
            check()
            end = done + block.log_density.size
            scored = _Scored(mixture, dataset.X[done:end], block)
            numbers = _row_numbers(dataset, done, end)
            yield [numbers, *scored.rows.T, *(a for s in wanted for a in s.values(scored))]
            done = end
            if on_progress is not None:
                on_progress(done / dataset.n_samples)

    layout = Layout(_TITLE, _columns(dataset, mixture, wanted), dataset.n_samples, check)
    write_table(path, layout, blocks())


def write_rows(rows: Array, columns: Sequence[str], path: str | Path) -> None:
    """Write rows (n_samples, n_features) under the columns' names, bit for bit.

    Raises
    ------
    ExportError
        The file cannot be written there, or its format cannot hold so many rows or columns.
    """
    layout = Layout(_TITLE, tuple(_data_columns(columns, rows)), rows.shape[0])
    begins = range(0, rows.shape[0], _ROWS_AT_ONCE)
    write_table(path, layout, ([*rows[begin : begin + _ROWS_AT_ONCE].T] for begin in begins))


def _wanted(scores: Collection[str]) -> list[_Score]:
    unknown = next((name for name in scores if name not in _SCORES), None)
    if unknown is not None:
        raise OptionError(f"Rows have no '{unknown}': choose from {', '.join(SCORES)}.")
    return [score for name, score in _SCORES.items() if name in scores]


def _columns(dataset: Dataset, mixture: Mixture, wanted: list[_Score]) -> tuple[Column, ...]:
    """All columns; those of the data keep their names, and the others give way."""
    data = _data_columns(dataset.columns, dataset.X)
    own = [Column("row", INTEGER), *(c for score in wanted for c in score.columns(mixture))]
    number, *rest = distinct(own, [column.name for column in data])
    return (number, *data, *rest)


def _data_columns(names: Sequence[str], rows: Array) -> list[Column]:
    return distinct(Column(utf8(name), rows.dtype) for name in names)


def _row_numbers(dataset: Dataset, begin: int, end: int) -> NDArray[np.int64]:
    """Where rows of `X` stand in the source, from 1."""
    numbers = dataset.row_numbers
    rows = np.arange(begin, end) if numbers is None else numbers[begin:end]
    return rows.astype(np.int64) + 1
