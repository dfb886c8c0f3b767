"""Where each start of a fit begins: drawn as the options say, or given."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import OptionError
from gmm_app.fitting.held import Held
from gmm_app.fitting.initialization import (
    Partition,
    Scale,
    column_scale,
    core_rows,
    draw_partition,
    filled,
    of_labels,
)
from gmm_app.fitting.m_step import Constraints
from gmm_app.fitting.merging import MergeTree
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.prior import Prior
from gmm_app.fitting.streams import stream
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.units import in_fitted_units

Array = NDArray[np.float64]

# The share of the rows that is noise at a start.
_NOISE = 0.05


class Starts:
    """The starts of fits to the same rows: what one fit has drawn, the next one finds again.

    Each start has a stream of random numbers of its own, so that start 3 is the same among 4 starts
    and among 20, and the same for every family.

    Parameters
    ----------
    dataset, scale : the rows as they are fitted, and the columns' range and spread.
    cancel : looked at while drawing, which raises Cancelled once it is set.
    given : what the first start or starts begin with, in place of what would be drawn.

    Attributes
    ----------
    scale : as given.
    """

    def __init__(
        self,
        dataset: Dataset,
        scale: Scale,
        cancel: CancelFlag,
        given: Sequence[Partition] = (),
    ) -> None:
        self._dataset = dataset
        self.scale = scale
        self._cancel = cancel
        self._given = given
        self._core: tuple[Dataset, Scale] | None = None
        self._drawn: dict[tuple[bool, str, int | None, int, int], Partition] = {}
        self._known = _known_means(dataset, scale)
        self._trees: dict[tuple[bool, int | None, int], MergeTree] = {}

    @classmethod
    def of(cls, dataset: Dataset, cancel: CancelFlag, given: Sequence[Partition] = ()) -> Starts:
        """Starts for rows as they are fitted, whose scale is not known yet; raises Cancelled if it
        was stopped."""
        return cls(dataset.fitted, column_scale(dataset.fitted, cancel), cancel, given)

    @property
    def n_given(self) -> int:
        """How many of the first starts are given, not drawn."""
        return len(self._given)

    def beginning_at(self, mixture: Mixture) -> Starts:
        """The same starts, but for the first, which is this mixture."""
        other = copy.copy(self)
        other._given = (Partition.of(mixture),)
        return other

    def mixture(self, start: int, options: FitOptions) -> Mixture:
        """Where that start (from 0) begins."""
        if start < len(self._given):
            found = self._given[start]
        else:
            key = (options.noise, options.init, options.seed, options.n_components, start)
            if key not in self._drawn:
                drawn = self._draw(start, options)
                self._drawn[key] = drawn.named_by(self._known) if self._known else drawn
            found = self._drawn[key]
        beginning = found.mixture(options.family, self._dataset.columns)
        if not options.noise:
            return beginning
        box = Noise(_NOISE, self.scale.minimum, self.scale.maximum)
        return beginning.with_noise(found.noise or box)

    def core(self, options: FitOptions) -> tuple[Dataset, Scale]:
        """The rows that starts are drawn from, and their scale: where there is noise, without the
        far outliers, which would stretch every scale; raises Cancelled if it was stopped."""
        if not options.noise:
            return self._dataset, self.scale
        if self._core is None:
            rows = core_rows(self._dataset, self._cancel)
            self._core = rows, column_scale(rows, self._cancel)
        return self._core

    def constraints(
        self,
        options: FitOptions,
        held: Held,
        prior: Prior | None,
        added: Array | None = None,
    ) -> Constraints:
        """What the M-steps of fits to these rows keep to.

        Parameters
        ----------
        options, held, prior : of the fit.
        added : (D,) to the variances, in the data's units, in place of what `reg_covar` says.
        """
        if added is None:
            added = options.reg_covar * self.core(options)[1].deviation ** 2
        return Constraints(added, self.scale.resolution**2, held, prior)

    def _draw(self, start: int, options: FitOptions) -> Partition:
        rng = stream(options.seed, start)
        rows, scale = self.core(options)
        if options.init != "hierarchical":
            return draw_partition(rows, options, scale, rng, self._cancel)
        key = (options.noise, options.seed, start)
        tree = self._trees.get(key)
        if tree is None or tree.n_rows < options.n_components:
            tree = MergeTree(rows, scale, options.n_components, rng, self._cancel)
            self._trees[key] = tree
        return tree.partition(options.n_components)


def _known_means(dataset: Dataset, scale: Scale) -> dict[int, Array]:
    """(D,) mean of the rows that are known to be from each component."""
    if dataset.known is None:
        return {}
    return {
        component: np.average(filled(rows.X, scale.mean), axis=0, weights=rows.weights)
        for component, rows in dataset.by_known.items()
        if component >= 0
    }


def given_start(start: Mixture | ArrayLike, dataset: Dataset, options: dict[str, Any]) -> Partition:
    """A start that a person gives: a mixture, or the component of each row, from 0.

    Parameters
    ----------
    start : with as many components as `options` ask for, where they do.
    dataset : the rows.
    options : of the fit; gets `n_components` where it has none.

    Raises
    ------
    OptionError
        It does not fit the rows or the options.
    """
    if isinstance(start, Mixture):
        found = _of_mixture(start, dataset)
    else:
        found = _of_rows(start, dataset.fitted)
    if found.noise is not None and not options.get("noise"):
        raise OptionError("The start has noise: ask for it with noise=True, or give another start.")
    k = found.weights.size
    if options.setdefault("n_components", k) != k:
        raise OptionError(
            f"The start has {k:,} components, and {options['n_components']:,} were asked for: "
            "leave n_components out, or give another start."
        )
    return found


def _of_mixture(mixture: Mixture, dataset: Dataset) -> Partition:
    if mixture.n_features != dataset.n_features:
        raise OptionError(
            f"The start has {mixture.n_features:,} columns, and the data {dataset.n_features:,}: "
            "give a mixture of the same columns."
        )
    return Partition.of(in_fitted_units(mixture, dataset.transforms))


def _of_rows(labels: ArrayLike, dataset: Dataset) -> Partition:
    numbers = np.asarray(labels)
    if dataset.row_numbers is not None and numbers.shape == (dataset.n_rows_read,):
        numbers = numbers[dataset.row_numbers]
    whole = numbers.dtype.kind in "iu" and numbers.shape == (dataset.n_samples,)
    if not whole or np.unique(numbers).tolist() != list(range(int(numbers.max()) + 1)):
        raise OptionError(
            "A start is a mixture, or a whole number from 0 for each row, its component, of which "
            "none may be without rows."
        )
    present = ~np.isnan(dataset.X)
    sums = np.where(present, dataset.X, 0.0).sum(axis=0)
    rows = filled(dataset.X, sums / np.maximum(present.sum(axis=0), 1))
    labels, k = numbers.astype(np.intp), int(numbers.max()) + 1
    return of_labels(rows, labels, k, dataset.weights)
