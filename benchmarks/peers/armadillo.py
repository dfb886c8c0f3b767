"""Armadillo's gmm_full and gmm_diag, through the C function that peers/armadillo.cpp makes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
from numpy.ctypeslib import ndpointer

from benchmarks.exchange import Fit, Parameters, rows_in_memory
from benchmarks.peers.environments import ARMADILLO_LIBRARY

_ARRAY = ndpointer(np.float64, flags="C_CONTIGUOUS")
_WHOLE = ctypes.c_uint


class Armadillo:
    """Its threads are OpenMP's, which the environment sets."""

    numbers = "float64"

    def __init__(self) -> None:
        library = ctypes.CDLL(str(ARMADILLO_LIBRARY))
        number = library.armadillo_version()
        self.version = f"Armadillo {number // 10000}.{number // 100 % 100}.{number % 100}"
        self._fit = library.armadillo_fit
        self._fit.restype = ctypes.c_double
        sizes = (ctypes.c_ulong, _WHOLE, _WHOLE, ctypes.c_int, _WHOLE)
        self._fit.argtypes = (_ARRAY, *sizes, _ARRAY, _ARRAY, _ARRAY)

    def load(self, path: Path, rows: int | None) -> None:
        """See `exchange.Program`."""
        self._rows = rows_in_memory(path, rows)

    def fit(self, start: Parameters, iterations: int) -> Fit:
        """See `exchange.Program`."""
        arrays = [
            np.array(array, order="C") for array in (start.weights, start.means, start.covariances)
        ]
        k, d = start.means.shape
        seconds = self._fit(
            self._rows, len(self._rows), d, k, int(start.is_full), iterations, *arrays
        )
        if seconds < 0:
            raise RuntimeError("learn() failed")
        return Fit(seconds, Parameters(*arrays), [])


def load_program(n_threads: int) -> Armadillo:
    """The one instance that the process needs."""
    return Armadillo()
