"""How well a mixture foretells rows that it was not fitted to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import DataError, FitError, OptionError
from gmm_app.fitting.fit import fit_from
from gmm_app.fitting.options import FitOptions, options_from
from gmm_app.fitting.starts import Starts
from gmm_app.fitting.streams import FOLDS, drawn_if_none, stream
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.scoring import score

N_FOLDS = 10


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Log-likelihoods of rows under mixtures that were fitted without them.

    Attributes
    ----------
    log_likelihoods : (n_folds,) of each fold's rows, the sum over them.
    total_weights : (n_folds,) rows of each fold, each as often as it counts.
    """

    log_likelihoods: NDArray[np.float64]
    total_weights: NDArray[np.float64]

    @property
    def log_likelihood(self) -> float:
        """Sum over all rows; higher is better."""
        return float(self.log_likelihoods.sum())

    @property
    def deviance(self) -> float:
        """-2 log-likelihood, on the scale of BIC and AIC; lower is better."""
        return -2.0 * self.log_likelihood

    @property
    def standard_error(self) -> float:
        """Of `log_likelihood`, from how much the folds differ per row.

        A row that counts several times stays whole in its fold.
        """
        n, total = self.total_weights, self.total_weights.sum()
        apart = self.log_likelihoods - n * (self.log_likelihood / total)
        k = n.size
        return float(np.sqrt(k / (k - 1.0) * np.square(apart).sum()))


class Folds:
    """Rows dealt out to folds: each is left out once, and the others are fitted.

    Holds `n_folds` copies of the rows, so that all mixtures are tried on the same folds from the
    same starts.

    Parameters
    ----------
    dataset : the rows.
    n_folds : at least 2, and no more than rows.
    seed : of how rows are dealt out.
    cancel : looked at while they are, which raises Cancelled once it is set.

    Raises
    ------
    OptionError
        A number of folds that makes no sense.
    """

    def __init__(self, dataset: Dataset, n_folds: int, seed: int, cancel: CancelFlag) -> None:
        if not isinstance(n_folds, int | np.integer) or not 2 <= n_folds <= dataset.n_samples:
            raise OptionError(
                f"Folds cannot be {n_folds!r}: give a whole number from 2 to the number of rows, "
                f"{dataset.n_samples:,}."
            )
        order = stream(seed, FOLDS).permutation(dataset.n_samples)
        self._cancel = cancel
        self._folds: list[tuple[Dataset, Starts, Dataset]] = []
        for fold in range(n_folds):
            held_out = np.zeros(dataset.n_samples, dtype=np.bool_)
            held_out[order[fold::n_folds]] = True
            rest = dataset.take(np.flatnonzero(~held_out))
            self._folds.append(
                (rest, Starts.of(rest, cancel), dataset.take(np.flatnonzero(held_out)))
            )

    def validate(self, options: FitOptions) -> CrossValidation:
        """Fit all folds but one, score that one, for each.

        Raises
        ------
        Cancelled
            It was stopped.
        FitError, DataError, OptionError
            The rows of some folds cannot be fitted.
        """
        found = []
        for number, (rest, starts, held_out) in enumerate(self._folds, start=1):
            try:
                result = fit_from(starts, rest, options, self._cancel)
            except (FitError, DataError) as error:
                self._cancel.check()
                raise FitError(f"Without fold {number} of {len(self._folds)}: {error}") from error
            self._cancel.check()
            found.append((_log_likelihood(result.mixture, held_out), held_out.total_weight))
        log_likelihoods, total_weights = np.array(found).T
        return CrossValidation(log_likelihoods, total_weights)


def _log_likelihood(mixture: Mixture, rows: Dataset) -> float:
    log_density = score(mixture, rows.X).log_density
    return float(log_density.sum() if rows.weights is None else rows.weights @ log_density)


def cross_validate(
    data: Dataset | ArrayLike,
    *,
    row_weights: ArrayLike | None = None,
    known: ArrayLike | None = None,
    n_folds: int = N_FOLDS,
    cancel: CancelFlag | None = None,
    **options: Any,
) -> CrossValidation:
    """Fit a mixture to all rows but a fold of them, and score that fold; for each fold.

    Smyth (2000), Model selection for probabilistic clustering using cross-validated likelihood,
    Statistics and Computing 10.

    Parameters
    ----------
    data, row_weights, known : as for `fit`.
    n_folds : into how many folds rows are dealt out at random.
    cancel : a flag that another thread may set.
    options : the fields of FitOptions; `seed` deals out the rows as well.

    Raises
    ------
    Cancelled
        It was stopped.
    DataError, OptionError, FitError
        Data or options that cannot be fitted; the message names the remedy.
    """
    dataset, cancel = as_dataset(data, row_weights, known), cancel or CancelFlag()
    asked = options_from(options)
    seed = drawn_if_none(asked.seed)
    return Folds(dataset, n_folds, seed, cancel).validate(replace(asked, seed=seed))
