"""Classes of several components each: merging those that rows cannot tell apart.

Baudry, Raftery, Celeux, Lo & Gottardo (2010), Combining mixture components for clustering, Journal
of Computational and Graphical Statistics 19.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.arrays import as_numbers
from gmm_app.errors import ModelError, OptionError
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

# Rows from which entropies are taken; more would not change which components are merged.
_MOST_ROWS = 100_000
_SEED = 0


@dataclass(frozen=True, eq=False)
class Combination:
    """A mixture's components, merged two classes at a time until one is left.

    Attributes
    ----------
    mixture : whose components they are.
    merges : (K - 1, 2) the classes that are merged, by their lowest components, in order.
    entropies : (K,) of rows' shares in 1, 2, ... K classes, the sum over rows; the lower, the
        better classes are told apart.
    """

    mixture: Mixture
    merges: tuple[tuple[int, int], ...]
    entropies: Array

    @property
    def suggested(self) -> int:
        """How many classes: where the entropy begins to rise faster, by two straight lines.

        All components where there are fewer than four, of which no bend can be told.
        """
        k = self.entropies.size
        if k < 4:
            return k
        counts = np.arange(1.0, k + 1.0)
        misfits = [
            _misfit(counts[:bend], self.entropies[:bend])
            + _misfit(counts[bend - 1 :], self.entropies[bend - 1 :])
            for bend in range(2, k)
        ]
        return 2 + int(np.argmin(misfits))

    def classes(self, n_classes: int) -> tuple[tuple[int, ...], ...]:
        """The components of each of so many classes, from 0.

        Raises
        ------
        OptionError
            There are not so many components.
        """
        k = self.mixture.n_components
        if not isinstance(n_classes, int | np.integer) or not 1 <= n_classes <= k:
            raise OptionError(
                f"{n_classes} classes cannot be made of {k} components: give a number from 1 to "
                f"{k}."
            )
        groups = {component: [component] for component in range(k)}
        for one, other in self.merges[: k - n_classes]:
            groups[one] += groups.pop(other)
        return tuple(tuple(sorted(group)) for group in groups.values())

    def predict_proba(self, X: ArrayLike, n_classes: int) -> Array:
        """(n_samples, n_classes) shares of each row in the classes, and a last column for noise if
        the mixture has any; each row sums to 1."""
        classes = self.classes(n_classes)
        if self.mixture.noise is not None:
            classes = (*classes, (self.mixture.n_components,))
        return _merged(self.mixture.predict_proba(X), classes)

    def predict(self, X: ArrayLike, n_classes: int) -> NDArray[np.intp]:
        """(n_samples,) the most probable class of each row, from 0; n_classes for noise."""
        labels: NDArray[np.intp] = self.predict_proba(X, n_classes).argmax(axis=1)
        return labels


def combine(mixture: Mixture, X: ArrayLike, row_weights: ArrayLike | None = None) -> Combination:
    """Merge components, each time the two whose merging lowers the entropy of rows' shares most.

    A group that no Gaussian fits is fitted by several; BIC asks for all of them, but they are one
    class. The density stays as it is.

    Parameters
    ----------
    mixture : of any family.
    X : (n_samples, D) rows; of more than 100,000, so many drawn at random. NaN: missing.
    row_weights : (n_samples,) how many times each row counts; None: once.

    Raises
    ------
    ModelError
        The rows do not suit the mixture.
    """
    rows = np.asarray(as_numbers(X, ModelError))
    weights = _weights(row_weights, len(rows) if rows.ndim else 0)
    share = 1.0
    if len(rows) > _MOST_ROWS:
        chosen = np.random.default_rng(_SEED).choice(len(rows), _MOST_ROWS, replace=False)
        share = weights.sum() / weights[chosen].sum()
        rows, weights = rows[chosen], weights[chosen]
    k = mixture.n_components
    # Noise is no class: what is noise of a row says nothing here.
    resp = mixture.predict_proba(rows)[:, :k].copy()
    # Column j is the class whose lowest component is j.
    left = list(range(k))
    entropies, merges = np.empty(k), []
    entropies[k - 1] = share * weights @ _entropy(resp).sum(axis=1)
    for n_classes in range(k - 1, 0, -1):
        one, other, gain = _best_pair(resp, weights, left)
        resp[:, one] += resp[:, other]
        left.remove(other)
        merges.append((one, other))
        entropies[n_classes - 1] = entropies[n_classes] - share * gain
    return Combination(mixture, tuple(merges), np.maximum(entropies, 0.0))


def _weights(row_weights: ArrayLike | None, n: int) -> Array:
    if row_weights is None:
        return np.ones(n)
    weights: Array = as_numbers(row_weights, ModelError).astype(np.float64)
    if weights.shape != (n,) or not (np.isfinite(weights) & (weights >= 0.0)).all():
        raise ModelError("Row weights are one finite number for each row, not negative.")
    return weights


def _best_pair(resp: Array, weights: Array, left: Sequence[int]) -> tuple[int, int, float]:
    own = {j: weights @ _entropy(resp[:, j]) for j in left}
    best = (left[0], left[1], -np.inf)
    for place, one in enumerate(left):
        for other in left[place + 1 :]:
            together = weights @ _entropy(resp[:, one] + resp[:, other])
            gain = own[one] + own[other] - together
            if gain > best[2]:
                best = (one, other, float(gain))
    return best


def _entropy(shares: Array) -> Array:
    """-t log t, and 0 for t = 0."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0.0)
    return -shares * logs


def _merged(resp: Array, classes: Sequence[Sequence[int]]) -> Array:
    return np.stack([resp[:, list(group)].sum(axis=1) for group in classes], axis=1)


def _misfit(x: Array, y: Array) -> float:
    """Sum of squared distances from the best straight line."""
    line = np.polynomial.Polynomial.fit(x, y, 1)
    return float(np.square(y - line(x)).sum())
