"""An R script that rebuilds a mixture as one of mclust's."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.exchange.decomposition import decomposed
from gmm_app.mixture.exchange.script import filled, head, in_comment, number_lines
from gmm_app.mixture.exchange.transform_steps import Language, transform_steps
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise

Array = NDArray[np.float64]

_TEMPLATE = """\
<<head>>

suppressPackageStartupMessages(library(mclust))

parameters <- list(
  columns = c(<<columns>>),<<transforms>>
  pro = <<weights>>,
  mean = <<means>>,
  variance = list(
    modelName = "<<model>>", d = <<d>>L, G = <<G>>L,
    <<variance>>
  )<<box>>
)
<<noise>>
model <- structure(
  list(
    modelName = parameters$variance$modelName,
    data = matrix(numeric(0), 0, <<d>>, dimnames = list(NULL, parameters$columns)),
    n = 0L, d = <<d>>L, G = <<G>>L, hypvol = <<hypvol>>, parameters = parameters
  ),
  class = c("densityMclust", "Mclust")
)

# Rows as the mixture takes them, (n, D): in the data's units.
rows_of <- function(X) {
  X <- as.matrix(X)
  if (ncol(X) != <<d>>) stop("X needs <<d>> columns, not ", ncol(X), ".")
  matrix(as.double(X), ncol = <<d>>)
}

<<fitted>># Natural logarithm of the density, that of noise included, at each row of X (n, D).
log_density <- function(X) {
  X <- rows_of(X)
  <<fit>>own <- parameters[c("pro", "mean", "variance")]
  own$pro <- own$pro[seq_len(<<G>>)]
  <<exactly>>density <- dens(X, "<<exact>>", own, logarithm = TRUE)
  <<result>><<gained>>
}

if (!interactive() && sys.nframe() == 0L) {
  path <- commandArgs(trailingOnly = TRUE)[1]
  rows <- read.csv(path, check.names = FALSE, encoding = "UTF-8")
  writeLines(sprintf("%.17g", log_density(rows[parameters$columns])))
}
"""

_LAST_DIGITS = 1e-12

# Scale, shape and orientation say the covariances of a family but for the last digits.
_EXACTLY = """\
own$variance$cholsigma <- array(apply(own$variance$sigma, 3, chol), dim(own$variance$sigma))
  """
_FITTED = """\
# Rows as they were fitted, and what their log densities gain on the way back.
fitted_of <- function(X) {
  gained <- numeric(nrow(X))
<<steps>>  list(X = X, gained = gained)
}

"""
_R = Language(
    """\
  x <- X[, <<j>>]
  z <- <<forward>>
  gained <- gained + (<<gain>>)
  X[, <<j>>] <- z
""",
    1,
    {name: name for name in ("log", "expm1", "asinh", "cosh")},
)
_NOISE = """\
# Noise has one density everywhere, that of an even spread over a box.
parameters$Vinv <- exp(-sum(log(parameters$box[, 2] - parameters$box[, 1])))
"""
_WITH_NOISE = """\
noise <- log(parameters$pro[<<last>>]) - sum(log(parameters$box[, 2] - parameters$box[, 1]))
  largest <- pmax(density, noise)
  largest + log(exp(density - largest) + exp(noise - largest))"""


def mclust_script(mixture: Mixture, file_name: str) -> str:
    """The script's text. Its `log_density` gives that of the mixture, for rows without gaps."""
    mixture = _truly_named(mixture)
    d, n_components, noise = mixture.n_features, mixture.n_components, mixture.noise
    steps = transform_steps(mixture, _R)
    shares = np.append(mixture.weights, noise.weight) if noise else mixture.weights
    return filled(
        _TEMPLATE,
        head=head(
            mixture,
            "#",
            "A Gaussian mixture for R and its package mclust",
            "log_density(X) gives the log density at each row of X; `model` is mclust's, as by",
            f"densityMclust. `Rscript {in_comment(file_name)} rows.csv` prints those of a CSV "
            "file's rows.",
        ),
        columns=", ".join(map(_text, mixture.columns)),
        transforms=_transforms(mixture),
        fitted=filled(_FITTED, steps=steps) if steps else "",
        fit="fitted <- fitted_of(X)\n  X <- fitted$X\n  " if steps else "",
        gained=" + fitted$gained" if steps else "",
        weights=_vector(shares),
        means=_vector(mixture.means[:, 0]) if d == 1 else _means(mixture),
        model=mixture.family[0] if d == 1 else mixture.family,
        d=str(d),
        G=str(n_components),
        variance=",\n    ".join(f"{name} = {text}" for name, text in _variance(mixture).items()),
        box=f",\n  box = {_box(noise)}" if noise else "",
        noise=_NOISE if noise else "",
        hypvol="1 / parameters$Vinv" if noise else "NA",
        exactly="" if d == 1 else _EXACTLY,
        exact="V" if d == 1 else "VVV",
        result=filled(_WITH_NOISE, last=str(n_components + 1)) if noise else "density",
    )


