"""A mixture as polygons over its data, in the data's units: bent where columns are transformed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gmm_app.inspection.curves import component_curves, noise_curve
from gmm_app.inspection.ellipses import bent, bent_outlines, marginal, outlines, sigma_ellipses
from gmm_app.mixture.transforms import AsItIs
from gmm_app.ui.mixture_items import MOST_FILLED, Shapes, polygons

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture

_CURVE_POINTS = 400


def ellipses(mixture: Mixture, columns: tuple[int, int], sigmas: Sequence[float]) -> Shapes:
    """Each component's ellipses in two columns, of which the first is filled.

    Parameters
    ----------
    mixture : what is drawn.
    columns : on x and y.
    sigmas : of the two ellipses; where components are many, each has the first alone.
    """
    means, covariances = marginal(mixture.means, mixture.covariances, columns)
    transforms = [mixture.transforms[j] for j in columns if mixture.transforms]
    n_drawn = 2 if mixture.n_components <= MOST_FILLED else 1
    inner, *outer = (
        polygons(bent_outlines(each, transforms) if transforms else outlines(each))
        for each in (sigma_ellipses(means, covariances, at) for at in sigmas[:n_drawn])
    )
    anchors = bent(means, transforms) if transforms else means
    return Shapes(inner, inner, outer[0] if outer else [], anchors)


def curves(mixture: Mixture, x_range: tuple[float, float]) -> Shapes:
    """Each component's density, and their sum, along the one column there is."""
    transform = mixture.transforms[0] if mixture.transforms else AsItIs()
    column = mixture.weights, mixture.means[:, 0], mixture.covariances[:, 0, 0]
    x = np.linspace(*x_range, _CURVE_POINTS)
    heights = component_curves(*column, x, transform)
    means = bent(mixture.means, [transform])[:, 0]
    peaks = component_curves(*column, means, transform).diagonal()
    level = noise_curve(mixture.noise, x, transform) if mixture.noise else 0.0
    total = np.stack([x, heights.sum(axis=0) + level], axis=-1)
    lines = np.stack([np.broadcast_to(x, heights.shape), heights], axis=-1)
    feet = lines[:, [-1, 0]] * (1.0, 0.0)
    fills = np.concatenate([lines, feet], axis=1)
    anchors = np.stack([means, peaks], axis=-1)
    return Shapes(polygons(lines), polygons(fills), [], anchors, polygons(total[None])[0])
