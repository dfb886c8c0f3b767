"""Transforms of columns as statements of other languages."""

from __future__ import annotations

import math
from typing import NamedTuple

from gmm_app.mixture.exchange.script import filled
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.transforms import Transform

# Of values x, z as they are fitted, and what log densities gain on their way back to x. Numbers
# stand in parentheses, so that a negative one needs no care.
_STEPS = {
    "log": ("<<log>>(x)", "-<<log>>(x)"),
    "logit": (
        "<<log>>(x - (<<low>>)) - <<log>>((<<high>>) - x)",
        "<<log_width>> - <<log>>(x - (<<low>>)) - <<log>>((<<high>>) - x)",
    ),
    "arcsinh": ("<<asinh>>(x / <<cofactor>>)", "-<<log>>(<<cofactor>> * <<cosh>>(z))"),
    "boxcox": ("<<expm1>>((<<power>>) * <<log>>(x)) / (<<power>>)", "(<<power>> - 1) * <<log>>(x)"),
}


class Language(NamedTuple):
    """How a language says what a transform needs.

    Attributes
    ----------
    step : lines for a column <<j>>, with <<forward>> and <<gain>>, of x and z.
    first : number of the first column.
    functions : its names of log, expm1, asinh and cosh.
    """

    step: str
    first: int
    functions: dict[str, str]


def transform_steps(mixture: Mixture, language: Language) -> str:
    """The lines for all columns that are transformed; "" where none is."""
    lines = []
    for j, transform in enumerate(mixture.transforms):
        forward, gain = _expressions(transform, language)
        if forward:
            place = str(language.first + j)
            lines.append(filled(language.step, j=place, forward=forward, gain=gain))
    return "".join(lines)


def _expressions(transform: Transform, language: Language) -> tuple[str, str]:
    described = transform.as_json()
    kind = str(described.pop("kind"))
    if kind == "boxcox" and described["power"] == 0.0:
        kind = "log"
    numbers = {name: repr(float(number)) for name, number in described.items()}
    if kind == "logit":
        numbers["log_width"] = repr(math.log(described["high"] - described["low"]))
    forward, gain = _STEPS.get(kind, ("", ""))
    parts = language.functions | numbers
    return filled(forward, **parts), filled(gain, **parts)
