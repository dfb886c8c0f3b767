"""What a fit would end with if it were stopped now."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.ending import so_far
from gmm_app.fitting.fit import fit, prepared, steps_of
from gmm_app.fitting.result import FitResult, StopReason
from tests.problems import random_mixture


def _driven(run, n_steps, look):
    """The result of a fit after so many steps, or at its end; `look` is called between them."""
    steps = steps_of(run)
    for _ in range(n_steps):
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        look(run)
    run.cancel.set()
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    return end.value.value


def _same(one: FitResult, other: FitResult) -> bool:
    return _facts(one) == _facts(other) and all(
        np.array_equal(a.history, b.history) for a, b in zip(one.starts, other.starts, strict=True)
    )


def _facts(result: FitResult) -> dict:
    return {**result.summary(), "seconds": 0.0}


@pytest.mark.parametrize(
    "options", [{}, {"prior": True}, {"noise": True}, {"reseed": True}], ids=str
)
@pytest.mark.parametrize("n_steps", [1, 7, 40])
def test_it_is_what_a_stop_gives(options, n_steps):
    dataset = as_dataset(random_mixture(3, 2, seed=1).sample(500, seed=2))
    asked = {"n_components": 3, "n_init": 6, "seed": 4, "accelerate": False} | options
    seen = []
    run = prepared(dataset, cancel=CancelFlag(), **asked)
    stopped = _driven(run, n_steps, lambda run: seen.append(so_far(run)))
    assert seen[-1].stop_reason is StopReason.STOPPED
    assert _same(seen[-1], stopped)


def test_looking_changes_nothing():
    dataset = as_dataset(random_mixture(3, 2, seed=1).sample(60_000, seed=2))
    asked = {"n_components": 3, "n_init": 2, "seed": 4}
    found = []
    watched = _driven(prepared(dataset, **asked), 10_000, lambda run: found.append(so_far(run)))
    assert _same(watched, fit(dataset, **asked))
    # From the first sample on there is something that could be kept.
    assert len(found) > 10 and all(isinstance(result, FitResult) for result in found)
    assert all(result.n_best >= 1 for result in found)
    assert found[0].n_samples == 60_000