def _truly_named(mixture: Mixture) -> Mixture:
    """The mixture; as VVV where its covariances are not of the family, as others may have it."""
    covariances = mixture.covariances
    spreads = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    allowed = _LAST_DIGITS * spreads[:, :, np.newaxis] * spreads[:, np.newaxis, :]
    if (np.abs(decomposed(mixture).covariances - covariances) <= allowed).all():
        return mixture
    own = mixture.weights, mixture.means, covariances, "VVV", mixture.columns
    return Mixture(*own, mixture.noise, mixture.transforms)


def _transforms(mixture: Mixture) -> str:
    """As texts that `from_mclust` reads; R itself takes the functions below."""
    if not mixture.transforms:
        return ""
    texts = (_text(json.dumps(transform.as_json())) for transform in mixture.transforms)
    return f"\n  transforms = c({', '.join(texts)}),"


def _variance(mixture: Mixture) -> dict[str, str]:
    """What mclust's own functions want of the family, beside the covariances."""
    family, covariances = mixture.family, mixture.covariances
    if mixture.n_features == 1:
        text = _vector(covariances[: 1 if family[0] == "E" else None, 0, 0])
        return {"sigmasq": text, "scale": text}
    parts = decomposed(mixture)
    scale = _vector(parts.scale)
    variance = {"sigma": _matrices(covariances)}
    if family in ("EII", "EEE"):
        variance["Sigma"] = _matrix(covariances[0])
    if family.endswith("II"):
        return variance | {"sigmasq": scale, "scale": scale}
    if family == "EEE":
        return variance | {"cholSigma": _matrix(_upper(covariances[0]))}
    if family == "VVV":
        return variance | {"cholsigma": _matrices(_upper(covariances))}
    shape = _vector(parts.shape[0]) if len(parts.shape) == 1 else _matrix(parts.shape.T)
    variance |= {"scale": scale, "shape": shape}
    if family.endswith("I"):
        return variance
    axes = _matrix(parts.axes[0]) if family.endswith("E") else _matrices(parts.axes)
    return variance | {"orientation": axes}


def _upper(covariances: Array) -> Array:
    return np.asarray(np.linalg.cholesky(covariances).mT, dtype=np.float64)


def _box(noise: Noise) -> str:
    return _matrix(np.column_stack([noise.low, noise.high]))


def _means(mixture: Mixture) -> str:
    names = f"list(c({', '.join(map(_text, mixture.columns))}), NULL)"
    return _shaped(mixture.means, (mixture.n_features, mixture.n_components), names)


def _matrix(matrix: Array) -> str:
    return _shaped(matrix.T, matrix.shape)


def _matrices(matrices: Array) -> str:
    k, d, _ = matrices.shape
    return _shaped(matrices.mT.reshape(k * d, d), (d, d, k))


def _shaped(lines: Array, dim: tuple[int, ...], names: str = "") -> str:
    """An array of R, column by column, a line of text for each."""
    sizes = ", ".join(f"{size}L" for size in dim)
    more = f", dimnames = {names}" if names else ""
    values = ",\n      ".join(number_lines(lines))
    return f"structure(c({values}),\n      dim = c({sizes}){more})"


def _vector(values: Array) -> str:
    return f"c({', '.join(number_lines(values[np.newaxis]))})"


def _text(name: str) -> str:
    """A text that R reads alike in every locale."""
    return f'"{"".join(map(_character, name))}"'


def _character(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    # R has no texts with these.
    if not code or 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
