"""Mixtures of R's package mclust, from what `dput` writes of them."""

from __future__ import annotations

import json
import re

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ModelError
from gmm_app.mixture.exchange.r_literals import RValue, read_r
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transform_words import transform_of_json
from gmm_app.mixture.transforms import Transform

Array = NDArray[np.float64]

_WANTED = frozenset(
    ("parameters", "modelName", "columns", "data", "pro", "mean", "variance", "Vinv", "box")
    + ("d", "G", "sigma", "Sigma", "sigmasq", "transforms")
)
# One component alone is named otherwise.
_FAMILIES = {"X": "V", "XII": "VII", "XXI": "VVI", "XXX": "VVV"}
_BEGINNING = re.compile(r"(?:\s+|#[^\n]*)*(?:structure|list)\(|^parameters <- ", re.MULTILINE)


def begins_like_r(text: str) -> bool:
    """Whether a text could be what `dput` writes of a model, or a script of this program for R."""
    found = _BEGINNING.search(text)
    return found is not None and (found.start() == 0 or found[0].startswith("parameters"))


def from_dput(text: str) -> Mixture:
    """The mixture in what `dput` has written of a Mclust object or of its `parameters`.

    Of noise mclust keeps the density alone; a box of that volume is laid around the components.

    Raises
    ------
    ModelError
        The text holds no such thing, or its numbers describe no mixture.
    """
    script = re.search(r"^parameters <- ", text, re.MULTILINE)
    whole = read_r(text, _WANTED, script.end() if script else 0)
    parameters = whole["parameters"] if whole["parameters"].items else whole
    variance = parameters["variance"]
    model = (variance["modelName"].texts() or whole["modelName"].texts() or [""])[0]
    means = _means(parameters)
    covariances = _covariances(variance, *means.shape)
    pro = _numbers(parameters, "pro")
    columns = _columns(whole, parameters, means.shape[1])
    family = _FAMILIES.get(model, model)
    transforms = _transforms(parameters)
    if not (parameters["Vinv"].items or parameters["box"].items):
        return Mixture(pro, means, covariances, family, columns, None, transforms)
    noise = _noise(parameters, float(pro[-1]), means, covariances)
    return Mixture(pro[:-1], means, covariances, family, columns, noise, transforms)


def _transforms(parameters: RValue) -> list[Transform]:
    """Those that a script of this program has."""
    try:
        described = [json.loads(text) for text in parameters["transforms"].texts()]
    except ValueError as error:
        raise ModelError("Its transforms are not described: write the script again.") from error
    return [transform_of_json(each) for each in described]


def _numbers(of: RValue, name: str) -> Array:
    try:
        values = of[name].numbers()
    except (ValueError, OverflowError):
        values = np.empty(0)
    if not values.size:
        raise ModelError(f"It has no numbers as {name}: write fit$parameters of mclust's fit.")
    return values


def _means(parameters: RValue) -> Array:
    """(K, D); of one column mclust keeps them as a vector."""
    means = _numbers(parameters, "mean")
    if means.ndim > 2:
        raise ModelError("Its means need a row for each column and a column for each component.")
    return means[:, np.newaxis] if means.ndim == 1 else means.T


def _covariances(variance: RValue, n_components: int, n_features: int) -> Array:
    if n_features == 1:
        variances = np.ravel(_numbers(variance, "sigmasq"))
        return _for_each(variances[:, np.newaxis, np.newaxis], n_components)
    if variance["sigma"].items:
        return np.moveaxis(_numbers(variance, "sigma"), -1, 0)
    return _for_each(_numbers(variance, "Sigma")[np.newaxis], n_components)


def _for_each(matrices: Array, n_components: int) -> Array:
    return np.repeat(matrices, n_components, axis=0) if len(matrices) == 1 else matrices


def _columns(whole: RValue, parameters: RValue, n_features: int) -> tuple[str, ...]:
    candidates = [
        parameters["columns"].texts(),
        _dimnames(parameters["mean"], 0),
        _dimnames(whole["data"], 1),
    ]
    names = next((names for names in candidates if len(names) == n_features), [])
    if len(set(names)) < len(names):
        raise ModelError("Its columns need different names: name them anew.")
    return tuple(names)


def _dimnames(value: RValue, axis: int) -> list[str]:
    names = value.attributes.get("dimnames", RValue([])).items
    named = names[axis] if len(names) > axis else None
    return named.texts() if isinstance(named, RValue) else []


def _noise(parameters: RValue, share: float, means: Array, covariances: Array) -> Noise:
    if parameters["box"].items:
        box = _numbers(parameters, "box")
        return Noise(share, box[..., 0], box[..., -1])
    if covariances.shape[1:] != (means.shape[1], means.shape[1]):
        raise ModelError("Its covariances need as many rows and columns as the means have columns.")
    density = np.ravel(_numbers(parameters, "Vinv"))[0]
    variances = np.diagonal(covariances, axis1=1, axis2=2).mean(axis=0) + means.var(axis=0)
    centre = means.mean(axis=0)
    # What is no density or variance gives a box that no mixture takes.
    with np.errstate(all="ignore"):
        spreads = np.sqrt(variances)
        log_volume = -np.log(density) - np.log(spreads).sum()
        half = 0.5 * spreads * np.exp(log_volume / spreads.size)
    return Noise(share, centre - half, centre + half)
