"""What a condition is made of: numbers, and what can be true, false or unknown of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True)
class Constant:
    """A number that was written down."""

    value: float


@dataclass(frozen=True)
class Column:
    """A column of numbers, by its name."""

    name: str


@dataclass(frozen=True)
class Negative:
    """A number with its sign turned."""

    operand: Number


@dataclass(frozen=True)
class Chain:
    """Sums or products from left to right: `first`, then an operator and a number each."""

    first: Number
    rest: tuple[tuple[str, Number], ...]


@dataclass(frozen=True)
class Call:
    """A function of FUNCTIONS, by its name."""

    function: str
    arguments: tuple[Number, ...]


@dataclass(frozen=True)
class Label:
    """A column of words, by its name."""

    name: str


@dataclass(frozen=True)
class Word:
    """A word that was written down."""

    text: str


@dataclass(frozen=True)
class Compared:
    """Each number stands to the next one as the comparison between them says."""

    first: Number
    rest: tuple[tuple[str, Number], ...]


@dataclass(frozen=True)
class Among:
    """A number is one of some."""

    operand: Number
    values: tuple[float, ...]


@dataclass(frozen=True)
class LabelAmong:
    """The word of a row is one of some."""

    label: Label
    words: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """A number or a word is missing."""

    operand: Number | Label


@dataclass(frozen=True)
class Not:
    """The opposite; what is unknown stays unknown."""

    part: Condition


@dataclass(frozen=True)
class And:
    """All of the parts are true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """At least one of the parts is true."""

    parts: tuple[Condition, ...]


Number = Constant | Column | Negative | Chain | Call
Condition = Compared | Among | LabelAmong | Missing | Not | And | Or
Operand = Number | Label | Word
"""What can be compared; a word is no condition and no number."""


class Function(NamedTuple):
    """How a function is computed, and from how many numbers."""

    compute: Callable[..., np.ndarray]
    n_arguments: int = 1


FUNCTIONS = {
    "abs": Function(np.abs),
    "exp": Function(np.exp),
    "log": Function(np.log),
    "log10": Function(np.log10),
    "max": Function(np.maximum, 2),
    "min": Function(np.minimum, 2),
    "sqrt": Function(np.sqrt),
}
"""By name; log is the natural logarithm."""

COMPARISONS: dict[str, Callable[..., np.ndarray]] = {
    "=": np.equal,
    "==": np.equal,
    "!=": np.not_equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}

ARITHMETIC: dict[str, Callable[..., np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
