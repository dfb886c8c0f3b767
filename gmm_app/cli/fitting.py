"""`gmm-app fit`: read, fit with progress, say what was found, write what was asked for."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np

from gmm_app.cli.inputs import Rows
from gmm_app.cli.outputs import Outputs, Problems
from gmm_app.cli.report import print_report, print_written
from gmm_app.cli.terminal import progress_bar
from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import FitError
from gmm_app.fitting.bootstrap import Bootstrap, check_draws, iter_bootstrap
from gmm_app.fitting.ending import StoppedEmpty
from gmm_app.fitting.fit import iter_fit
from gmm_app.fitting.forecast import forecast
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult, StopReason

_INTERRUPTED = 130


def run_fit(
    rows: Rows,
    options: FitOptions,
    outputs: Outputs,
    *,
    as_json: bool,
    n_draws: int = 0,
) -> int:
    """Fit rows of a file; the exit code: 0, or 130 when interrupted with the best so far kept.

    With `n_draws`, so many draws of the bootstrap say how sure the parameters are.

    Raises
    ------
    GmmError
        Bad input of any kind, and nothing has been written then; or some of the outputs could not
        be written, and then all else has been.
    OSError
        The report could not be printed, but all else has been written.
    """
    outputs.check(rows.file)
    if n_draws:
        check_draws(n_draws)
    dataset, left_aside = rows.read()
    cancel = CancelFlag()
    with interrupt_sets(cancel):
        try:
            result = _fit_with_progress(dataset, options, cancel)
            sure = _bootstrap_with_progress(result, n_draws, cancel) if n_draws else None
        except StoppedEmpty:
            return _INTERRUPTED
    # The numbers come first: whatever happens to the files, they are not lost.
    problems = Problems()
    with problems.noted():
        if as_json:
            more = {"bootstrap": sure.summary()} if sure else {}
            print(json.dumps(result.summary() | more), flush=True)
        else:
            print_report(result, left_aside, sure)
    written = outputs.write(result, problems, left_aside, sure)
    if not as_json:
        with problems.noted():
            print_written(written)
    problems.raise_any()
    return _INTERRUPTED if result.stop_reason is StopReason.STOPPED else 0


@contextmanager
def interrupt_sets(cancel: CancelFlag) -> Iterator[None]:
    """Let Ctrl+C stop the fit, which keeps its best, in place of ending the program."""
    previous = signal.signal(signal.SIGINT, lambda *_: cancel.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _fit_with_progress(dataset: Dataset, options: FitOptions, cancel: CancelFlag) -> FitResult:
    steps = iter_fit(dataset, cancel=cancel, **asdict(options))
    histories: list[list[float]] = []
    with progress_bar() as bar:
        task = bar.add_task("preparing the kernels", total=1.0)

        def show(progress: FitProgress) -> None:
            _note(histories, progress)
            words, share = _shown(histories, progress, options)
            bar.update(task, description=words, completed=share)

        return end_of(steps, None if bar.disable else show)


def _bootstrap_with_progress(
    result: FitResult, n_draws: int, cancel: CancelFlag
) -> Bootstrap | None:
    """None where it was interrupted before it could say anything."""
    steps = iter_bootstrap(result, n_draws=n_draws, seed=result.options.seed, cancel=cancel)
    with progress_bar() as bar:
        task = bar.add_task("bootstrap", total=n_draws)
        try:
            return end_of(steps, lambda done: bar.update(task, completed=done))
        except FitError:
            if cancel.is_set:
                return None
            raise


def _note(histories: list[list[float]], progress: FitProgress) -> None:
    while len(histories) <= progress.start:
        histories.append([])
    if not progress.on_sample:
        histories[progress.start].append(progress.log_likelihood)


def _shown(
    histories: list[list[float]], progress: FitProgress, options: FitOptions
) -> tuple[str, float]:
    arrays = [np.array(history) for history in histories]
    guess = forecast(arrays, progress.total_weight, options, seconds=0.0)
    words = f"start {progress.start + 1} of {progress.n_starts}, iteration {progress.iteration}"
    if progress.on_sample:
        words += f" on a sample of {progress.n_rows:,} rows"
    if progress.best_log_likelihood > -np.inf:
        words += f", log-likelihood {progress.best_log_likelihood:,.3f}"
    return words, guess.fraction
