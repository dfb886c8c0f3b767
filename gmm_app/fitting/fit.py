"""The fit: several starts of EM as one generator, driven alike by a window, a script and a test."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, OptionError
from gmm_app.fitting.checks import check_row_count, check_spread
from gmm_app.fitting.ending import keep_what_a_sample_gave, result_of
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.held import as_held
from gmm_app.fitting.initialization import Partition
from gmm_app.fitting.one_start import one_start
from gmm_app.fitting.options import FitOptions, options_from
from gmm_app.fitting.prior import weak_prior
from gmm_app.fitting.progress import FitProgress
from gmm_app.fitting.result import FitResult
from gmm_app.fitting.run import Run
from gmm_app.fitting.samples import nested_samples, sample_sizes
from gmm_app.fitting.starts import Starts, given_start
from gmm_app.fitting.streams import SAMPLES, drawn_if_none, stream
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture


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
    run = prepared(
        data,
        row_weights=row_weights,
        known=known,
        start=start,
        held=held,
        cancel=cancel,
        **options,
    )
    return steps_of(run)


def prepared(
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
    start: Mixture | ArrayLike | None = None,
    held: Mapping[str, Iterable[int]] | None = None,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> Run:
    """A fit whose data and options have been checked; `steps_of` runs it.

    For who wants to look at its state between the steps. Parameters and errors as for `fit`.
    """
    dataset = as_dataset(data, row_weights, known)
    given: tuple[Partition, ...] = ()
    if start is not None:
        given = (given_start(start, dataset, options),)
        options.setdefault("n_init", 1)
    asked = options_from(options)
    check_row_count(dataset, asked)
    # Drawn here and kept in the result's options, so that any fit can be done again.
    asked = replace(asked, seed=drawn_if_none(asked.seed))
    run = Run(dataset, asked, cancel or CancelFlag(), given)
    if held:
        for other in ("prior", "noise", "reseed"):
            if getattr(asked, other):
                raise OptionError(f"With {other} nothing can be held: leave one of them out.")
        run.held = as_held(held, start, asked.family, asked.n_components)
        if asked.n_init > 1:
            raise OptionError("What is held has one start, the given one: leave n_init out.")
    return run


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
    return end_of(steps_of(Run(dataset, options, cancel, starts=starts, added=added)))


def steps_of(run: Run) -> Generator[FitProgress, None, FitResult]:
    """The steps of a fit that was prepared, as `iter_fit` yields them."""
    options = run.options
    try:
        starts = run.starts or Starts.of(run.dataset, run.cancel, run.given)
        check_spread(run.dataset, starts.scale)
        if options.prior:
            core = starts.core(options)
            run.prior = weak_prior(*core, options.n_components, run.cancel)
        if options.prefix:
            run.samples = _samples(run)
        for start in range(options.n_init):
            yield from one_start(run, start, starts)
    except Cancelled:
        keep_what_a_sample_gave(run)
    return result_of(run, stopped=run.cancel.is_set)


def _samples(run: Run) -> list[LocalEngine]:
    """Engines for samples of the rows, from small to large, the same for all starts."""
    X = run.rows.X
    sizes = sample_sizes(run.rows.n_samples, X.itemsize * X.shape[1], _n_parameters(run))
    if not sizes:
        return []
    rng = stream(run.options.seed, SAMPLES)
    samples = nested_samples(run.rows, sizes, rng, run.cancel)
    return [run.engine_for(sample, run.cancel) for sample in samples]


def _n_parameters(run: Run) -> int:
    family = family_named(run.options.family)
    return family.n_parameters(run.options.n_components, run.dataset.n_features)
