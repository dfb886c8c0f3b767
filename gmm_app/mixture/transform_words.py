"""Transforms by their names: as a person asks for them, and as files hold them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from gmm_app.errors import OptionError
from gmm_app.mixture.box_cox import BoxCox
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log, Logit, Standardise, Transform

KINDS: dict[str, type[Transform]] = {
    kind.kind: kind for kind in (AsItIs, Standardise, Log, Logit, Arcsinh, BoxCox)
}


def parsed(words: str) -> tuple[type[Transform], tuple[float, ...]]:
    """What a person asks for: a kind, and the numbers given with it.

    Raises
    ------
    OptionError
        There is no such transform, or its numbers make no sense.
    """
    word, *rest = words.strip().split(":")
    kind = KINDS.get(word.strip().lower())
    if kind is None:
        known = ", ".join(other.usage for other in KINDS.values())
        raise OptionError(f"There is no transform '{word.strip()}': choose {known}.")
    try:
        given = tuple(float(number) for number in rest)
    except ValueError:
        given = ()
    if len(given) != len(rest) or len(given) not in kind.counts:
        raise OptionError(f"The transform '{words.strip()}' is not understood: give {kind.usage}.")
    if given:
        kind(*given)  # refuses numbers that make no sense
    return kind, given


def transform_of_json(described: object) -> Transform:
    """The inverse of `Transform.as_json`.

    Raises
    ------
    OptionError
        It describes no transform.
    """
    kind: Any = KINDS.get(str(described.get("kind"))) if isinstance(described, dict) else None
    if kind is not None and isinstance(described, dict):
        numbers = {name: described.get(name) for name in (item.name for item in fields(kind))}
        if all(type(number) in (int, float) for number in numbers.values()):
            made: Transform = kind(**numbers)
            return made
    raise OptionError("Its transforms are not described: save it again.")
