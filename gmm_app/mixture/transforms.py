"""Transforms of single columns: what a mixture is fitted to, made of what the data hold.

Each is a rising function of one column. A person asks for one in words, "log" or "arcsinh:150"; one
that has parameters of its own gets them from the column.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import OptionError

Array = NDArray[np.float64]
Range = tuple[float, float]

EVERYWHERE: Range = (-math.inf, math.inf)


@dataclass(frozen=True)
class Transform(ABC):
    """A rising function of one column.

    Attributes
    ----------
    kind : the word that a person asks for it by.
    short : a word for narrow places; "": the column's name says all.
    usage : its kind with the numbers that may follow it.
    help : one plain sentence.
    counts : how many numbers may follow the word.
    is_linear : whether a mixture of the column itself can be told from one of the transformed one.
    n_parameters : free parameters that it adds to a mixture, for they are fitted to the data.
    refused : why values outside the domain are, and what to do.
    """

    kind: ClassVar[str]
    short: ClassVar[str] = ""
    usage: ClassVar[str]
    help: ClassVar[str]
    counts: ClassVar[tuple[int, ...]] = (0,)
    is_linear: ClassVar[bool] = False
    n_parameters: ClassVar[int] = 0
    refused: ClassVar[str] = ""

    @classmethod
    def of(cls, given: Sequence[float], values: Array, weights: Array | None) -> Self:
        """The transform for a column.

        Parameters
        ----------
        given : the numbers that a person has given with the word.
        values : (n,) of the column, finite.
        weights : (n,) how many times each counts; None: once.
        """
        return cls(*given)

    @property
    def domain(self) -> Range:
        """The values that it takes lie between these."""
        return EVERYWHERE

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Of values within the domain; NaN stays NaN."""

    @abstractmethod
    def inverse(self, z: Array) -> Array:
        """The inverse of `forward`; beyond what that gives, the end of the domain."""

    @abstractmethod
    def log_jacobian(self, x: Array) -> Array:
        """Log of the derivative of `forward`: what a log density gains on its way back."""

    @abstractmethod
    def title(self, name: str) -> str:
        """What the transformed column of that name is called."""

    def short_title(self, name: str) -> str:
        """As `title`, without its numbers."""
        return f"{self.short}({name})" if self.short else name

    @property
    def words(self) -> str:
        """What a person asks for to get this transform of this column again."""
        given = asdict(self).values() if max(self.counts) else ()
        return ":".join((self.kind, *(repr(number).removesuffix(".0") for number in given)))

    def as_json(self) -> dict[str, Any]:
        """Its kind and parameters, for a file."""
        return {"kind": self.kind, **asdict(self)}

    def outside(self, x: Array) -> NDArray[np.bool_]:
        """Which values do not lie within the domain; NaN does."""
        low, high = self.domain
        return (x <= low) | (x >= high)


@dataclass(frozen=True)
class AsItIs(Transform):
    """No transform."""

    kind = "none"
    usage = "none"
    help = "The values as they are."
    is_linear = True

    def forward(self, x: Array) -> Array:
        return x

    def inverse(self, z: Array) -> Array:
        return z

    def log_jacobian(self, x: Array) -> Array:
        return np.zeros(x.shape)

    def title(self, name: str) -> str:
        return name


