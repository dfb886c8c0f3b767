"""The engine for rows on this machine: one call, one EM pass over all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.shares import CompleteRows, RowsWithGaps
from gmm_app.errors import Cancelled
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from kernels.gaps import Gaps
from kernels.jit import as_input, thread_count, threads
from kernels.tiles import TICKET, n_chunks, n_sums, n_workers, packed_size


class LocalEngine:
    """Computes passes over rows with the Numba kernels.

    Rows are read where they stand, whatever their memory order: nothing of their size is copied.

    Parameters
    ----------
    X : (n, n_features) float64 or float32, finite; in memory or memory-mapped.
    row_weights : (n,) how many times each row counts, not negative; None: each once.
    gaps : further rows, with missing values.
    n_threads : threads to share a pass among; None for all cores. It never changes a result.
    polite : leave one core to other programs, if there are several.
    cancel : a flag that another thread may set to end a pass within milliseconds.
    """

    def __init__(
        self,
        X: NDArray[np.float64] | NDArray[np.float32],
        *,
        row_weights: NDArray[np.float64] | None = None,
        gaps: Gaps | None = None,
        n_threads: int | None = None,
        polite: bool = False,
        cancel: CancelFlag,
    ) -> None:
        self.n_features = X.shape[-1]
        self._shares: list[CompleteRows | RowsWithGaps] = []
        if X.shape[0] or gaps is None:
            self._shares.append(CompleteRows(X, row_weights))
        if gaps is not None:
            self._shares.append(RowsWithGaps(gaps))
        self.n_samples = sum(share.n_samples for share in self._shares)
        self.total_weight = sum(share.total_weight for share in self._shares)
        self._n_threads = thread_count(n_threads, polite=polite)
        self._cancel = cancel
        self._chunk_sums = np.empty((1, 0))
        self._rows_before = 0
        self._rows_running = self.n_samples
        self.n_passes = 0

    @property
    def pass_fraction(self) -> float:
        """Share of the running pass that has been handed out to threads, for any thread to read."""
        drawn = min(1.0, float(self._cancel.control[TICKET]) / self._chunk_sums.shape[0])
        return (self._rows_before + drawn * self._rows_running) / self.n_samples

    def em_pass(
        self, mixture: Mixture, centers: NDArray[np.float64] | None = None
    ) -> SufficientStatistics:
        """The sums over all rows that the M-step of the mixture's family needs.

        Parameters
        ----------
        mixture : at which responsibilities are taken.
        centers : (K, D) what moments are taken about; None: the mixture's means.

        Raises
        ------
        Cancelled
            The cancel flag was set before the pass was complete.
        CollapseError
            A covariance of the mixture is singular.
        """
        full = family_named(mixture.family).moments == "full"
        n_second = packed_size(self.n_features) if full else self.n_features
        row_length = n_sums(mixture.n_components, self.n_features, n_second)
        centers = mixture.means if centers is None else as_input(centers)
        self._rows_before = 0
        sums = self._sums_over(self._shares[0], mixture, centers, row_length)
        for share in self._shares[1:]:
            sums += self._sums_over(share, mixture, centers, row_length)
        self.n_passes += 1
        return SufficientStatistics(sums, centers, self.n_samples, full=full)

    def _sums_over(
        self,
        share: CompleteRows | RowsWithGaps,
        mixture: Mixture,
        centers: NDArray[np.float64],
        row_length: int,
    ) -> NDArray[np.float64]:
        sums = np.empty(row_length)
        self._rows_running = share.n_samples
        chunk_sums = self._workspace(share.n_samples, row_length)
        work = share.n_samples * row_length
        workers = n_workers(self._n_threads, work, chunk_sums.shape[0])
        control = self._cancel.control
        with threads(workers):
            complete = share.run(mixture, centers, workers, control, chunk_sums, sums)
        if not complete:
            raise Cancelled
        self._rows_before, self._rows_running = self._rows_before + share.n_samples, 0
        return sums

    def _workspace(self, n_rows: int, row_length: int) -> NDArray[np.float64]:
        shape = (n_chunks(n_rows, row_length), row_length)
        if self._chunk_sums.shape != shape:
            self._chunk_sums = np.empty(shape)
        return self._chunk_sums
