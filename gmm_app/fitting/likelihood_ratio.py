"""Is one component more worth it? The bootstrap likelihood-ratio test of K against K + 1."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, FitError, GmmError, OptionError
from gmm_app.fitting.ending import StoppedEmpty
from gmm_app.fitting.fit import fit_from
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.options import FitOptions, options_from
from gmm_app.fitting.result import FitResult
from gmm_app.fitting.side_by_side import Workers, check_jobs, one_thread_each
from gmm_app.fitting.starts import Starts
from gmm_app.fitting.streams import SIMULATED_ROWS, drawn_if_none, stream
from gmm_app.mixture.mixture import Mixture

_FEWEST_DRAWS = 19


@dataclass(frozen=True, eq=False)
class LikelihoodRatioTest:
    """K components against K + 1.

    Attributes
    ----------
    fewer, more : the fits with K and with K + 1 components.
    statistic : twice the difference of their log-likelihoods.
    simulated : (B,) the same of rows drawn from `fewer`: what it is if K are enough.
    """

    fewer: FitResult
    more: FitResult
    statistic: float
    simulated: NDArray[np.float64]

    @property
    def p_value(self) -> float:
        """How often rows of K components would give as much; small speaks for K + 1."""
        as_much = int((self.simulated >= self.statistic).sum())
        return (1 + as_much) / (1 + self.simulated.size)


def likelihood_ratio_test(
    data: Dataset | ArrayLike, *, cancel: CancelFlag | None = None, **asked: Any
) -> LikelihoodRatioTest:
    """Test K components against K + 1; see `iter_likelihood_ratio_test`."""
    return end_of(iter_likelihood_ratio_test(data, cancel=cancel, **asked))


def iter_likelihood_ratio_test(
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    n_draws: int = 99,
    n_jobs: int = 1,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> Generator[int, None, LikelihoodRatioTest]:
    """Test K components against K + 1, draw by draw: yields how many draws are done.

    Twice the difference of log-likelihoods has no known distribution here, so it is simulated
    (McLachlan 1987, Applied Statistics 36). Drawn rows lack the values that the data lack; a row
    that counts w times is drawn as w rows.

    Parameters
    ----------
    data, row_weights : as for `fit`.
    n_draws : how often rows are drawn; the smallest p-value is 1 / (n_draws + 1).
    n_jobs : how many processes draw side by side, as for `select`.
    cancel : a flag that another thread may set; with 19 draws or more, those are the result.
    options : the fields of FitOptions; `n_components` is K.

    Raises
    ------
    DataError, OptionError, FitError
        Data or options that cannot be fitted; the message names the remedy. Or it was stopped
        after too few draws.
    Cancelled
        It was stopped before there were any.
    """
    if not isinstance(n_draws, int | np.integer) or n_draws < _FEWEST_DRAWS:
        raise OptionError(
            f"Draws cannot be {n_draws!r}: give a whole number, at least {_FEWEST_DRAWS}."
        )
    dataset, cancel = as_dataset(data, row_weights), cancel or CancelFlag()
    if dataset.known is not None:
        raise OptionError("The test takes no rows of known components: leave them out.")
    asked = options_from(options)
    asked = replace(asked, seed=drawn_if_none(asked.seed))
    replace(asked, n_components=asked.n_components + 1)  # refuses a number out of bounds
    check_jobs(n_jobs)
    return _draws(dataset, asked, int(n_draws), n_jobs, cancel)


def _draws(
    dataset: Dataset, options: FitOptions, n_draws: int, n_jobs: int, cancel: CancelFlag
) -> Generator[int, None, LikelihoodRatioTest]:
    fewer, more = _both(dataset, options, cancel)
    statistic = _statistic(fewer, more)
    simulated: list[float] = []
    given = (dataset, fewer.mixture, options, n_jobs)
    with Workers(_begin, given, n_jobs, cancel) as workers:
        for draw, value in enumerate(workers.map(range(n_draws)), start=1):
            if value is None or cancel.is_set:
                break
            simulated.append(value)
            yield draw
    if len(simulated) < _FEWEST_DRAWS:
        raise FitError(
            f"Stopped after {len(simulated)} draws: {_FEWEST_DRAWS} are the least that say "
            "anything."
        )
    return LikelihoodRatioTest(fewer, more, statistic, np.array(simulated))


def _begin(
    dataset: Dataset, mixture: Mixture, options: FitOptions, n_jobs: int, cancel: CancelFlag
) -> Callable[[int], float | None]:
    """The function of a draw; it gives None where it was stopped."""
    asked = one_thread_each(options, n_jobs)

    def work(draw: int) -> float | None:
        rows = _drawn(mixture, dataset, stream(options.seed, SIMULATED_ROWS, draw))
        try:
            return _statistic(*_both(rows, asked, cancel))
        except Cancelled:
            return None
        except GmmError:
            # A component that collapses has a log-likelihood without bound.
            return np.inf

    return work


def _drawn(mixture: Mixture, dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """As many rows as there are, each as often as it counts, that lack values as those do."""
    n, weights = dataset.n_samples, dataset.weights
    lacking = np.arange(n)
    if weights is not None:
        n = max(2, round(dataset.total_weight))
        lacking = rng.choice(dataset.n_samples, size=n, p=weights / weights.sum())
    rows = mixture.sample(n, int(rng.integers(2**63)))
    if dataset.n_incomplete:
        rows[np.isnan(dataset.X[lacking])] = np.nan
    return replace(as_dataset(rows), columns=dataset.columns, transforms=dataset.transforms)


def _both(dataset: Dataset, options: FitOptions, cancel: CancelFlag) -> tuple[FitResult, FitResult]:
    """The best fits with K and with K + 1 components; raises Cancelled if it was stopped."""
    starts = Starts.of(dataset, cancel)
    try:
        found = [
            fit_from(starts, dataset, replace(options, n_components=k), cancel)
            for k in (options.n_components, options.n_components + 1)
        ]
    except StoppedEmpty as stopped:
        raise Cancelled from stopped
    cancel.check()
    return found[0], found[1]


def _statistic(fewer: FitResult, more: FitResult) -> float:
    # Starts of their own may leave the richer mixture a little below the poorer one.
    return max(0.0, 2.0 * (more.log_likelihood - fewer.log_likelihood))
