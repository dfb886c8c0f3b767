"""The engine for rows on this machine: one call, one EM pass over all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.shares import CompleteRows, RowsWithGaps
from gmm_app.errors import Cancelled
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from gmm_app.mixture.structure import components_of
from kernels.jit import as_input, thread_count, threads
from kernels.structures import Structure
from kernels.tiles import N_TOTALS, TICKET, n_chunks, n_sums, n_workers, packed_size

Array = NDArray[np.float64]


class _Share(NamedTuple):
    """Rows of one kind, and the component that they are known to be from, or -1."""

    rows: CompleteRows | RowsWithGaps
    component: int


class LocalEngine:
    """Computes passes over rows with the Numba kernels.

    Rows are read where they stand, whatever their memory order. Only rows with missing values, and
    those beside them, are copied, once for each Dataset; so are rows of known components.

    Parameters
    ----------
    rows : the rows; in memory or memory-mapped.
    n_threads : threads to share a pass among; None for all cores. It never changes a result.
    polite : leave one core to other programs, if there are several.
    cancel : a flag that another thread may set to end a pass within milliseconds.
    """

    def __init__(
        self,
        rows: Dataset,
        *,
        n_threads: int | None = None,
        polite: bool = False,
        cancel: CancelFlag,
    ) -> None:
        self.n_features = rows.n_features
        self._shares = _shares(rows)
        self.n_samples = sum(share.rows.n_samples for share in self._shares)
        self.total_weight = sum(share.rows.total_weight for share in self._shares)
        # Log-likelihoods are those of the rows before they were transformed.
        self._log_jacobian = rows.total_log_jacobian
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

    def em_pass(self, mixture: Mixture, centers: Array | None = None) -> SufficientStatistics:
        """The sums over all rows that the M-step of the mixture's family needs.

        A row that is known to be from a component counts for it alone, and adds to the
        log-likelihood the log of weight times density of that component.

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
        noise = mixture.noise is not None
        if centers is None:
            centers = mixture.structure.means
        else:
            centers = as_input(np.vstack([centers, centers[:1]]) if noise else centers)
        self._rows_before = 0
        sums = self._sums_over(self._shares[0], mixture.structure, centers, n_second)
        for share in self._shares[1:]:
            sums += self._sums_over(share, mixture.structure, centers, n_second)
        sums[0] += self._log_jacobian
        self.n_passes += 1
        return SufficientStatistics(sums, centers, self.n_samples, full=full, noise=noise)

    def _sums_over(
        self, share: _Share, structure: Structure, centers: Array, n_second: int
    ) -> Array:
        k = share.component
        if k < 0:
            return self._pass(share.rows, structure, centers, n_second)
        sums = np.zeros(n_sums(len(centers), self.n_features, n_second))
        one = self._pass(
            share.rows, components_of(structure, k, k + 1), as_input(centers[k : k + 1]), n_second
        )
        sums[:N_TOTALS] = one[:N_TOTALS]
        sums[N_TOTALS:].reshape(len(centers), -1)[k] = one[N_TOTALS:]
        return sums

    def _pass(
        self, rows: CompleteRows | RowsWithGaps, structure: Structure, centers: Array, n_second: int
    ) -> Array:
        sums = np.empty(n_sums(len(centers), self.n_features, n_second))
        self._rows_running = rows.n_samples
        chunk_sums = self._workspace(rows.n_samples, sums.size)
        work = rows.n_samples * sums.size
        workers = n_workers(self._n_threads, work, chunk_sums.shape[0])
        control = self._cancel.control
        with threads(workers):
            complete = rows.run(structure, centers, workers, control, chunk_sums, sums)
        if not complete:
            raise Cancelled
        self._rows_before, self._rows_running = self._rows_before + rows.n_samples, 0
        return sums

    def _workspace(self, n_rows: int, row_length: int) -> Array:
        shape = (n_chunks(n_rows, row_length), row_length)
        if self._chunk_sums.shape != shape:
            self._chunk_sums = np.empty(shape)
        return self._chunk_sums


def _shares(rows: Dataset) -> list[_Share]:
    shares = []
    for component, own in rows.by_known.items():
        if own.complete.n_samples:
            shares.append(_Share(CompleteRows(own.complete.X, own.complete.weights), component))
        if own.gaps is not None:
            shares.append(_Share(RowsWithGaps(own.gaps), component))
    return shares
