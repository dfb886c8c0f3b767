"""What a fit ends with: its result when it is over, when it is stopped, and as it would be now."""

from __future__ import annotations

import copy
import threading
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, FitError
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.em import measure, reported
from gmm_app.fitting.optima import with_end
from gmm_app.fitting.result import FitResult, StartRecord, StopReason
from gmm_app.fitting.run import Run

# How long a stop may take to measure what it keeps.
_PATIENCE_SECONDS = 0.2


class StoppedEmpty(FitError):
    """The fit was stopped before it had measured a single mixture on all rows."""

    def __init__(self) -> None:
        super().__init__(
            "Stopped before the first pass over all rows was complete: there is no result to keep."
        )


def so_far(run: Run) -> FitResult | None:
    """The result that there would be if the fit were stopped now; None if there would be none.

    To be called between two steps, by whoever asks for them; the fit goes on as if nothing had been
    asked. While there is nothing but a sample's mixture, that takes a pass over all rows.
    """
    then = copy.copy(run)
    then.records = list(run.records)
    if run.rising is not None and run.rising.best is not None:
        rising, history = run.rising, np.array(run.rising.monitor.history)
        record = StartRecord(
            history, rising.monitor.n_iter, StopReason.STOPPED, n_reseeds=rising.n_reseeds
        )
        then.records.append(record)
        then.start_ended(rising.start, run.rising.best)
    with suppress(Cancelled):
        _measure_what_a_sample_gave(then, run.cancel)
    return None if then.best is None else result_of(then, stopped=True)


def keep_what_a_sample_gave(run: Run) -> None:
    """Measure the newest mixture on all rows if nothing else has been, and if that is quickly done.

    Who stops a fit in its first moments has seen it move, and is to keep what there was to see.
    """
    patience = CancelFlag()
    timer = threading.Timer(_PATIENCE_SECONDS, patience.set)
    timer.start()
    with suppress(Cancelled):
        _measure_what_a_sample_gave(run, patience)
    timer.cancel()
    timer.join()


def _measure_what_a_sample_gave(run: Run, cancel: CancelFlag) -> None:
    if run.best is not None or run.on_sample is None:
        return
    run.engine = run.engine_for(run.rows, cancel)
    monitor = ConvergenceMonitor(run.options.tol, run.engine.total_weight, run.options.stop_rule)
    with suppress(FitError):
        mixture = run.on_sample.mixture
        run.best = reported(monitor, mixture, measure(run.engine, mixture, run.prior))
        run.best_start = len(run.records)
        run.optima = with_end((), mixture, run.best.log_likelihood, run.best_start)
        run.records.append(StartRecord(np.array(monitor.history), 0, StopReason.STOPPED))


def result_of(run: Run, *, stopped: bool) -> FitResult:
    """The best that a fit has found.

    Raises
    ------
    FitError
        It has found nothing: every start failed, or it was stopped too early.
    """
    if run.best is None:
        raise run.failure or StoppedEmpty()
    reason = StopReason.STOPPED if stopped else run.records[run.best_start].stop_reason
    assert reason is not None
    best = run.best.mixture if run.keeps_order else run.best.mixture.by_weight()
    result = FitResult(
        mixture=run.found(best),
        log_likelihood=run.best.log_likelihood - run.best.log_prior,
        classification_entropy=run.best.classification_entropy,
        best_start=run.best_start,
        starts=tuple(run.records),
        optima=tuple(replace(o, mixture=run.found(o.mixture)) for o in run.optima),
        n_passes=run.engine.n_passes,
        sample_passes=run.sample_passes,
        stop_reason=reason,
        dataset=run.dataset,
        options=run.options,
        held=run.held,
        prior=run.prior,
        seconds=time.perf_counter() - run.began,
    )
    # Found here, once and for all: whoever looks at the result may be a window that must not wait.
    _ = result.doubts
    return result
