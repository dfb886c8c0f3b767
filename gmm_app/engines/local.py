"""The engine for rows in this machine's memory: one call, one EM pass over all of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.statistics import SufficientStatistics
from kernels.diagonal import diagonal_pass
from kernels.full import full_pass
from kernels.jit import as_input, threads
from kernels.tiles import n_chunks, n_sums, packed_size

# Multiply-adds below which waking another thread costs more than it saves (about 20 us).
_WORK_PER_THREAD = 100_000


class LocalEngine:
    """Computes passes over rows in memory with the Numba kernels.

    Parameters
    ----------
    X : (n_samples, n_features) float64, finite. Column order (Fortran) is read where it stands;
        any other order is copied once.
    n_threads : threads to share a pass among; None for all cores. It never changes a result.
    cancel : a flag that another thread may set to end a pass within milliseconds.
    """

    def __init__(
        self, X: NDArray[np.float64], *, n_threads: int | None = None, cancel: CancelFlag
    ) -> None:
        self._columns = as_input(X.T)
        self._n_threads = n_threads
        self._cancel = cancel
        self._chunk_sums = np.empty((0, 0))
        self.n_passes = 0

    @property
    def n_samples(self) -> int:
        return self._columns.shape[1]

    @property
    def n_features(self) -> int:
        return self._columns.shape[0]

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
        n_components, n_features = mixture.n_components, mixture.n_features
        n_second = packed_size(n_features) if full else n_features
        sums = np.empty(n_sums(n_components, n_features, n_second))
        chunk_sums = self._workspace(sums.size)
        scales = mixture.precisions_cholesky
        if not full:
            scales = as_input(np.diagonal(scales, axis1=1, axis2=2))
        centers = mixture.means if centers is None else as_input(centers)
        with threads(self._n_threads) as n_threads:
            complete = (full_pass if full else diagonal_pass)(
                self._columns,
                mixture.log_normalizers,
                mixture.means,
                scales,
                centers,
                self._n_workers(n_threads, sums.size, chunk_sums.shape[0]),
                self._cancel.control,
                chunk_sums,
                sums,
            )
        if not complete:
            raise Cancelled
        self.n_passes += 1
        return _unpack(sums, centers, self.n_samples, full=full)

    def _workspace(self, row_length: int) -> NDArray[np.float64]:
        shape = (n_chunks(self.n_samples, row_length), row_length)
        if self._chunk_sums.shape != shape:
            self._chunk_sums = np.empty(shape)
        return self._chunk_sums

    def _n_workers(self, n_threads: int, row_length: int, chunks: int) -> int:
        worthwhile = self.n_samples * row_length // _WORK_PER_THREAD
        return max(1, min(n_threads, chunks, worthwhile))


def _unpack(
    sums: NDArray[np.float64], centers: NDArray[np.float64], n_samples: int, *, full: bool
) -> SufficientStatistics:
    """Name the parts of a row of sums; its layout is told in kernels/tiles.py."""
    k, d = centers.shape
    nk, first, second = np.split(sums[2:], [k, k + k * d])
    return SufficientStatistics(
        log_likelihood=float(sums[0]),
        classification_entropy=float(sums[1]),
        n_samples=n_samples,
        nk=nk,
        first_moment=first.reshape(k, d),
        second_moment=_unpack_triangles(second, k, d) if full else second.reshape(k, d),
        centers=centers,
    )


@lru_cache
def _triangle(d: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(d)


def _unpack_triangles(packed: NDArray[np.float64], k: int, d: int) -> NDArray[np.float64]:
    rows, columns = _triangle(d)
    matrices = np.empty((k, d, d))
    matrices[:, rows, columns] = packed.reshape(k, -1)
    matrices[:, columns, rows] = matrices[:, rows, columns]
    return matrices
