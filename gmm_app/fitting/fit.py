"""The fit: several starts of EM as one generator, driven alike by a window, a script and a test."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset, as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, FitError, OptionError
from gmm_app.fitting.ascent import Ascent
from gmm_app.fitting.checks import check_row_count, check_spread
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.doubts import doubts
from gmm_app.fitting.em import EmStep, measure, reported, run_em
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.held import Held, as_held
from gmm_app.fitting.initialization import Partition, column_scale
from gmm_app.fitting.m_step import Constraints
from gmm_app.fitting.optima import Optimum, with_end
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.prior import Prior, weak_prior
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult, StartRecord, StopReason
from gmm_app.fitting.samples import nested_samples, sample_sizes, sample_tolerance
from gmm_app.fitting.starts import Starts, given_start
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture

# How long a stop may take to measure what it keeps.
_PATIENCE_SECONDS = 0.2

# EM steps of a short run: enough to tell a good beginning from a poor one.
_SHORT_RUN = 5

# Names the stream of random numbers that draws samples; starts have those from 0 on.
_SAMPLE_STREAM = 1 << 31


class StoppedEmpty(FitError):
    """The fit was stopped before it had measured a single mixture on all rows."""

    def __init__(self) -> None:
        super().__init__(
            "Stopped before the first pass over all rows was complete: there is no result to keep."
        )


def fit(
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
    start: Mixture | ArrayLike | None = None,
    held: Mapping[str, Iterable[int]] | None = None,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> FitResult:
    """Fit a Gaussian mixture, and return when it is done.

    Parameters
    ----------
    data : a Dataset, or an array of shape (n_samples, n_features) of numbers. NaN is a missing
        value; a row counts by those that it has.
    row_weights : (n_samples,) how many times each row counts; None: once, or as the Dataset says.
    known : (n_samples,) the component that each row is known to be from, from 0, or -1. Components
        then keep these numbers, where they are otherwise put in order by weight.
    start : where the first start begins: a mixture, or each row's component (n_samples,), from 0.
        Then there is but this one start, unless `n_init` asks for more.
    held : components, from 0, under "weights", "means" and "covariances", whose parameters stay as
        the start, a mixture, has them: {"means": [0]}. Without acceleration.
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
    steps = iter_fit(
        data,
        row_weights=row_weights,
        known=known,
        start=start,
        held=held,
        cancel=cancel,
        **options,
    )
    return end_of(steps)


