"""The fit: several starts of EM as one generator, driven alike by a window, a script and a test."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gmm_app.data.dataset import Dataset, as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, FitError
from gmm_app.fitting.checks import check_row_count, check_spread
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.em import EmStep, run_em
from gmm_app.fitting.initialization import Scale, column_scale, initial_mixture
from gmm_app.fitting.m_step import VarianceLimits
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult, StartRecord, StopReason


class StoppedEmpty(FitError):
    """The fit was stopped before it had measured a single mixture."""

    def __init__(self) -> None:
        super().__init__("Stopped before the first iteration: there is no result to keep.")


def fit(
    data: Dataset | ArrayLike, *, cancel: CancelFlag | None = None, **options: Any
) -> FitResult:
    """Fit a Gaussian mixture, and return when it is done.

    Parameters
    ----------
    data : a Dataset, or an array of shape (n_samples, n_features) of finite numbers.
    cancel : a flag that another thread may set; the best so far is then the result.
    options : the fields of FitOptions.

    Raises
    ------
    DataError, OptionError
        Data or options that cannot be fitted; the message names the remedy.
    CollapseError
        A component collapsed in every start.
    StoppedEmpty
        `cancel` was set before anything had been measured.
    """
    steps = iter_fit(data, cancel=cancel, **options)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: FitResult = end.value
            return result


def iter_fit(
    data: Dataset | ArrayLike, *, cancel: CancelFlag | None = None, **options: Any
) -> Generator[FitProgress, None, FitResult]:
    """Fit step by step: yields a FitProgress per iteration and returns the FitResult.

    Closing the generator stops the fit. Data and options are checked at once, before the first
    step is asked for. Parameters and errors as for `fit`.
    """
    dataset, asked = as_dataset(data), FitOptions(**options)
    check_row_count(dataset, asked)
    # Drawn here and kept in the result's options, so that any fit can be done again.
    seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    return _steps(_Run(dataset, replace(asked, seed=seed), cancel or CancelFlag()))


@dataclass
class _Run:
    """What one fit knows while it runs."""

    dataset: Dataset
    options: FitOptions
    cancel: CancelFlag
    records: list[StartRecord] = field(default_factory=list)
    best: EmStep | None = None
    best_start: int = -1
    failure: FitError | None = None
    began: float = field(default_factory=time.perf_counter)

    @property
    def best_log_likelihood(self) -> float:
        return self.best.log_likelihood if self.best else -np.inf


def _steps(run: _Run) -> Generator[FitProgress, None, FitResult]:
    options = run.options
    # Each start has a stream of its own, so that start 3 is the same among 4 starts and among 20.
    streams = np.random.SeedSequence(options.seed).spawn(options.n_init)
    engine = LocalEngine(run.dataset.X, n_threads=options.n_threads, cancel=run.cancel)
    try:
        scale = column_scale(run.dataset, run.cancel)
        check_spread(run.dataset, scale)
        for start, stream in enumerate(streams):
            yield from _one_start(run, engine, scale, start, np.random.default_rng(stream))
    except Cancelled:
        pass
    return _result(run, engine.n_passes)


def _one_start(
    run: _Run, engine: LocalEngine, scale: Scale, start: int, generator: np.random.Generator
) -> Generator[FitProgress, None, None]:
    """Run one start and record what became of it; raises Cancelled if it was stopped."""
    options = run.options
    monitor = ConvergenceMonitor(options.tol, run.dataset.n_samples)
    reason: StopReason | None = None
    failure = ""
    mixture = initial_mixture(run.dataset, options, scale, generator, run.cancel)
    limits = VarianceLimits(options.reg_covar * scale.deviation**2, scale.resolution**2)
    steps = run_em(engine, mixture, monitor, max_iter=options.max_iter, limits=limits)
    try:
        reason = yield from _reported(run, engine, start, steps)
    except FitError as error:
        run.failure = error
        failure = str(error)
    if monitor.history or failure:
        history = np.array(monitor.history)
        run.records.append(StartRecord(history, max(monitor.n_iter, 0), reason, failure))
    if reason is StopReason.STOPPED:
        raise Cancelled


def _reported(
    run: _Run, engine: LocalEngine, start: int, steps: Generator[EmStep, None, StopReason]
) -> Generator[FitProgress, None, StopReason]:
    """Turn EM steps into FitProgress, keeping the best mixture of all starts that do not fail."""
    best: EmStep | None = None
    while True:
        try:
            latest = next(steps)
        except StopIteration as end:
            reason: StopReason = end.value
            if best is not None and best.log_likelihood > run.best_log_likelihood:
                run.best, run.best_start = best, start
            return reason
        # Regularisation and rounding may make the last step the lesser one by a trifle.
        if best is None or latest.log_likelihood >= best.log_likelihood:
            best = latest
        yield FitProgress(
            start=start,
            n_starts=run.options.n_init,
            iteration=latest.iteration,
            mixture=latest.mixture,
            log_likelihood=latest.log_likelihood,
            gain=latest.gain,
            best_log_likelihood=max(run.best_log_likelihood, latest.log_likelihood),
            n_passes=engine.n_passes,
            n_samples=run.dataset.n_samples,
        )


def _result(run: _Run, n_passes: int) -> FitResult:
    if run.best is None:
        raise run.failure or StoppedEmpty()
    stopped = run.cancel.is_set
    reason = StopReason.STOPPED if stopped else run.records[run.best_start].stop_reason
    assert reason is not None
    return FitResult(
        mixture=run.best.mixture.by_weight(),
        log_likelihood=run.best.log_likelihood,
        classification_entropy=run.best.classification_entropy,
        best_start=run.best_start,
        starts=tuple(run.records),
        n_passes=n_passes,
        stop_reason=reason,
        dataset=run.dataset,
        options=run.options,
        seconds=time.perf_counter() - run.began,
    )
