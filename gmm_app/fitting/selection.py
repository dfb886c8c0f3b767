"""Choosing the number of components and the covariance family: one fit for each cell of a table."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, FitError, GmmError, OptionError
from gmm_app.fitting.cross_validation import N_FOLDS, Folds
from gmm_app.fitting.ending import StoppedEmpty
from gmm_app.fitting.fit import fit_from
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.options import SELECTION_DEFAULTS, FitOptions, options_from
from gmm_app.fitting.result import FitResult, StopReason
from gmm_app.fitting.side_by_side import Workers, check_jobs, one_thread_each
from gmm_app.fitting.starts import Starts
from gmm_app.fitting.streams import drawn_if_none
from gmm_app.mixture.covariance import FAMILIES, family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.units import in_fitted_units

CRITERIA = {"bic": "BIC", "icl": "ICL", "aic": "AIC", "cv": "CV deviance"}
_SUMMARISED = (
    *("n_samples", "columns", "n_components", "family", "n_parameters", "log_likelihood"),
    *("bic", "aic", "icl", "n_iter", "n_passes", "sample_passes", "stop_reason", "converged"),
    *("seconds", "seed", "n_filtered", "n_left_out", "doubts"),
)


@dataclass(frozen=True, eq=False)
class Cell:
    """One fit of a selection.

    Attributes
    ----------
    family, n_components : what was fitted.
    result : what came of it, or None.
    failure : the sentence why nothing came of it, else "".
    cv : cross-validated deviance (-2 log-likelihood of rows that were left out; lower is better),
        infinite where that failed; None where it was not asked for.
    """

    family: str
    n_components: int
    result: FitResult | None
    failure: str = ""
    cv: float | None = None

    def value(self, criterion: str) -> float:
        """Of a criterion; infinite where there is none."""
        if criterion == "cv":
            return np.inf if self.cv is None else self.cv
        return np.inf if self.result is None else float(getattr(self.result, criterion))

    def row(self) -> dict[str, Any]:
        """The result's summary without parameters, and the failure; None where there is none."""
        row: dict[str, Any] = dict.fromkeys(_SUMMARISED)
        if self.result is not None:
            summary = self.result.summary()
            row = {key: summary.get(key) for key in _SUMMARISED}
            row["n_parameters"] = self.result.n_parameters
        named = {"family": self.family, "n_components": self.n_components, "failure": self.failure}
        finite = self.cv is not None and np.isfinite(self.cv)
        return row | named | {"cv": self.cv if finite else None}


@dataclass(frozen=True, eq=False)
class Selection:
    """Fits of several families and numbers of components to the same rows.

    Attributes
    ----------
    criterion : "bic", "icl", "aic" or "cv"; in all of them lower is better.
    cells : those that are done, in the order in which they were.
    n_cells : how many were asked for.
    stopped : whether it was stopped before all were done.
    """

    criterion: str
    cells: tuple[Cell, ...]
    n_cells: int
    stopped: bool = False

    @property
    def table(self) -> list[dict[str, Any]]:
        """One row per fit, from the best by the criterion to the worst, failures last."""
        return [cell.row() for cell in self.ranked]

    @property
    def ranked(self) -> list[Cell]:
        """The cells from the best by the criterion to the worst, failures last."""
        return sorted(self.cells, key=lambda cell: cell.value(self.criterion))

    @property
    def best(self) -> FitResult:
        """The fit with the lowest criterion, of those that nothing speaks against if there are any.

        Raises
        ------
        FitError
            No fit has succeeded; the message is the first failure's.
        """
        found = self.best_with()
        if found is None:
            raise FitError(self.cells[0].failure if self.cells else str(StoppedEmpty()))
        return found

    def best_with(self, n_components: int | None = None) -> FitResult | None:
        """As `best`, of those with so many components; None where none has succeeded."""
        done = [
            cell.result
            for cell in self.ranked
            if cell.result is not None and n_components in (None, cell.n_components)
        ]
        sound = [result for result in done if not result.doubts]
        return next(iter(sound or done), None)


def select(data: Dataset | ArrayLike, **asked: Any) -> Selection:
    """Fit all families and numbers of components, and return when all are done.

    Parameters and errors as for `iter_select`.
    """
    return end_of(iter_select(data, **asked))


