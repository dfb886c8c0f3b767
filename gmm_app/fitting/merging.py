"""Groups of rows by merging: one tree gives a start for every number of components."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.initialization import Partition, Scale, draw_rows, of_labels

# The tree's cost grows with the square of the rows.
_MOST_ROWS = 2_000


class MergeTree:
    """Rows of a sample, merged two groups at a time until one is left.

    Ward's criterion, which is the model-based one of round components of one size (Fraley 1998,
    SIAM J. Sci. Comput. 20). Each tree draws its own sample, and in half of them the columns'
    correlations are taken out first, so that trees differ.

    Parameters
    ----------
    dataset, scale : the rows, and the columns' spread.
    least : rows that the sample must have, if there are as many.
    rng : what is drawn is drawn from here.
    cancel : looked at before the rows are merged; raises Cancelled if it is set.
    """

    def __init__(
        self,
        dataset: Dataset,
        scale: Scale,
        least: int,
        rng: np.random.Generator,
        cancel: CancelFlag,
    ) -> None:
        from scipy.cluster.hierarchy import ward

        n_rows = min(dataset.n_samples, max(least, _MOST_ROWS))
        if dataset.n_samples <= _MOST_ROWS:
            n_rows = max(min(least, n_rows), round(rng.uniform(0.5, 1.0) * n_rows))
        self._rows = draw_rows(dataset, n_rows, scale, rng, least=least)
        n_rows = len(self._rows)
        cancel.check()
        scaled = (self._rows - self._rows.mean(axis=0)) / scale.deviation
        if rng.random() < 0.5:
            left, _, right = np.linalg.svd(scaled, full_matrices=False)
            scaled = np.sqrt(n_rows) * left @ right
        self._merges: NDArray[np.float64] = ward(scaled) if n_rows > 1 else np.empty((0, 4))

    @property
    def n_rows(self) -> int:
        """Rows of the sample: it has no more groups than these."""
        return len(self._rows)

    def partition(self, n_components: int) -> Partition:
        """The groups that are left when there are so many."""
        return of_labels(self._rows, self._labels(n_components), n_components)

    def _labels(self, n_groups: int) -> NDArray[np.intp]:
        """Undo the last merges: each row's group, from 0."""
        n = self.n_rows
        labels = np.zeros(2 * n - 1, dtype=np.intp)
        free = 1
        # From the last merge on down, a group that is split keeps its label on one side.
        for merge in range(n - 2, -1, -1):
            one, other = self._merges[merge, :2].astype(np.intp)
            own = labels[n + merge]
            labels[one] = own
            labels[other] = own if free == n_groups else free
            free += free < n_groups
        return labels[:n]
