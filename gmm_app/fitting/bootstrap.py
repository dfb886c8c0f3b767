"""How sure a result is: standard errors and intervals of its parameters, by the bootstrap.

Each draw gives the rows other weights and goes on with EM from where the fit ended, so that
components keep their names (O'Hagan, Murphy, Scrucca & Gormley 2019, Computational Statistics 34).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled, FitError, OptionError
from gmm_app.fitting.ascent import Ascent
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.m_step import Constraints
from gmm_app.fitting.optima import in_order_of
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import FitResult
from gmm_app.fitting.side_by_side import Workers, check_jobs, one_thread_each
from gmm_app.fitting.starts import Starts
from gmm_app.fitting.streams import drawn_if_none, stream
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.units import in_data_units, in_fitted_units

Array = NDArray[np.float64]

_FEWEST_DRAWS = 20
# Draws that a process is given at a time: each takes milliseconds.
_BATCH = 10


class Parameters(NamedTuple):
    """One number for each parameter of a mixture; with draws, they come first.

    Attributes
    ----------
    weights : (K,).
    means : (K, D), in the mixture's units.
    covariances : (K, D, D), in the mixture's units.
    noise : () the weight of noise, 0 where there is none.
    """

    weights: Array
    means: Array
    covariances: Array
    noise: Array

    @classmethod
    def of(cls, mixture: Mixture) -> Parameters:
        """Those of a mixture."""
        noise = np.array(mixture.noise.weight if mixture.noise else 0.0)
        return cls(mixture.weights, mixture.means, mixture.covariances, noise)


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """What the parameters of a fit would be if the rows were others of their kind.

    Attributes
    ----------
    result : of the fit.
    draws : parameters of B draws: (B, K), (B, K, D), (B, K, D, D) and (B,).
    method : "weighted" or "rows".
    seed : that draws the same again.
    n_asked : draws that were asked for.
    n_failed : draws in which a component collapsed; they are not among `draws`.
    """

    result: FitResult
    draws: Parameters
    method: str
    seed: int
    n_asked: int
    n_failed: int

    @property
    def n_draws(self) -> int:
        return len(self.draws.weights)

    @property
    def standard_errors(self) -> Parameters:
        """The draws' standard deviations."""
        return Parameters(*(part.std(axis=0, ddof=1) for part in self.draws))

    def summary(self, level: float = 0.95) -> dict[str, Any]:
        """As plain numbers, lists and words, ready for JSON; ends of intervals by parameter."""
        low, high = self.intervals(level)
        errors = self.standard_errors
        return {
            "method": self.method,
            "n_draws": self.n_draws,
            "n_failed": self.n_failed,
            "seed": self.seed,
            "level": level,
            "standard_errors": {name: getattr(errors, name).tolist() for name in errors._fields},
            "low": {name: getattr(low, name).tolist() for name in low._fields},
            "high": {name: getattr(high, name).tolist() for name in high._fields},
        }

    def intervals(self, level: float = 0.95) -> tuple[Parameters, Parameters]:
        """Lower and upper ends of intervals that hold the truth that often.

        Percentiles of the draws, moved where more draws lie on one side of the result than on the
        other (bias-corrected percentile intervals, Efron 1981, Canadian J. Statistics 9).

        Raises
        ------
        OptionError
            `level` is not between 0 and 1.
        """
        if not isinstance(level, float) or not 0.0 < level < 1.0:
            raise OptionError(f"The level cannot be {level!r}: give a share between 0 and 1.")
        found = Parameters.of(self.result.mixture)
        ends = [_interval(*pair, level) for pair in zip(self.draws, found, strict=True)]
        return Parameters(*(low for low, _ in ends)), Parameters(*(high for _, high in ends))


def _interval(draws: Array, found: Array, level: float) -> tuple[Array, Array]:
    """Ends for draws (B, ...) of what was found to be `found` (...)."""
    from scipy.special import ndtr, ndtri

    n = len(draws)
    below = (np.sum(draws < found, axis=0) + 0.5 * np.sum(draws == found, axis=0)) / n
    bias = ndtri(np.clip(below, 0.5 / n, 1.0 - 0.5 / n))
    tail = ndtri(0.5 * (1.0 - level))
    ordered = np.sort(draws, axis=0)
    low, high = (_quantile(ordered, ndtr(2.0 * bias + end)) for end in (tail, -tail))
    return low, high


def _quantile(ordered: Array, shares: Array) -> Array:
    """For each parameter a quantile of its own, with straight lines between the draws."""
    place = shares * (len(ordered) - 1)
    whole = np.floor(place).astype(np.intp)
    following = np.minimum(whole + 1, len(ordered) - 1)
    low, high = (
        np.take_along_axis(ordered, at[np.newaxis], axis=0)[0] for at in (whole, following)
    )
    quantile: Array = low + (place - whole) * (high - low)
    return quantile


def bootstrap(
    result: FitResult,
    *,
    n_draws: int = 999,
    method: str = "weighted",
    seed: int | None = None,
    n_jobs: int = 1,
    cancel: CancelFlag | None = None,
) -> Bootstrap:
    """Find how sure a fit's parameters are, and return when it is done.

    Parameters
    ----------
    result : of the fit, which should have converged.
    n_draws : more draws give steadier ends of intervals: 200 do for standard errors.
    method : "weighted": each row counts by a random weight with mean 1, exponentially distributed
        (weighted-likelihood bootstrap, Newton & Raftery 1994), in which no small component loses
        all its rows; or "rows": as many rows are drawn with replacement (Efron 1979).
    seed : the same seed gives the same draws.
    n_jobs : how many processes draw side by side, as for `select`.
    cancel : a flag that another thread may set; the draws that are done are then the result.

    Raises
    ------
    OptionError
        An option that makes no sense.
    FitError
        Most draws failed, or it was stopped before there were 20.
    """
    return end_of(
        iter_bootstrap(
            result, n_draws=n_draws, method=method, seed=seed, n_jobs=n_jobs, cancel=cancel
        )
    )