def iter_select(  # noqa: PLR0913  (what is asked for stands by name)
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
    n_components: int | Iterable[int] = range(1, 10),
    families: str | Iterable[str] = tuple(FAMILIES),
    criterion: str = "bic",
    previous: Selection | None = None,
    n_jobs: int = 1,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> Generator[Selection, None, Selection]:
    """Fit one cell after another: yields what is done so far, and returns the whole.

    All fits draw their starts from the same seed, so families are compared from the same starts;
    once all families with as many components are done, each begins once more where the best of them
    has ended.

    With one column all families with a volume of their own are the same, and all others are; with
    one component, all letters V mean E: each is fitted once.

    Parameters
    ----------
    data, row_weights, known : as for `fit`.
    n_components : numbers of components.
    families : names or aliases, or "all".
    criterion : "bic", "icl", "aic", or "cv" (ten-fold cross-validated deviance, which takes ten
        times as long), by which the best is chosen; lower is better.
    previous : a selection that was stopped; what it has done is not done again.
    n_jobs : how many processes fit side by side, each with a copy of the rows; worth it where rows
        are few and fits many. In a script the call must stand under `if __name__ == "__main__":`.
    cancel : a flag that another thread may set; what is done so far is then the result.
    options : the other fields of FitOptions, for every fit; by default one start, from merged
        groups, which serve all numbers of components and all families.

    Raises
    ------
    DataError, OptionError
        Data or options that cannot be fitted; the message names the remedy.
    """
    dataset, cancel = as_dataset(data, row_weights, known), cancel or CancelFlag()
    wanted = _wanted(n_components, families, dataset.n_features)
    if criterion not in CRITERIA:
        raise OptionError(f"There is no criterion {criterion!r}: choose {', '.join(CRITERIA)}.")
    asked = options_from(SELECTION_DEFAULTS | options)
    asked = replace(asked, seed=drawn_if_none(asked.seed))
    for _, k in wanted:
        replace(asked, n_components=k)  # refuses a number out of bounds
    done = {} if previous is None else {(c.family, c.n_components): c for c in previous.cells}
    kept = [done[key] for key in wanted if key in done]
    check_jobs(n_jobs)
    selection = Selection(criterion, tuple(kept), len(wanted))
    return _steps(dataset, asked, wanted, selection, n_jobs, cancel)


def _steps(
    dataset: Dataset,
    options: FitOptions,
    wanted: Sequence[tuple[str, int]],
    selection: Selection,
    n_jobs: int,
    cancel: CancelFlag,
) -> Generator[Selection, None, Selection]:
    known = {(cell.family, cell.n_components) for cell in selection.cells}
    try:
        with Workers(_begin, (dataset, options, selection.criterion), n_jobs, cancel) as workers:
            for k, families in _by_count(wanted).items():
                missing = [family for family in families if (family, k) not in known]
                tasks = [_Task(_cell_options(options, name, k, n_jobs)) for name in missing]
                for cell in workers.map(tasks):
                    if cell is None:
                        return replace(selection, stopped=True)
                    cells = (*selection.cells, _own(cell, dataset, options))
                    selection = replace(selection, cells=cells)
                    yield selection
                if not missing:
                    continue
                selection = _helped(selection, k, workers, dataset, n_jobs)
                if selection.criterion == "cv":
                    selection = _validated(selection, k, missing, workers, n_jobs)
                if cancel.is_set:
                    return replace(selection, stopped=True)
                yield selection
    except Cancelled:
        return replace(selection, stopped=True)
    return selection


class _Task(NamedTuple):
    """One cell to fit, from the starts of its own or from a mixture; or to cross-validate."""

    options: FitOptions
    beginning: Mixture | None = None
    validate: bool = False


def _begin(
    dataset: Dataset, options: FitOptions, criterion: str, cancel: CancelFlag
) -> Callable[[_Task], Cell | None]:
    """What is needed for all cells, and the function that does one; None where it was stopped."""
    starts = Starts.of(dataset, cancel)
    folds: Folds | None = None
    if criterion == "cv":
        assert options.seed is not None
        folds = Folds(dataset, min(N_FOLDS, dataset.n_samples), options.seed, cancel)

    def work(task: _Task) -> Cell | None:
        if task.validate:
            return _validation(folds, task.options)
        own = starts
        if task.beginning is not None:
            own = starts.beginning_at(in_fitted_units(task.beginning, dataset.transforms))
        return _fitted(own, dataset, task.options, cancel)

    return work


def _cell_options(options: FitOptions, family: str, k: int, n_jobs: int) -> FitOptions:
    return replace(one_thread_each(options, n_jobs), family=family, n_components=k)


def _own(cell: Cell, dataset: Dataset, options: FitOptions) -> Cell:
    """A cell that another process has fitted, with this process's rows and options."""
    if cell.result is None or cell.result.dataset is dataset:
        return cell
    asked = replace(cell.result.options, n_threads=options.n_threads)
    return replace(cell, result=replace(cell.result, dataset=dataset, options=asked))


def _helped(
    selection: Selection,
    k: int,
    workers: Workers[_Task, Cell | None],
    dataset: Dataset,
    n_jobs: int,
) -> Selection:
    """Let each family begin once more, where the best family with as many components has ended."""
    # What is cross-validated is not yet known here.
    ranked = replace(selection, criterion="bic") if selection.criterion == "cv" else selection
    leader = ranked.best_with(k)
    if leader is None:
        return selection
    others = [c for c in selection.cells if c.n_components == k and c.result is not leader]
    once = replace(leader.options, n_init=1)
    tasks = [_Task(_cell_options(once, cell.family, k, n_jobs), leader.mixture) for cell in others]
    better = {
        cell.family: _better(cell, again and _own(again, dataset, leader.options))
        for cell, again in zip(others, workers.map(tasks), strict=True)
    }
    cells = [better.get(c.family, c) if c.n_components == k else c for c in selection.cells]
    return replace(selection, cells=tuple(cells))


def _validation(folds: Folds | None, options: FitOptions) -> Cell | None:
    """A cell with its cross-validated deviance alone; None where it was stopped."""
    assert folds is not None
    try:
        cv = folds.validate(options).deviance
    except Cancelled:
        return None
    except GmmError:
        cv = np.inf
    return Cell(options.family, options.n_components, None, cv=cv)


def _validated(
    selection: Selection,
    k: int,
    families: Sequence[str],
    workers: Workers[_Task, Cell | None],
    n_jobs: int,
) -> Selection:
    """Cross-validate these cells; when stopped, those that are left count as not done."""
    tasks = [
        _Task(_cell_options(cell.result.options, cell.family, k, n_jobs), validate=True)
        for cell in selection.cells
        if cell.n_components == k and cell.family in families and cell.result is not None
    ]
    values = dict.fromkeys([task.options.family for task in tasks])
    values |= {cell.family: cell.cv for cell in workers.map(tasks) if cell is not None}
    cells = []
    for cell in selection.cells:
        if cell.n_components != k or cell.family not in values:
            cells.append(cell)
        elif values[cell.family] is not None:
            cells.append(replace(cell, cv=values[cell.family]))
    return replace(selection, cells=tuple(cells))


def _better(cell: Cell, again: Cell | None) -> Cell:
    if again is None or again.result is None:
        return cell
    if cell.result is None or again.result.log_likelihood > cell.result.log_likelihood:
        return again
    return cell


def _by_count(wanted: Sequence[tuple[str, int]]) -> dict[int, list[str]]:
    families: dict[int, list[str]] = {}
    for family, k in wanted:
        families.setdefault(k, []).append(family)
    return families


def _fitted(
    starts: Starts, dataset: Dataset, options: FitOptions, cancel: CancelFlag
) -> Cell | None:
    """One cell; None where it was stopped before its end."""
    try:
        result = fit_from(starts, dataset, options, cancel)
    except StoppedEmpty:
        return None
    except (FitError, OptionError) as error:  # the latter where rows are too few
        return Cell(options.family, options.n_components, None, str(error))
    if result.stop_reason is StopReason.STOPPED:
        return None
    return Cell(options.family, options.n_components, result)


def _wanted(
    n_components: int | Iterable[int], families: str | Iterable[str], n_features: int
) -> list[tuple[str, int]]:
    """The cells to fit, from few components to many."""
    counts = [n_components] if isinstance(n_components, int | np.integer) else list(n_components)
    if families == "all":
        names = list(FAMILIES)
    else:
        names = [families] if isinstance(families, str) else list(families)
    resolved = list(dict.fromkeys(family_named(name).name for name in names))
    if not counts or not resolved:
        raise OptionError("Nothing to choose from: give at least one number and one family.")
    cells: dict[str, tuple[str, int]] = {}
    for k in dict.fromkeys(counts):
        for name in resolved:
            cells.setdefault(f"{_meaning(name, k, n_features)} {k}", (name, k))
    return list(cells.values())


def _meaning(name: str, n_components: int, n_features: int) -> str:
    """The family that this one is, for one component or one column."""
    if n_features == 1:
        name = name[0]
    return name.replace("V", "E") if n_components == 1 else name
