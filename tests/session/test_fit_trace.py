"""The trace of a fit: one history per start, over all rows only."""

from __future__ import annotations

import numpy as np

import gmm_app as gm
from gmm_app.session.fit_trace import FitTrace
from tests.problems import random_mixture


def progress(start: int, log_likelihood: float, n_rows: int = 100) -> gm.FitProgress:
    return gm.FitProgress(
        start=start,
        n_starts=3,
        iteration=0,
        mixture=random_mixture(2, 2, seed=0),
        log_likelihood=log_likelihood,
        gain=np.nan,
        best_log_likelihood=log_likelihood,
        n_passes=1,
        sample_passes=0.0,
        n_rows=n_rows,
        n_samples=100,
        total_weight=100.0,
        reg_covar=1e-9,
    )


def traced(*snapshots: gm.FitProgress) -> list[list[float]]:
    trace = FitTrace()
    for snapshot in snapshots:
        trace.add(snapshot)
    return [history.tolist() for history in trace.histories()]


def test_nothing_yet() -> None:
    assert traced() == []


def test_each_start_has_its_history() -> None:
    assert traced(progress(0, -9), progress(0, -8), progress(1, -7)) == [[-9, -8], [-7]]


def test_what_samples_say_is_in_none() -> None:
    first = progress(0, -1, n_rows=20)
    assert traced(first) == [[]]
    assert traced(first, progress(0, -9)) == [[-9]]
    assert traced(first, progress(0, -9), progress(1, -1, n_rows=20)) == [[-9], []]
