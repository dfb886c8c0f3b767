"""Parameters that a fit leaves as they are at its start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import OptionError
from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

# In these no component's covariance says anything of another's.
_OWN_COVARIANCES = ("VII", "VVI", "VVV")


class Held(NamedTuple):
    """The components, from 0, whose weights, means and covariances are held.

    What is held makes the M-step a maximum under that condition: free weights share what the held
    ones leave, and a covariance is taken about a mean that is held.
    """

    weights: tuple[int, ...] = ()
    means: tuple[int, ...] = ()
    covariances: tuple[int, ...] = ()

    def n_parameters(self, mixture: Mixture) -> int:
        """How many of a mixture's free parameters are not free."""
        k, d = mixture.n_components, mixture.n_features
        weights = min(len(self.weights), k - 1)
        each = family_named(mixture.family).n_covariance_parameters(1, d)
        return weights + d * len(self.means) + each * len(self.covariances)

    def weigh(self, weights: Array, before: Array) -> Array:
        """Weights (K,) of an M-step, with the held ones as they were."""
        if not self.weights:
            return weights
        held = np.zeros(weights.size, dtype=np.bool_)
        held[list(self.weights)] = True
        if held.all():
            return before.copy()
        left = weights.sum() - before[held].sum()
        return np.where(held, before, weights * (left / weights[~held].sum()))

    def keep_means(self, means: Array, own: Array, before: Array) -> None:
        """Put held means back, and take scatters (K, D, D), or their diagonals, about them."""
        for k in self.means:
            move = means[k] - before[k]
            own[k] += np.outer(move, move) if own.ndim == 3 else move**2
            means[k] = before[k]


def as_held(
    asked: Mapping[str, Iterable[int]], start: object, family: str, n_components: int
) -> Held:
    """What a person wants held, looked over.

    Parameters
    ----------
    asked : components, from 0, under "weights", "means" and "covariances".
    start : of the fit.
    family, n_components : of the mixture that is looked for.

    Raises
    ------
    OptionError
        It makes no sense, or the start is no mixture, or the family does not allow it.
    """
    if not isinstance(asked, Mapping):
        raise OptionError("What is held is given as {'means': [0]}: components by their kind.")
    for name in asked:
        if name not in Held._fields:
            raise OptionError(
                f"{name!r} cannot be held: name components under {', '.join(Held._fields)}."
            )
    if not isinstance(start, Mixture):
        raise OptionError("What is held stays as the start has it: give a mixture as start.")
    for numbers in asked.values():
        if not isinstance(numbers, Iterable):
            raise OptionError("What is held is a list of components for each kind of parameter.")
        for number in numbers:
            whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
            if not whole or not 0 <= number < n_components:
                raise OptionError(
                    f"Component {number!r} cannot be held: components are numbered from 0 to "
                    f"{n_components - 1}."
                )
    held = Held(**{name: tuple(sorted(set(numbers))) for name, numbers in asked.items()})
    if held.covariances and family_named(family).name not in _OWN_COVARIANCES:
        raise OptionError(
            f"In family {family} components share parts of their covariances, so one alone cannot "
            f"be held: choose {', '.join(_OWN_COVARIANCES)}."
        )
    return held