@dataclass(frozen=True)
class Standardise(Transform):
    """Mean 0 and standard deviation 1.

    Attributes
    ----------
    shift, scale : mean and standard deviation of the column.
    """

    shift: float
    scale: float

    kind = "standardise"
    usage = "standardise"
    help = "Less the mean, over the standard deviation: all columns weigh alike in round families."
    is_linear = True

    def __post_init__(self) -> None:
        check_numbers(math.isfinite(self.shift) and 0.0 < self.scale < math.inf, "a positive scale")

    @classmethod
    def of(cls, given: Sequence[float], values: Array, weights: Array | None) -> Self:
        if not values.size:
            return cls(0.0, 1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            shift = float(np.average(values, weights=weights))
            scale = math.sqrt(float(np.average((values - shift) ** 2, weights=weights)))
        # What does not vary, or cannot be squared, is refused with better words when it is fitted.
        return cls(shift, scale) if 0.0 < scale < math.inf else cls(0.0, 1.0)

    def forward(self, x: Array) -> Array:
        return (x - self.shift) / self.scale

    def inverse(self, z: Array) -> Array:
        return z * self.scale + self.shift

    def log_jacobian(self, x: Array) -> Array:
        return np.full(x.shape, -math.log(self.scale))

    def title(self, name: str) -> str:
        return f"standardised {name}"


@dataclass(frozen=True)
class Log(Transform):
    """The natural logarithm."""

    kind = "log"
    short = "log"
    usage = "log"
    help = "The natural logarithm, for values above 0 that spread over powers of ten."
    refused = (
        "is 0 or less in {rows}, where there is no logarithm: choose arcsinh, which takes any "
        "number, or leave those rows out by a condition."
    )

    @property
    def domain(self) -> Range:
        return 0.0, math.inf

    def forward(self, x: Array) -> Array:
        return log_of(x)

    def inverse(self, z: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.exp(z)

    def log_jacobian(self, x: Array) -> Array:
        return -log_of(x)

    def title(self, name: str) -> str:
        return f"log({name})"


@dataclass(frozen=True)
class Logit(Transform):
    """The log odds of a share.

    Attributes
    ----------
    low, high : ends that the column's values lie between.
    """

    low: float = 0.0
    high: float = 1.0

    kind = "logit"
    short = "logit"
    usage = "logit or logit:LOW:HIGH"
    help = "The log odds, for shares: values between 0 and 1, or between two ends that you give."
    counts = (0, 2)
    refused = (
        "does not lie between the ends of the logit in {rows}: give other ends, such as "
        "logit:0:100, or leave those rows out by a condition."
    )

    def __post_init__(self) -> None:
        sound = -math.inf < self.low < self.high < math.inf
        check_numbers(sound, "a lower and a higher end")

    @property
    def domain(self) -> Range:
        return self.low, self.high

    def forward(self, x: Array) -> Array:
        return log_of(x - self.low) - log_of(self.high - x)

    def inverse(self, z: Array) -> Array:
        width = self.high - self.low
        # From the nearer end, so that no digits are lost there.
        nearer = width * np.exp(-np.logaddexp(0.0, np.abs(z)))
        return np.where(z < 0.0, self.low + nearer, self.high - nearer)

    def log_jacobian(self, x: Array) -> Array:
        return math.log(self.high - self.low) - log_of(x - self.low) - log_of(self.high - x)

    def title(self, name: str) -> str:
        return f"logit({name})"


@dataclass(frozen=True)
class Arcsinh(Transform):
    """The inverse hyperbolic sine: linear about 0, a logarithm far from it.

    Attributes
    ----------
    cofactor : where the one becomes the other.
    """

    cofactor: float = 1.0

    kind = "arcsinh"
    short = "asinh"
    usage = "arcsinh or arcsinh:COFACTOR"
    help = (
        "Linear about 0 and a logarithm far from it, also below 0. It bends at the cofactor: 150 "
        "is usual for fluorescence, 5 for mass cytometry."
    )
    counts = (0, 1)

    def __post_init__(self) -> None:
        check_numbers(0.0 < self.cofactor < math.inf, "a cofactor above 0")

    def forward(self, x: Array) -> Array:
        return np.asarray(np.arcsinh(x / self.cofactor))

    def inverse(self, z: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(self.cofactor * np.sinh(z))

    def log_jacobian(self, x: Array) -> Array:
        return -log_of(np.hypot(x, self.cofactor))

    def title(self, name: str) -> str:
        return f"arcsinh({name})" if self.cofactor == 1.0 else f"arcsinh({name}/{self.cofactor:g})"


def log_of(x: Array) -> Array:
    """The logarithm, without a warning where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(x))


def check_numbers(sound: bool, wanted: str) -> None:
    """Refuse parameters of a transform that are not sound.

    Raises
    ------
    OptionError
        They are not.
    """
    if not sound:
        raise OptionError(f"A transform needs {wanted}: give other numbers.")
