"""The Box-Cox transform, with the power of the highest likelihood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.transforms import Log, Range, Transform, check_numbers, log_of

Array = NDArray[np.float64]

# Values from which a power is estimated; more would change its third digit by next to nothing.
_MOST_VALUES = 200_000
_LARGEST_POWER = 5.0
_LARGEST_EXPONENT = 300.0


@dataclass(frozen=True)
class BoxCox(Transform):
    """A power that makes the column as nearly normal as a power can.

    Box & Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B 26.
    The power is the most likely one if all rows were of one Gaussian, which stands in for the
    mixture that is not known yet. What it gives ends at -1 / power, which the Gaussian tails of a
    mixture may pass; what lies there has no counterpart in the data.

    Attributes
    ----------
    power : lambda.
    """

    power: float

    kind = "boxcox"
    short = "Box-Cox"
    usage = "boxcox"
    help = "The power that makes values above 0 most nearly normal (Box-Cox, by likelihood)."
    n_parameters = 1
    refused = (
        "is 0 or less in {rows}, of which there is no Box-Cox power: choose arcsinh, which takes "
        "any number, or leave those rows out by a condition."
    )

    def __post_init__(self) -> None:
        check_numbers(math.isfinite(self.power), "a finite power")

    @classmethod
    def of(cls, given: Sequence[float], values: Array, weights: Array | None) -> Self:
        step = 1 + values.size // _MOST_VALUES
        values, weights = values[::step], None if weights is None else weights[::step]
        # Others are refused once it is known what is asked of them.
        taken = values > 0.0
        return cls(
            _likeliest_power(log_of(values[taken]), None if weights is None else weights[taken])
        )

    @property
    def domain(self) -> Range:
        return 0.0, math.inf

    def forward(self, x: Array) -> Array:
        return _power(log_of(x), self.power)

    def inverse(self, z: Array) -> Array:
        if self.power == 0.0:
            return Log().inverse(z)
        with np.errstate(divide="ignore", over="ignore"):
            logs = np.log1p(np.maximum(self.power * z, -1.0)) / self.power
            return np.asarray(np.exp(logs))

    def log_jacobian(self, x: Array) -> Array:
        return (self.power - 1.0) * log_of(x)

    def title(self, name: str) -> str:
        return f"boxcox({name}, {self.power:.3g})"


def _power(logs: Array, power: float) -> Array:
    return logs if power == 0.0 else np.asarray(np.expm1(power * logs) / power)


def _likeliest_power(logs: Array, weights: Array | None) -> float:
    """The power of the highest profile likelihood, of values' logs (n,)."""
    if not logs.size or logs.min() == logs.max():
        return 1.0
    # Over their geometric mean, the values' Jacobian is 1 for every power.
    centered = logs - np.average(logs, weights=weights)
    most = min(_LARGEST_POWER, _LARGEST_EXPONENT / float(np.abs(centered).max()))

    def log_variance(power: float) -> float:
        values = _power(centered, power)
        mean = np.average(values, weights=weights)
        return math.log(float(np.average((values - mean) ** 2, weights=weights)))

    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        log_variance, bounds=(-most, most), method="bounded", options={"xatol": 1e-8}
    )
    return float(found.x)
