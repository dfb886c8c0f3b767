"""One start of a fit: where it begins, its way over samples and all rows, and what became of it."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, CollapseError, FitError
from gmm_app.fitting.ascent import Ascent
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.doubts import doubtful, doubts
from gmm_app.fitting.em import EmStep, run_em
from gmm_app.fitting.m_step import Constraints
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.reseeding import MOST_RESEEDS, reseeded
from gmm_app.fitting.result import StartRecord, StopReason
from gmm_app.fitting.run import RisingStart, Run
from gmm_app.fitting.samples import sample_tolerance
from gmm_app.fitting.starts import Starts
from gmm_app.fitting.streams import RESEEDS, stream
from gmm_app.mixture.mixture import Mixture

# EM steps of a short run: enough to tell a good beginning from a poor one.
_SHORT_RUN = 5


def one_start(run: Run, start: int, starts: Starts) -> Generator[FitProgress, None, None]:
    """Run one start and record what became of it; raises Cancelled if it was stopped."""
    options = run.options
    limits = starts.constraints(options, run.held, run.prior, run.added)
    mixture = _beginning(run, start, starts, limits)
    ascent = Ascent(options, limits)
    for sample in run.samples:
        mixture = yield from _on_sample(run, sample, start, ascent, mixture)
    most = MOST_RESEEDS if options.reseed else 0
    rng = stream(options.seed, RESEEDS, start) if most else None
    for n_reseeds in range(most + 1):
        monitor = ConvergenceMonitor(options.tol, run.engine.total_weight, options.stop_rule)
        failure, reason = "", None
        run.latest, run.rising = None, RisingStart(start, monitor, n_reseeds)
        try:
            steps = ascent.over(run.engine, mixture, monitor)
            watched = _watched(run, steps) if n_reseeds < most else steps
            reason = yield from _reported(run, run.rising, watched)
        except FitError as error:
            run.failure, failure = error, str(error)
            if isinstance(error, CollapseError) and rng is not None and n_reseeds < most:
                before = run.latest.mixture if run.latest else mixture
                mixture = reseeded(before, error.component, run.rows, starts, rng)
                ascent.forget()
                continue
        break
    run.rising = None
    if monitor.history or failure:
        history, n_iter = np.array(monitor.history), max(monitor.n_iter, 0)
        run.records.append(StartRecord(history, n_iter, reason, failure, n_reseeds))
    if reason is StopReason.STOPPED:
        raise Cancelled


def _watched(
    run: Run, steps: Generator[EmStep, None, StopReason]
) -> Generator[EmStep, None, StopReason]:
    """The same steps; raises CollapseError once a component is about to collapse."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            reason: StopReason = end.value
            return reason
        few, held_up = doubtful(step.mixture, run.engine.total_weight, run.options.reg_covar)
        collapsing = np.concatenate([held_up, few])
        if collapsing.size:
            k = int(collapsing[0])
            raise CollapseError(f"Component {k + 1} closes in on a few rows.", k)
        yield step


def _beginning(run: Run, start: int, starts: Starts, limits: Constraints) -> Mixture:
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
    run: Run, sample: LocalEngine, start: int, ascent: Ascent, mixture: Mixture
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
    run: Run, rising: RisingStart, steps: Generator[EmStep, None, StopReason]
) -> Generator[FitProgress, None, StopReason]:
    """Turn EM steps into FitProgress, keeping the best mixture of all starts that do not fail."""
    while True:
        try:
            latest = next(steps)
        except StopIteration as end:
            reason: StopReason = end.value
            if rising.best is not None:
                run.start_ended(rising.start, rising.best)
            return reason
        run.latest = latest
        # Regularisation and rounding may make the last step the lesser one by a trifle.
        if rising.best is None or latest.log_likelihood >= rising.best.log_likelihood:
            rising.best = latest
        yield run.progress(rising.start, latest, run.engine)