def iter_fit(
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
    start: Mixture | ArrayLike | None = None,
    held: Mapping[str, Iterable[int]] | None = None,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> Generator[FitProgress, None, FitResult]:
    """Fit step by step: yields a FitProgress per iteration and returns the FitResult.

    With many rows and `prefix`, the first iterations of each start are over samples of them.
    Closing the generator stops the fit. Data and options are checked at once, before the first
    step is asked for. Parameters and errors as for `fit`.
    """
    dataset = as_dataset(data, row_weights, known)
    given: tuple[Partition, ...] = ()
    if start is not None:
        given = (given_start(start, dataset, options),)
        options.setdefault("n_init", 1)
    asked = FitOptions(**options)
    check_row_count(dataset, asked)
    # Drawn here and kept in the result's options, so that any fit can be done again.
    seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    run = _Run(dataset, replace(asked, seed=seed), cancel or CancelFlag(), given)
    if held and asked.prior:
        raise OptionError("With a prior nothing can be held: leave one of them out.")
    if held:
        run.held = as_held(held, start, asked.family, asked.n_components)
        if asked.n_init > 1:
            raise OptionError("What is held has one start, the given one: leave n_init out.")
    return _steps(run)


def fit_from(
    starts: Starts,
    dataset: Dataset,
    options: FitOptions,
    cancel: CancelFlag,
    added: NDArray[np.float64] | None = None,
) -> FitResult:
    """As `fit`, from starts that other fits to the same rows use too.

    Parameters
    ----------
    starts, dataset, cancel : they belong together.
    options : have a seed.
    added : (D,) to the variances, in the data's units, in place of what `reg_covar` says.
    """
    check_row_count(dataset, options)
    return end_of(_steps(_Run(dataset, options, cancel, starts=starts, added=added)))


@dataclass
class _Run:
    """What one fit knows while it runs."""

    dataset: Dataset
    options: FitOptions
    cancel: CancelFlag
    given: tuple[Partition, ...] = ()
    starts: Starts | None = None
    added: NDArray[np.float64] | None = None
    held: Held = Held()
    prior: Prior | None = None
    samples: list[LocalEngine] = field(default_factory=list)
    records: list[StartRecord] = field(default_factory=list)
    best: EmStep | None = None
    best_start: int = -1
    optima: tuple[Optimum, ...] = ()
    on_sample: EmStep | None = None
    failure: FitError | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.engine = self.engine_for(self.dataset, self.cancel)

    def engine_for(self, rows: Dataset, cancel: CancelFlag) -> LocalEngine:
        n_threads, polite = self.options.n_threads, self.options.polite
        return LocalEngine(rows, n_threads=n_threads, polite=polite, cancel=cancel)

    @property
    def keeps_order(self) -> bool:
        """Whether components have numbers that mean something."""
        return self.dataset.known is not None or any(self.held)

    @property
    def best_log_likelihood(self) -> float:
        return self.best.log_likelihood if self.best else -np.inf

    @property
    def sample_passes(self) -> float:
        """Passes over samples, each as its share of a pass over all rows."""
        rows = sum(sample.n_passes * sample.n_samples for sample in self.samples)
        return rows / self.dataset.n_samples

    def progress(self, start: int, step: EmStep, engine: LocalEngine) -> FitProgress:
        """A snapshot of a start at a step over the rows of `engine`."""
        best = self.best_log_likelihood
        return FitProgress(
            start=start,
            n_starts=self.options.n_init,
            iteration=step.iteration,
            mixture=step.mixture,
            log_likelihood=step.log_likelihood,
            gain=step.gain,
            best_log_likelihood=max(best, step.log_likelihood) if engine is self.engine else best,
            n_passes=self.engine.n_passes,
            sample_passes=self.sample_passes,
            n_rows=engine.n_samples,
            n_samples=self.dataset.n_samples,
            total_weight=self.engine.total_weight,
        )


def _steps(run: _Run) -> Generator[FitProgress, None, FitResult]:
    options = run.options
    try:
        starts = run.starts or _new_starts(run)
        check_spread(run.dataset, starts.scale)
        if options.prior:
            run.prior = weak_prior(run.engine, starts.scale, options.n_components)
        if options.prefix:
            run.samples = _samples(run)
        for start in range(options.n_init):
            yield from _one_start(run, start, starts)
    except Cancelled:
        _keep_what_a_sample_gave(run)
    return _result(run)


def _new_starts(run: _Run) -> Starts:
    scale = column_scale(run.dataset, run.cancel)
    return Starts(run.dataset, scale, run.cancel, run.given)


def _samples(run: _Run) -> list[LocalEngine]:
    """Engines for samples of the rows, from small to large, the same for all starts."""
    X = run.dataset.X
    sizes = sample_sizes(run.dataset.n_samples, X.itemsize * X.shape[1], _n_parameters(run))
    if not sizes:
        return []
    stream = np.random.SeedSequence(run.options.seed, spawn_key=(_SAMPLE_STREAM,))
    samples = nested_samples(run.dataset, sizes, np.random.default_rng(stream), run.cancel)
    return [run.engine_for(sample, run.cancel) for sample in samples]


def _n_parameters(run: _Run) -> int:
    family = family_named(run.options.family)
    return family.n_parameters(run.options.n_components, run.dataset.n_features)


def _one_start(run: _Run, start: int, starts: Starts) -> Generator[FitProgress, None, None]:
    """Run one start and record what became of it; raises Cancelled if it was stopped."""
    options = run.options
    monitor = ConvergenceMonitor(options.tol, run.engine.total_weight, options.stop_rule)
    reason: StopReason | None = None
    failure = ""
    scale = starts.scale
    added = options.reg_covar * scale.deviation**2 if run.added is None else run.added
    limits = Constraints(added, scale.resolution**2, run.held, run.prior)
    mixture = _beginning(run, start, starts, limits)
    ascent = Ascent(options, limits)
    for sample in run.samples:
        mixture = yield from _on_sample(run, sample, start, ascent, mixture)
    try:
        steps = ascent.over(run.engine, mixture, monitor)
        reason = yield from _reported(run, start, steps)
    except FitError as error:
        run.failure = error
        failure = str(error)
    if monitor.history or failure:
        history = np.array(monitor.history)
        run.records.append(StartRecord(history, max(monitor.n_iter, 0), reason, failure))
    if reason is StopReason.STOPPED:
        raise Cancelled


def _beginning(run: _Run, start: int, starts: Starts, limits: Constraints) -> Mixture:
    """Where a start begins: the best of several short runs, if they are asked for.

    Biernacki, Celeux & Govaert (2003), Computational Statistics & Data Analysis 41. Raises
    Cancelled if it was stopped.
    """
    options = run.options
    if options.short_runs == 1 or start < starts.n_given:
        return starts.mixture(start, options)
    engine = run.samples[0] if run.samples else run.engine
    best: EmStep | None = None
    for number in range(start * options.short_runs, (start + 1) * options.short_runs):
        end = _short_run(engine, starts.mixture(number, options), limits)
        run.cancel.check()
        sound = end and not doubts(end.mixture, engine.total_weight, options.reg_covar)
        if end and sound and (best is None or end.log_likelihood > best.log_likelihood):
            best = end
    return best.mixture if best else starts.mixture(start * options.short_runs, options)


def _short_run(engine: LocalEngine, mixture: Mixture, limits: Constraints) -> EmStep | None:
    """Where a few EM steps lead; None where a component collapses."""
    monitor = ConvergenceMonitor(0.0, engine.total_weight)
    latest: EmStep | None = None
    try:
        for step in run_em(engine, mixture, monitor, max_iter=_SHORT_RUN, limits=limits):
            latest = step
    except FitError:
        return None
    return latest


def _on_sample(
    run: _Run, sample: LocalEngine, start: int, ascent: Ascent, mixture: Mixture
) -> Generator[FitProgress, None, Mixture]:
    """Take a start as far as a sample of the rows can; raises Cancelled if it was stopped.

    What comes of a component that collapses, or nearly so, onto a few rows of the sample is not
    gone on with: the start stays where it was.
    """
    tol = max(run.options.tol, sample_tolerance(sample.n_samples, mixture.n_parameters))
    steps = ascent.over(sample, mixture, ConvergenceMonitor(tol, sample.total_weight))
    found = mixture
    try:
        for step in steps:
            found, run.on_sample = step.mixture, step
            yield run.progress(start, step, sample)
    except FitError:
        found = mixture
    run.cancel.check()
    if found is mixture or doubts(found, sample.total_weight, run.options.reg_covar):
        ascent.forget()
        return mixture
    return found


def _reported(
    run: _Run, start: int, steps: Generator[EmStep, None, StopReason]
) -> Generator[FitProgress, None, StopReason]:
    """Turn EM steps into FitProgress, keeping the best mixture of all starts that do not fail."""
    best: EmStep | None = None
    while True:
        try:
            latest = next(steps)
        except StopIteration as end:
            reason: StopReason = end.value
            if best is not None:
                run.optima = with_end(run.optima, best.mixture, best.log_likelihood, start)
                if best.log_likelihood > run.best_log_likelihood:
                    run.best, run.best_start = best, start
            return reason
        # Regularisation and rounding may make the last step the lesser one by a trifle.
        if best is None or latest.log_likelihood >= best.log_likelihood:
            best = latest
        yield run.progress(start, latest, run.engine)


def _keep_what_a_sample_gave(run: _Run) -> None:
    """Measure the newest mixture on all rows if nothing else has been, and if that is quickly done.

    Who stops a fit in its first moments has seen it move, and is to keep what there was to see.
    """
    if run.best is not None or run.on_sample is None:
        return
    patience = CancelFlag()
    timer = threading.Timer(_PATIENCE_SECONDS, patience.set)
    timer.start()
    run.engine = run.engine_for(run.dataset, patience)
    monitor = ConvergenceMonitor(run.options.tol, run.engine.total_weight, run.options.stop_rule)
    with suppress(Cancelled, FitError):
        mixture = run.on_sample.mixture
        run.best = reported(monitor, mixture, measure(run.engine, mixture, run.prior))
        run.best_start = len(run.records)
        run.optima = with_end((), mixture, run.best.log_likelihood, run.best_start)
        run.records.append(StartRecord(np.array(monitor.history), 0, StopReason.STOPPED))
    timer.cancel()
    timer.join()


def _result(run: _Run) -> FitResult:
    if run.best is None:
        raise run.failure or StoppedEmpty()
    stopped = run.cancel.is_set
    reason = StopReason.STOPPED if stopped else run.records[run.best_start].stop_reason
    assert reason is not None
    return FitResult(
        mixture=run.best.mixture if run.keeps_order else run.best.mixture.by_weight(),
        log_likelihood=run.best.log_likelihood - run.best.log_prior,
        classification_entropy=run.best.classification_entropy,
        best_start=run.best_start,
        starts=tuple(run.records),
        optima=run.optima,
        n_passes=run.engine.n_passes,
        sample_passes=run.sample_passes,
        stop_reason=reason,
        dataset=run.dataset,
        options=run.options,
        held=run.held,
        prior=run.prior,
        seconds=time.perf_counter() - run.began,
    )