def iter_bootstrap(
    result: FitResult,
    *,
    n_draws: int = 999,
    method: str = "weighted",
    seed: int | None = None,
    n_jobs: int = 1,
    cancel: CancelFlag | None = None,
) -> Generator[int, None, Bootstrap]:
    """As `bootstrap`, draw by draw: yields how many are done. Options are checked at once."""
    if not isinstance(method, str) or method not in _WEIGHTS:
        raise OptionError(f"The method cannot be {method!r}: choose {' or '.join(_WEIGHTS)}.")
    check_draws(n_draws)
    if seed is not None and (not isinstance(seed, int | np.integer) or seed < 0):
        raise OptionError(f"Seed cannot be {seed!r}: give a whole number from 0.")
    seed = drawn_if_none(seed)
    check_jobs(n_jobs)
    return _draws(result, int(n_draws), method, seed, n_jobs, cancel or CancelFlag())


def check_draws(n_draws: int) -> None:
    """Refuse too few draws.

    Raises
    ------
    OptionError
        They are no whole number, or fewer than 20.
    """
    if not isinstance(n_draws, int | np.integer) or n_draws < _FEWEST_DRAWS:
        raise OptionError(
            f"Draws cannot be {n_draws!r}: give a whole number, at least {_FEWEST_DRAWS}."
        )


def _draws(
    result: FitResult, n_draws: int, method: str, seed: int, n_jobs: int, cancel: CancelFlag
) -> Generator[int, None, Bootstrap]:
    found: list[Mixture] = []
    failed = 0
    try:
        with Workers(_begin, (result, method, seed, n_jobs), n_jobs, cancel) as workers:
            for draw, end in enumerate(workers.map(range(n_draws), batch=_BATCH), start=1):
                if cancel.is_set:
                    break
                if end is None:
                    failed += 1
                else:
                    found.append(end)
                yield draw
    except Cancelled:
        pass
    if len(found) < max(_FEWEST_DRAWS, failed):
        raise FitError(
            f"A component collapsed in {failed:,} of {n_draws:,} draws: the rows do not tell how "
            "sure this mixture is. Try fewer components."
            if failed > len(found)
            else f"Stopped after {len(found)} draws: {_FEWEST_DRAWS} are the least that say "
            "anything."
        )
    parts = zip(*(Parameters.of(mixture) for mixture in found), strict=True)
    drawn = Parameters(*(np.array(part) for part in parts))
    return Bootstrap(result, drawn, method, seed, n_draws, failed)


def _begin(
    result: FitResult, method: str, seed: int, n_jobs: int, cancel: CancelFlag
) -> Callable[[int], Mixture | None]:
    """The function of a draw; it gives None where a component collapsed, or it was stopped."""
    transforms, options = result.dataset.transforms, one_thread_each(result.options, n_jobs)
    dataset, found = result.dataset.fitted, in_fitted_units(result.mixture, transforms)
    limits = Starts.of(dataset, cancel).constraints(options, result.held, result.prior)

    def work(draw: int) -> Mixture | None:
        weights = _WEIGHTS[method](dataset, stream(seed, draw))
        rows = replace(dataset, weights=weights)
        try:
            end = _refitted(found, rows, options, limits, cancel)
        except (FitError, Cancelled):
            return None
        return in_data_units(end, transforms)

    return work


def _refitted(
    mixture: Mixture,
    rows: Dataset,
    options: FitOptions,
    limits: Constraints,
    cancel: CancelFlag,
) -> Mixture:
    """Where EM ends from `mixture` with other weights; raises Cancelled if it was stopped."""
    engine = LocalEngine(rows, n_threads=options.n_threads, polite=options.polite, cancel=cancel)
    monitor = ConvergenceMonitor(options.tol, engine.total_weight, options.stop_rule)
    latest = mixture
    for step in Ascent(options, limits).over(engine, mixture, monitor):
        latest = step.mixture
    cancel.check()
    keeps_order = rows.known is not None or any(limits.held)
    return latest if keeps_order else in_order_of(latest, mixture)


def _exponential(dataset: Dataset, rng: np.random.Generator) -> Array:
    """A row that counts w times is as good as w rows with weights of their own."""
    if dataset.weights is None:
        weights = rng.exponential(size=dataset.n_samples)
    else:
        weights = rng.gamma(dataset.weights)
    weights *= dataset.total_weight / weights.sum()
    return weights


def _resampled(dataset: Dataset, rng: np.random.Generator) -> Array:
    n, weights = dataset.n_samples, dataset.weights
    if weights is None:
        return np.bincount(rng.integers(n, size=n), minlength=n).astype(np.float64)
    shares = weights / weights.sum()
    return rng.multinomial(max(1, round(dataset.total_weight)), shares).astype(np.float64)


_WEIGHTS: dict[str, Callable[[Dataset, np.random.Generator], Array]] = {
    "weighted": _exponential,
    "rows": _resampled,
}
