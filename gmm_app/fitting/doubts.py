"""What speaks against trusting a result, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.mixture.mixture import Mixture

# Regularisation may make up this share of a component's variance in any direction.
_MOST_ADDED = 0.1
_MOST_NAMED = 5
# Of fewer values there is no spread to tell.
_FEWEST_VALUES = 2.0


def doubts(mixture: Mixture, total_weight: float, reg_covar: float) -> tuple[str, ...]:
    """Sentences about components that are probably not groups of rows; none if all look sound.

    Where a component closes in on a few equal values, the likelihood has no upper bound, and only
    regularisation keeps the fit from collapsing: such a component raises the log-likelihood and
    lowers the criteria without describing anything (McLachlan & Peel 2000, section 3.8).

    Parameters
    ----------
    mixture : of the result.
    total_weight : rows it was fitted to, each as often as it counts.
    reg_covar : share of each column's variance that was added to every component's variances.
    """
    found = []
    few, held_up = doubtful(mixture, total_weight, reg_covar)
    if few.size:
        found.append(
            f"{_named(few)} fewer than {mixture.n_features + 1} rows, too few to tell a shape "
            "from: try fewer components."
        )
    if held_up.size:
        found.append(
            f"{_named(held_up)} a spread that comes from regularisation, not from the data, for a "
            "few equal values or for an outlier that stretches a column: look at those rows, and "
            "try fewer components or another reg_covar."
        )
    if found:
        found.append("Do not compare the BIC, ICL or AIC of such a fit with others.")
    return tuple(found)


def unseen(mixture: Mixture, dataset: Dataset) -> tuple[str, ...]:
    """Sentences about components of which a column shows next to nothing, for missing values.

    Scores all rows, but only where a column lacks nearly as many values as a component has rows.
    """
    if not dataset.n_incomplete or not _may_be_unseen(mixture, dataset):
        return ()
    seen = np.zeros((mixture.n_components, mixture.n_features))
    begin = 0
    for scores in mixture.score_blocks(dataset.X):
        end = begin + scores.log_density.size
        resp = scores.resp[:, : mixture.n_components]
        if dataset.known is not None:
            known = dataset.known[begin:end]
            own = np.flatnonzero(known >= 0)
            resp[own] = np.eye(mixture.n_components)[known[own]]
        if dataset.weights is not None:
            resp = resp * dataset.weights[begin:end, np.newaxis]
        seen += resp.T @ ~np.isnan(dataset.X[begin:end])
        begin = end
    found = []
    for d in np.flatnonzero((seen < _FEWEST_VALUES).any(axis=0)):
        few = np.flatnonzero(seen[:, d] < _FEWEST_VALUES)
        found.append(
            f"{_named(few)} next to no values of '{mixture.columns[d]}', so its mean and spread "
            "there are made up from the others': leave that column out."
        )
    return tuple(found[:_MOST_NAMED])


def _may_be_unseen(mixture: Mixture, dataset: Dataset) -> bool:
    """Whether all but a few rows of the smallest component could lack the same column."""
    lacking = np.isnan(dataset.X[dataset.incomplete])
    if dataset.weights is None:
        missing = lacking.sum(axis=0)
    else:
        missing = dataset.weights[dataset.incomplete] @ lacking
    smallest = mixture.weights.min() * dataset.total_weight
    return bool(smallest - missing.max() < _FEWEST_VALUES)


def doubtful(
    mixture: Mixture, total_weight: float, reg_covar: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Components, from 0, with too few rows, and others whose spread comes from regularisation."""
    rows = mixture.weights * total_weight
    few = np.flatnonzero(rows < mixture.n_features + 1)
    return few, np.setdiff1d(_held_up(mixture, reg_covar), few)


def _held_up(mixture: Mixture, reg_covar: float) -> NDArray[np.intp]:
    """Components of whose variance, in some direction, too large a share was added to it."""
    added = np.sqrt(reg_covar * _total_variances(mixture))
    if not added.all():
        return np.empty(0, dtype=np.intp)
    in_units_of_added = mixture.covariances / np.multiply.outer(added, added)
    least = 1.0 / _MOST_ADDED
    try:
        # Mostly none is: that all are wider than so many units is told far sooner than how wide.
        np.linalg.cholesky(in_units_of_added - least * np.eye(mixture.n_features))
        return np.empty(0, dtype=np.intp)
    except np.linalg.LinAlgError:
        return np.flatnonzero(np.linalg.eigvalsh(in_units_of_added)[:, 0] < least)


def _total_variances(mixture: Mixture) -> NDArray[np.float64]:
    """(D,) variances of all components together."""
    shares = mixture.weights / mixture.weights.sum()
    centered = mixture.means - shares @ mixture.means
    within = np.diagonal(mixture.covariances, axis1=1, axis2=2)
    total: NDArray[np.float64] = shares @ (within + centered**2)
    return total


def _named(components: Sequence[int] | NDArray[np.intp]) -> str:
    names = [str(k + 1) for k in components[:_MOST_NAMED]]
    if len(components) == 1:
        return f"Component {names[0]} has"
    rest = len(components) - len(names)
    last = f"{rest} more" if rest else names.pop()
    return f"Components {', '.join(names)} and {last} have"
