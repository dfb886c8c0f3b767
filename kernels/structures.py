"""What a pass needs of a mixture, by the structure of its covariances.

A structure is a NamedTuple of arrays; its type chooses the code that Numba compiles for the two
functions below. Modules full_small, full_large and diagonal hold that code, one structure each.

Log densities are in base 2: the normalisers carry the factor log2(e), and the factors sqrt(log2(e)
/ 2), so that log2(weight * density) = log_normalizer - |factor (x - mean)|**2.
"""

from __future__ import annotations

import math
from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import kernels.jit  # noqa: F401  (what Numba is to know when it is imported)

from numba.core import types

Array = NDArray[np.float64]

# Up to so many features, full covariances have kernels of their own, unrolled for that number.
MOST_UNROLLED = 8

LOG2_E = math.log2(math.e)
FACTOR_SCALE = math.sqrt(0.5 * LOG2_E)


class FullLarge(NamedTuple):
    """Full covariances of any number of features.

    Attributes
    ----------
    log_normalizers : (K,) base-2 log weight plus base-2 log normalising constant.
    means : (K, D), C order.
    factors : (K, D * (D + 1) / 2), C order: lower triangles, packed row by row, of W with
        W covariance W' = identity, times FACTOR_SCALE.
    """

    log_normalizers: Array
    means: Array
    factors: Array


def _full_small(n_features: int) -> Any:
    """The structure of full covariances of so few features, a type of its own for each number."""
    make: Any = namedtuple  # noqa: PYI024  (the fields are those of FullLarge, whatever they are)
    structure = make(f"FullSmall{n_features}", FullLarge._fields, module=__name__)
    structure.n_features = n_features
    return structure


# By number of features; attributes as of FullLarge. Numba's cache finds them by their names here.
FULL_SMALL = {d: _full_small(d) for d in range(1, MOST_UNROLLED + 1)}
globals().update({structure.__name__: structure for structure in FULL_SMALL.values()})


class Diagonal(NamedTuple):
    """Diagonal covariances.

    Attributes
    ----------
    log_normalizers, means : as of FullLarge.
    factors : (K, D), C order: 1 / standard deviation, times FACTOR_SCALE.
    """

    log_normalizers: Array
    means: Array
    factors: Array


Structure = FullLarge | Diagonal | Any


def is_structure(kind: types.Type, structure: type) -> bool:
    """Whether a Numba type is that of a structure."""
    return getattr(kind, "instance_class", None) is structure


def unrolled_features(kind: types.Type) -> int:
    """D of a Numba type that is one of FULL_SMALL, 0 of any other."""
    structure: Any = getattr(kind, "instance_class", None)
    return structure.n_features if structure in FULL_SMALL.values() else 0


def log_probabilities(structure, tile, n, ahead, control, log_prob):
    """Base-2 log of weight times density, of each component for the rows of a tile.

    Parameters
    ----------
    structure : one of FULL_SMALL, FullLarge or Diagonal.
    tile : rows, from `rows.load_tile`.
    n : rows of the tile, a multiple of GROUP.
    ahead : (Rows, first row) of what the next tile will need; memory, idle here, can bring it.
    control : looked at every few milliseconds at least; once it says so, all is left as it is.
    log_prob : (K, width) float64, C order. Out.
    """
    raise NotImplementedError("only compiled kernels call this")


def add_moments(structure, centers, tile, n, shares, inverse, control, scratch, sums):
    """Add the sums over a tile: nk, first and second moments about the centres.

    Parameters
    ----------
    structure : one of FULL_SMALL, FullLarge or Diagonal.
    centers : (K, D) float64, C order.
    tile : rows, from `rows.load_tile`.
    n : rows of the tile, a multiple of GROUP.
    shares : (K, width) float64, C order; shares[k] * inverse are the responsibilities. Overwritten.
    inverse : (width,) float64.
    control : looked at every few milliseconds at least; once it says so, all is left as it is.
    scratch : (4, width) float64, C order, overwritten.
    sums : (K, 1 + D + M) float64, C order. Added to, as kernels/tiles.py lays it out.
    """
    raise NotImplementedError("only compiled kernels call this")
