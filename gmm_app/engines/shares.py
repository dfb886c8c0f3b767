"""The rows of a pass by kind, complete or with gaps: each kind has a kernel of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.structure import precisions_of, without_unrolling
from kernels.em_pass import em_pass
from kernels.jit import as_input
from kernels.rows import rows_of
from kernels.structures import Structure

if TYPE_CHECKING:
    from kernels.gaps import Gaps

Array = NDArray[np.float64]

_EACH_ROW_ONCE = as_input(np.empty(0))


class CompleteRows:
    """Rows without gaps, read where they stand.

    Parameters
    ----------
    X : (n_samples, n_features) float64 or float32, finite.
    row_weights : (n_samples,) how many times each row counts; None: once.
    """

    def __init__(self, X: NDArray[np.floating], row_weights: Array | None) -> None:
        self._X = X  # kept alive: the kernels know but its address
        self._rows = rows_of(X)
        self._row_weights = _EACH_ROW_ONCE if row_weights is None else as_input(row_weights)

    @property
    def n_samples(self) -> int:
        return self._rows.n_samples

    @property
    def total_weight(self) -> float:
        """Rows, each as often as it counts."""
        return float(self._row_weights.sum()) if self._row_weights.size else float(self.n_samples)

    def run(
        self,
        structure: Structure,
        centers: Array,
        workers: int,
        control: NDArray[np.int64],
        chunk_sums: Array,
        sums: Array,
    ) -> bool:
        """One pass (see kernels/em_pass.py); whether it is complete."""
        return em_pass(
            self._rows,
            self._row_weights,
            structure,
            centers,
            workers,
            control,
            chunk_sums,
            sums,
        )


class RowsWithGaps:
    """Rows with missing values, by patterns."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps

    @property
    def n_samples(self) -> int:
        return self._gaps.values.shape[1]

    @property
    def total_weight(self) -> float:
        return float(self._gaps.row_weights.sum())

    def run(
        self,
        structure: Structure,
        centers: Array,
        workers: int,
        control: NDArray[np.int64],
        chunk_sums: Array,
        sums: Array,
    ) -> bool:
        """As `CompleteRows.run` (see kernels/gaps_pass.py)."""
        # Loaded where there are gaps: it would delay every first fit.
        from kernels.gaps_pass import gaps_pass

        return gaps_pass(
            self._gaps,
            without_unrolling(structure),
            precisions_of(structure),
            centers,
            workers,
            control,
            chunk_sums,
            sums,
        )
