"""Mixtures of transformed columns, in the data's units as far as that can be told, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import OptionError
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.transforms import AsItIs, Standardise, Transform

Array = NDArray[np.float64]


def in_data_units(mixture: Mixture, transforms: Sequence[Transform]) -> Mixture:
    """A mixture of transformed rows as one of the rows themselves.

    Linear transforms are undone in its numbers, the others it carries. Its family's name stays: it
    says how many parameters are free, though what was round may not be so in the data's units.

    Parameters
    ----------
    mixture : carries no transforms.
    transforms : of each column; none: the mixture as it is.
    """
    if not transforms:
        return mixture
    shift, scale = _affine(transforms)
    return _mapped(mixture, shift, scale, carried(transforms))


def in_fitted_units(mixture: Mixture, transforms: Sequence[Transform]) -> Mixture:
    """The inverse of `in_data_units`.

    Raises
    ------
    OptionError
        The mixture's numbers are in other units than these transforms leave.
    """
    if mixture.transforms != carried(transforms):
        raise OptionError(
            f"The mixture has the units {', '.join(mixture.units)}, and the data are transformed "
            "in another way: give a mixture of the same transforms."
        )
    if not transforms:
        return mixture
    shift, scale = _affine(transforms)
    return _mapped(mixture, -shift / scale, 1.0 / scale, ())


def carried(transforms: Sequence[Transform]) -> tuple[Transform, ...]:
    """The transforms that a mixture's numbers cannot be freed of; () where there are none."""
    if all(transform.is_linear for transform in transforms):
        return ()
    return tuple(AsItIs() if transform.is_linear else transform for transform in transforms)


def _affine(transforms: Sequence[Transform]) -> tuple[Array, Array]:
    """(D,) shifts and scales that undo the linear ones."""
    shift, scale = np.zeros(len(transforms)), np.ones(len(transforms))
    for j, transform in enumerate(transforms):
        if isinstance(transform, Standardise):
            shift[j], scale[j] = transform.shift, transform.scale
    return shift, scale


def _mapped(
    mixture: Mixture, shift: Array, scale: Array, transforms: tuple[Transform, ...]
) -> Mixture:
    """The mixture of scale * z + shift, where it is now of z."""
    noise = mixture.noise
    if noise is not None:
        noise = noise._replace(low=noise.low * scale + shift, high=noise.high * scale + shift)
    squares = np.outer(scale, scale) if mixture.compact.ndim == 3 else scale**2
    return Mixture.unchecked(
        mixture.weights,
        mixture.means * scale + shift,
        mixture.compact * squares,
        mixture.family,
        mixture.columns,
        noise,
        transforms,
    )
