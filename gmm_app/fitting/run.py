"""The state of one running fit."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import FitError
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.doubts import doubts
from gmm_app.fitting.em import EmStep
from gmm_app.fitting.held import Held
from gmm_app.fitting.initialization import Partition
from gmm_app.fitting.optima import Optimum, with_end
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.prior import Prior
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import StartRecord
from gmm_app.fitting.starts import Starts
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.units import in_data_units


@dataclass
class RisingStart:
    """The start that is being run over all rows.

    Attributes
    ----------
    start : its number, from 0.
    monitor : has its history.
    n_reseeds : how often a component that collapsed has got another beginning.
    best : the best of its steps, None before the first.
    """

    start: int
    monitor: ConvergenceMonitor
    n_reseeds: int
    best: EmStep | None = None


@dataclass
class Run:
    """What one fit knows while it runs.

    The starts change it, one after the other (gmm_app/fitting/one_start.py).
    """

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
    best_is_sound: bool = False
    optima: tuple[Optimum, ...] = ()
    on_sample: EmStep | None = None
    latest: EmStep | None = None
    rising: RisingStart | None = None
    failure: FitError | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.engine = self.engine_for(self.rows, self.cancel)

    @property
    def rows(self) -> Dataset:
        """The rows as they are fitted: transformed, where the data set says so."""
        return self.dataset.fitted

    def found(self, mixture: Mixture) -> Mixture:
        """A mixture of `rows` as one of the data set."""
        return in_data_units(mixture, self.dataset.transforms)

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

    def start_ended(self, start: int, end: EmStep) -> None:
        """Take note of the best mixture of a start.

        Where components get other beginnings so as not to collapse, an end with one that has is
        kept only for want of another.
        """
        self.optima = with_end(self.optima, end.mixture, end.log_likelihood, start)
        weight, reg_covar = self.engine.total_weight, self.options.reg_covar
        sound = not self.options.reseed or not doubts(end.mixture, weight, reg_covar)
        if (sound, end.log_likelihood) > (self.best_is_sound, self.best_log_likelihood):
            self.best, self.best_start, self.best_is_sound = end, start, sound

    def progress(self, start: int, step: EmStep, engine: LocalEngine) -> FitProgress:
        """A snapshot of a start at a step over the rows of `engine`."""
        best = self.best_log_likelihood
        return FitProgress(
            start=start,
            n_starts=self.options.n_init,
            iteration=step.iteration,
            mixture=self.found(step.mixture),
            log_likelihood=step.log_likelihood,
            gain=step.gain,
            best_log_likelihood=max(best, step.log_likelihood) if engine is self.engine else best,
            n_passes=self.engine.n_passes,
            sample_passes=self.sample_passes,
            n_rows=engine.n_samples,
            n_samples=self.dataset.n_samples,
            total_weight=self.engine.total_weight,
            reg_covar=self.options.reg_covar,
        )
