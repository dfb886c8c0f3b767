"""What a fit would end with if it were stopped now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.ending import so_far
from gmm_app.fitting.fit import fit, prepared, steps_of
from gmm_app.fitting.result import FitResult, StopReason
from gmm_app.fitting.run import Run
from tests.problems import random_mixture

Look = Callable[[Run], None]


def _driven(run: Run, n_steps: int, look: Look) -> FitResult:
    """The result of a fit that is stopped after so many steps; `look` is called between them."""
    steps = steps_of(run)
    try:
        for _ in range(n_steps):
            next(steps)
            look(run)
        run.cancel.set()
        while True:
            next(steps)
    except StopIteration as end:
        result: FitResult = end.value
        return result


def _facts(result: FitResult) -> dict[str, Any]:
    return {**result.summary(), "seconds": 0.0}


def _same(one: FitResult, other: FitResult) -> bool:
    return _facts(one) == _facts(other) and all(
        np.array_equal(a.history, b.history) for a, b in zip(one.starts, other.starts, strict=True)
    )


def _looking(found: list[FitResult]) -> Look:
    def look(run: Run) -> None:
        result = so_far(run)
        assert result is not None
        found.append(result)

    return look


@pytest.mark.parametrize(
    "options", [{}, {"prior": True}, {"noise": True}, {"reseed": True}], ids=str
)
@pytest.mark.parametrize("n_steps", [1, 7, 40])
def test_it_is_what_a_stop_gives(options: dict[str, Any], n_steps: int) -> None:
    dataset = as_dataset(random_mixture(3, 2, seed=1).sample(500, seed=2))
    asked: dict[str, Any] = {"n_components": 3, "n_init": 6, "seed": 4, "accelerate": False}
    found: list[FitResult] = []
    run = prepared(dataset, cancel=CancelFlag(), **asked | options)
    stopped = _driven(run, n_steps, _looking(found))
    assert found[-1].stop_reason is StopReason.STOPPED
    assert _same(found[-1], stopped)


def test_looking_changes_nothing() -> None:
    dataset = as_dataset(random_mixture(3, 2, seed=1).sample(60_000, seed=2))
    asked: dict[str, Any] = {"n_components": 3, "n_init": 2, "seed": 4}
    found: list[FitResult] = []
    watched = _driven(prepared(dataset, **asked), 10_000, _looking(found))
    assert _same(watched, fit(dataset, **asked))
    # From the first sample on there is something that could be kept.
    assert len(found) > 10 and all(result.n_best >= 1 for result in found)
    assert found[0].n_samples == 60_000
