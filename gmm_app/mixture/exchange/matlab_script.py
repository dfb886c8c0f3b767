"""A function file for MATLAB and Octave that rebuilds a mixture."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ExportError
from gmm_app.mixture.exchange.script import REPLACEMENT, filled, head, number_lines, numbers
from gmm_app.mixture.exchange.transform_steps import Language, transform_steps
from gmm_app.mixture.mixture import Mixture

_TEMPLATE = """\
function [log_density, model] = <<function>>(X)
<<head>>
columns = {<<columns>>};
weights = [<<weights>>];
means = <<means>>;
covariances = cat(3, <<covariances>>);
<<noise>>
X = rows_of(X, numel(columns));
<<fit>>parts = -inf(size(X, 1), numel(weights));
for k = 1:numel(weights)
  parts(:, k) = log(weights(k)) + log_gaussian(X, means(k, :), covariances(:, :, k));
end
<<noise_part>>largest = max(parts, [], 2);
log_density = largest + log(sum(exp(parts - largest), 2))<<gained>>;

model = [];
if nargout > 1 && exist('gmdistribution') > 0
  model = gmdistribution(means, covariances, weights / sum(weights));
end
end

function X = rows_of(X, n_columns)
% Rows as the mixture takes them, (n, D): in the data's units.
if size(X, 2) ~= n_columns
  error('X needs %d columns, not %d.', n_columns, size(X, 2));
end
end

<<fitted>>function y = log_gaussian(X, mu, covariance)
upper = chol(covariance);
z = (X - mu) / upper;
y = -0.5 * sum(z .^ 2, 2) - sum(log(diag(upper))) - 0.5 * size(X, 2) * log(2 * pi);
end
"""

_FITTED = """\
function [X, gained] = fitted(X)
% Rows as they were fitted, and what their log densities gain on the way back.
gained = zeros(size(X, 1), 1);
<<steps>>end

"""
_MATLAB = Language(
    """\
x = X(:, <<j>>);
z = <<forward>>;
gained = gained + (<<gain>>);
X(:, <<j>>) = z;
""",
    1,
    {name: name for name in ("log", "expm1", "asinh", "cosh")},
)
_NOISE = """\
% Noise has one density everywhere, that of an even spread over a box.
noise_weight = <<weight>>;
noise_low = [<<low>>];
noise_high = [<<high>>];
"""
_NOISE_PART = "parts(:, end + 1) = log(noise_weight) - sum(log(noise_high - noise_low));\n"


def matlab_script(mixture: Mixture, file_name: str) -> str:
    """The file's text. Its function gives the log densities of rows without gaps.

    Raises
    ------
    ExportError
        No function can have the file's name, which is what MATLAB and Octave call it by.
    """
    check_function_name(file_name)
    function = Path(file_name).stem
    steps = transform_steps(mixture, _MATLAB)
    return filled(
        _TEMPLATE,
        function=function,
        head=head(
            mixture,
            "%",
            "A Gaussian mixture for MATLAB and Octave",
            f"{function}(X) gives the log density at each row of X. The second output is a",
            "gmdistribution, without noise, or [] where there is no such class.",
        ),
        columns=", ".join(map(_text, mixture.columns)),
        weights=numbers(mixture.weights),
        means=_matrix(mixture.means),
        covariances=", ...\n  ".join(map(_matrix, mixture.covariances)),
        noise=_noise(mixture),
        fitted=filled(_FITTED, steps=steps) if steps else "",
        fit="[X, gained] = fitted(X);\n" if steps else "",
        gained=" + gained" if steps else "",
        noise_part=_NOISE_PART if mixture.noise else "",
    )


def check_function_name(file_name: str) -> None:
    """Refuse a file name that is no name of a function.

    Raises
    ------
    ExportError
        It has other characters than letters, digits and underscores, or does not begin with a
        letter.
    """
    stem = Path(file_name).stem
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,62}", stem):
        raise ExportError(
            f"MATLAB calls a function by the name of its file, and {file_name} cannot be called: "
            "use letters, digits and underscores only, as in model_1.m."
        )


def _noise(mixture: Mixture) -> str:
    noise = mixture.noise
    if noise is None:
        return ""
    return filled(
        _NOISE, weight=repr(noise.weight), low=numbers(noise.low), high=numbers(noise.high)
    )


def _matrix(rows: NDArray[np.float64]) -> str:
    return "[" + "; ...\n   ".join(number_lines(rows)) + "]"


def _text(name: str) -> str:
    """A character array: between single quotes only these need care, and controls have codes."""
    pieces = [
        f"char({ord(piece)})" if piece and piece < " " else f"'{_quotable(piece)}'"
        for piece in re.split("([\x00-\x1f])", name)
    ]
    whole = [piece for piece in pieces if piece != "''"] or ["''"]
    return whole[0] if len(whole) == 1 else f"[{', '.join(whole)}]"


def _quotable(text: str) -> str:
    return "".join(c if c.isprintable() else REPLACEMENT for c in text).replace("'", "''")
