"""What scripts in all languages share: their first lines, numbers and templates."""

from __future__ import annotations

import json
import re

import numpy as np
from numpy.typing import NDArray

from gmm_app.mixture.mixture import Mixture

REPLACEMENT = chr(0xFFFD)


def filled(template: str, **parts: str) -> str:
    """The template with a part in place of each <<name>>."""
    return re.sub(r"<<(\w+)>>", lambda found: parts[found[1]], template)


def numbers(values: NDArray[np.float64]) -> str:
    """Numbers with commas between, each the shortest text that is read back as the same number."""
    return ", ".join(map(repr, values.tolist()))


def number_lines(rows: NDArray[np.float64]) -> list[str]:
    """`numbers` of each row of a matrix."""
    return [numbers(row) for row in rows]


def head(mixture: Mixture, mark: str, title: str, *usage: str) -> str:
    """The comment that says what a script is and how it is used.

    Parameters
    ----------
    mark : begins a comment in the language, up to the line's end.
    title : what the script makes, and of which program.
    usage : lines about how its numbers are had.
    """
    from gmm_app import __version__

    n = mixture.n_components
    noise = " and noise" if mixture.noise else ""
    lines = (
        f"{title}: {n} component{'s' * (n != 1)}{noise}, family {mixture.family}.",
        f"Columns, in this order: {', '.join(map(in_comment, mixture.columns))}.",
        *_about_numbers(mixture),
        *usage,
        f"Written by GMM Studio {__version__}.",
    )
    return "\n".join(f"{mark} {line}" for line in lines)


def _about_numbers(mixture: Mixture) -> tuple[str, ...]:
    if not mixture.transforms:
        return (
            "Numbers are in the units of the data, whose rows must be complete; log densities are",
            "natural logarithms.",
        )
    return (
        f"Means and covariances are those of {', '.join(map(in_comment, mixture.units))}.",
        "Rows and log densities are in the units of the data, whose rows must be complete; log",
        "densities are natural logarithms.",
    )


def in_comment(name: str) -> str:
    """A name in quotes that cannot end the comment's line."""
    quoted = json.dumps(name, ensure_ascii=False)
    return "".join(c if c.isprintable() else REPLACEMENT for c in quoted)
