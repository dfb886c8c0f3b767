"""Streams of random numbers: each use has its own, so that none disturbs another."""

from __future__ import annotations

import secrets

import numpy as np

# Starts, and draws of the bootstrap, have the streams from 0 on; all others are named here.
SAMPLES = 1 << 31
FOLDS = SAMPLES + 1
SIMULATED_ROWS = SAMPLES + 2
RESEEDS = SAMPLES + 3


def stream(seed: int | None, *key: int) -> np.random.Generator:
    """The stream of that name; the same seed and name give the same numbers."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def drawn_if_none(seed: int | None) -> int:
    """A seed, drawn where none is given, so that whatever is done with it can be done again."""
    return secrets.randbelow(2**32) if seed is None else seed
