"""The promise about exported models, where each language must be there to keep it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mixture.exchange.examples import Array
from tests.mixture.exchange.others import (
    Found,
    has_octave,
    has_r,
    in_octave,
    in_python,
    in_r,
    largest_difference,
    write_every_script,
)

pytestmark = pytest.mark.proof

N_SEEDS = 5


def test_in_scikit_learn(tmp_path: Path) -> None:
    _prove(tmp_path, ".py", in_python, {"log_density": 1e-10})


def test_in_r(tmp_path: Path) -> None:
    assert has_r(), "R with mclust is needed: apt-get install r-base-core r-cran-mclust"
    _prove(tmp_path, ".R", in_r, {"log_density": 1e-10, "predict": 1e-10})


def test_in_octave(tmp_path: Path) -> None:
    assert has_octave(), "Octave is needed: apt-get install octave"
    _prove(tmp_path, ".m", in_octave, {"log_density": 1e-10})


def _prove(
    place: Path, ending: str, run: Callable[[Path], Found], bounds: dict[str, float]
) -> None:
    expected: dict[str, Array] = {}
    for seed in range(N_SEEDS):
        expected |= write_every_script(place, ending, seed)
    found = run(place)
    for word, bound in bounds.items():
        largest = largest_difference(found, expected, word)
        print(f"{len(expected)} scripts {ending}, {word}: {largest:.1e}")
        assert largest < bound
