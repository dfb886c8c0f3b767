"""The engine for rows on this machine: one call, one EM pass over all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from kernels.em_pass import em_pass
from kernels.jit import as_input, thread_count, threads
from kernels.rows import rows_of
from kernels.tiles import TICKET, n_chunks, n_sums, n_workers, packed_size

_EACH_ROW_ONCE = as_input(np.empty(0))


class LocalEngine:
    """Computes passes over rows with the Numba kernels.

    Rows are read where they stand, whatever their memory order: nothing of their size is copied.

    Parameters
    ----------
    X : (n_samples, n_features) float64 or float32, finite; in memory or memory-mapped.
    row_weights : (n_samples,) how many times each row counts, not negative; None: each once.
    n_threads : threads to share a pass among; None for all cores. It never changes a result.
    polite : leave one core to other programs, if there are several.
    cancel : a flag that another thread may set to end a pass within milliseconds.
    """

    def __init__(
        self,
        X: NDArray[np.float64] | NDArray[np.float32],
        *,
        row_weights: NDArray[np.float64] | None = None,
        n_threads: int | None = None,
        polite: bool = False,
        cancel: CancelFlag,
    ) -> None:
        self._X = X  # kept alive: the kernels know but its address
        self._rows = rows_of(X)
        self._row_weights = _EACH_ROW_ONCE if row_weights is None else as_input(row_weights)
        self._n_threads = thread_count(n_threads, polite=polite)
        self._cancel = cancel
        self._chunk_sums = np.empty((1, 0))
        self.n_passes = 0

    @property
    def n_samples(self) -> int:
        return self._rows.n_samples

    @property
    def n_features(self) -> int:
        return self._rows.n_features

    @property
    def pass_fraction(self) -> float:
        """Share of the running pass that has been handed out to threads, for any thread to read."""
        drawn = float(self._cancel.control[TICKET])
        return min(1.0, drawn / self._chunk_sums.shape[0])

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
        sums = np.empty(n_sums(mixture.n_components, self.n_features, n_second))
        chunk_sums = self._workspace(sums.size)
        centers = mixture.means if centers is None else as_input(centers)
        work = self.n_samples * sums.size
        workers = n_workers(self._n_threads, work, chunk_sums.shape[0])
        with threads(workers):
            complete = em_pass(
                self._rows,
                self._row_weights,
                mixture.structure,
                centers,
                workers,
                self._cancel.control,
                chunk_sums,
                sums,
            )
        if not complete:
            raise Cancelled
        self.n_passes += 1
        return SufficientStatistics(sums, centers, self.n_samples, full=full)

    def _workspace(self, row_length: int) -> NDArray[np.float64]:
        shape = (n_chunks(self.n_samples, row_length), row_length)
        if self._chunk_sums.shape != shape:
            self._chunk_sums = np.empty(shape)
        return self._chunk_sums
