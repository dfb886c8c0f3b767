"""A Python script that rebuilds a mixture as scikit-learn's GaussianMixture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.covariance import family_named
from gmm_app.mixture.exchange.script import filled, head, in_comment, number_lines, numbers
from gmm_app.mixture.exchange.transform_steps import Language, transform_steps
from gmm_app.mixture.mixture import Mixture

Array = NDArray[np.float64]

_TEMPLATE = '''\
<<head>>

import csv
import sys

import numpy as np
from scipy.linalg import solve_triangular
from sklearn.mixture import GaussianMixture

COLUMNS = [<<columns>>]
WEIGHTS = np.array([<<weights>>])
MEANS = np.array(<<means>>)
COVARIANCES = np.array(<<covariances>>)
<<noise>>

def _precision_cholesky(covariance):
    lower = np.linalg.cholesky(covariance)
    return solve_triangular(lower, np.eye(len(lower)), lower=True).T


model = GaussianMixture(n_components=len(WEIGHTS), covariance_type="<<kind>>")
model.weights_ = WEIGHTS / WEIGHTS.sum()
model.means_ = MEANS
model.covariances_ = COVARIANCES
model.precisions_cholesky_ = <<precisions_cholesky>>
model.n_features_in_ = len(COLUMNS)


def _rows(X):
    """Rows as the mixture takes them, (n, D): in the data's units."""
    X = np.asarray(X, dtype=float)
    if X.shape[1:] != (len(COLUMNS),):
        raise ValueError(f"X needs the shape (n, {len(COLUMNS)}), not {X.shape}.")
    return X


<<fitted>>def log_density(X):
    """Natural logarithm of the density, that of noise included, at each row of X (n, D)."""
    X = _rows(X)
<<fit>>    with np.errstate(divide="ignore"):  # a weight may be 0
        log_weights = np.log(WEIGHTS)
    parts = [log_weights[k] + _log_gaussian(X, k) for k in range(len(WEIGHTS))]
    return np.logaddexp.reduce(<<parts>>, axis=0)<<gained>>


def _log_gaussian(X, k):
    # Differences come first: score_samples loses digits where means are huge beside spreads.
    lower = np.linalg.cholesky(<<covariance>>)
    z = solve_triangular(lower, (X - MEANS[k]).T, lower=True)
    log_norm = np.log(np.diag(lower)).sum() + 0.5 * len(COLUMNS) * np.log(2 * np.pi)
    return -0.5 * np.square(z).sum(axis=0) - log_norm


if __name__ == "__main__":
    with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
        rows = [[float(row[name]) for name in COLUMNS] for row in csv.DictReader(file)]
    for value in log_density(rows):
        print(float(value))
'''

_FITTED = '''\
def _fitted(X):
    """Rows as they were fitted, and what their log densities gain on the way back."""
    X, gained = X.copy(), np.zeros(len(X))
<<steps>>    return X, gained


'''
_PYTHON = Language(
    """\
    x = X[:, <<j>>].copy()
    z = <<forward>>
    gained += <<gain>>
    X[:, <<j>>] = z
""",
    0,
    {"log": "np.log", "expm1": "np.expm1", "asinh": "np.arcsinh", "cosh": "np.cosh"},
)
_NOISE = """\
# Noise has one density everywhere, that of an even spread over a box.
NOISE_WEIGHT = <<weight>>
NOISE_LOW = np.array([<<low>>])
NOISE_HIGH = np.array([<<high>>])
with np.errstate(divide="ignore"):
    LOG_NOISE = np.log(NOISE_WEIGHT) - np.log(NOISE_HIGH - NOISE_LOW).sum()
"""


class _Kind(NamedTuple):
    """A covariance type of scikit-learn.

    Attributes
    ----------
    name : scikit-learn's.
    covariances : as it holds them.
    one : expression for the covariance of component k.
    precisions_cholesky : expression for all of them.
    """

    name: str
    covariances: Array
    one: str
    precisions_cholesky: str


def sklearn_script(mixture: Mixture, file_name: str) -> str:
    """The script's text. Its `log_density` gives that of the mixture, for rows without gaps."""
    kind = _kind(mixture)
    steps = transform_steps(mixture, _PYTHON)
    return filled(
        _TEMPLATE,
        head=head(
            mixture,
            "#",
            "A Gaussian mixture for scikit-learn",
            "log_density(X) gives the log density at each row of X; `model` is scikit-learn's.",
            f"`python {in_comment(file_name)} rows.csv` prints those of a CSV file's rows.",
        ),
        columns=", ".join(map(repr, mixture.columns)),
        weights=numbers(mixture.weights),
        means=_nested(mixture.means),
        covariances=_nested(kind.covariances),
        noise=_noise(mixture),
        kind=kind.name,
        precisions_cholesky=kind.precisions_cholesky,
        covariance=kind.one,
        fitted=filled(_FITTED, steps=steps) if steps else "",
        fit="    X, gained = _fitted(X)\n" if steps else "",
        gained=" + gained" if steps else "",
        parts="[*parts, np.full(len(X), LOG_NOISE)]" if mixture.noise else "parts",
    )


def _kind(mixture: Mixture) -> _Kind:
    """The narrowest type that holds the covariances as they are."""
    covariances = mixture.covariances
    if family_named(mixture.family).moments == "diagonal":
        diagonals = mixture.compact
        if (diagonals == diagonals[:, :1]).all() and mixture.family.endswith("II"):
            one = "COVARIANCES[k] * np.eye(len(COLUMNS))"
            return _Kind("spherical", diagonals[:, 0], one, "1 / np.sqrt(COVARIANCES)")
        return _Kind("diag", diagonals, "np.diag(COVARIANCES[k])", "1 / np.sqrt(COVARIANCES)")
    if mixture.family == "EEE" and (covariances == covariances[0]).all():
        return _Kind("tied", covariances[0], "COVARIANCES", "_precision_cholesky(COVARIANCES)")
    each = "np.array([_precision_cholesky(c) for c in COVARIANCES])"
    return _Kind("full", covariances, "COVARIANCES[k]", each)


def _noise(mixture: Mixture) -> str:
    noise = mixture.noise
    if noise is None:
        return ""
    return filled(
        _NOISE, weight=repr(noise.weight), low=numbers(noise.low), high=numbers(noise.high)
    )


def _nested(array: Array, indent: str = "") -> str:
    """An array as lists in lists, a line for each innermost one."""
    if array.ndim == 1:
        return f"[{numbers(array)}]"
    deeper = indent + "    "
    if array.ndim == 2:
        lines = [f"[{line}]" for line in number_lines(array)]
    else:
        lines = [_nested(matrix, deeper) for matrix in array]
    return "[\n" + "".join(f"{deeper}{line},\n" for line in lines) + f"{indent}]"
