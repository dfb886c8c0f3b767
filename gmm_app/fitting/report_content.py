"""What a report of a fit says, as data: sections of sentences, tables and code, for any page."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gmm_app.fitting.options import OptionField, option_fields
from gmm_app.fitting.redo import command_line, python_lines
from gmm_app.fitting.result import FitResult, StopReason
from gmm_app.mixture.covariance import family_named
from gmm_app.naming import some_names

if TYPE_CHECKING:
    from gmm_app.fitting.bootstrap import Bootstrap

_ENDINGS = {
    StopReason.CONVERGED: "converged",
    StopReason.MAX_ITER: "not converged: the iteration limit was reached (raise max_iter)",
    StopReason.STOPPED: "stopped before its end: this is the best so far",
}
_CRITERIA = {
    "BIC": "fit against number of parameters",
    "AIC": "a milder price for parameters than BIC",
    "ICL": "BIC that also asks for components well apart",
}
_PACKAGES = {
    "NumPy": "numpy",
    "Numba": "numba",
    "SciPy": "scipy",
    "Qt and PySide6": "PySide6-Essentials",
    "pyqtgraph": "pyqtgraph",
}
# More columns do not fit a page; the model file has all the numbers.
_MOST_COLUMNS = 8
_MOST_DETAILED = 12
_MOST_ENDS = 4


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes
    ----------
    rows : its cells.
    sides : for each column whether it stands to the left ("l") or to the right ("r").
    headings : of the columns; none if it has none.
    title : above it; "" for none.
    """

    rows: tuple[tuple[str, ...], ...]
    sides: str
    headings: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Caution:
    """A sentence that the reader must not miss."""

    sentence: str


@dataclass(frozen=True)
class Code:
    """Lines to be typed or run as they are."""

    lines: str


@dataclass(frozen=True)
class Pictures:
    """Where the plots stand."""


Block = str | Grid | Caution | Code | Pictures


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes
    ----------
    title : a few words.
    blocks : what it says, in order.
    """

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes
    ----------
    title : what it is about.
    sections : in order, each with something to say.
    """

    title: str
    sections: tuple[Section, ...]


def summary_of(
    result: FitResult, left_aside: Sequence[str] = (), bootstrap: Bootstrap | None = None
) -> Report:
    """What was found, as short as a terminal needs it.

    Parameters
    ----------
    result : of the fit.
    left_aside : columns of the file that are no measurements.
    bootstrap : how sure the parameters are, if that was asked for.
    """
    return _report(
        result,
        ("Data", _data(result, left_aside)),
        ("What was found", _mixture(result)),
        ("How sure that is", _intervals(bootstrap)),
        ("How well it fits", _criteria(result)),
        ("Where the starts ended", _ends(result)),
        ("Beware", _doubts(result)),
    )


def report_of(
    result: FitResult, left_aside: Sequence[str] = (), bootstrap: Bootstrap | None = None
) -> Report:
    """Everything that one who was not there needs to judge the fit and to do it again.

    Parameters are those of `summary_of`. Reads all rows once, for their digest.
    """
    return _report(
        result,
        ("Data", [*_data(result, left_aside), f"SHA-256 of the data: {result.dataset.digest}"]),
        ("What was found", [*_mixture(result), *_doubts(result), Pictures()]),
        ("Each component", _components(result)),
        ("How sure that is", _intervals(bootstrap)),
        ("How well it fits", _criteria(result)),
        ("Where the starts ended", _ends(result)),
        ("Options of the fit", [_options(result)]),
        ("How to do it again", _redo(result)),
        ("Made with", [_versions()]),
    )


def _report(result: FitResult, *parts: tuple[str, Sequence[Block] | Iterator[Block]]) -> Report:
    sections = (Section(title, tuple(blocks)) for title, blocks in parts)
    n = result.mixture.n_components
    return Report(
        title=f"{n} Gaussian component{'s' * (n != 1)} in {_source(result)}",
        sections=tuple(section for section in sections if section.blocks),
    )


def _source(result: FitResult) -> str:
    """The file's name only: a report may be handed on, its folders are nobody's business."""
    return Path(result.dataset.source).name or "data"


def _data(result: FitResult, left_aside: Sequence[str]) -> Iterator[Block]:
    dataset = result.dataset
    weighted = "" if dataset.weights is None else f" that count {dataset.total_weight:,.6g} times"
    columns = some_names(dataset.columns)
    yield f"{_source(result)}: {dataset.n_samples:,} rows{weighted}, columns {columns}"
    if dataset.where:
        yield f"where {dataset.where}: {dataset.n_filtered:,} other rows do not count"
    if dataset.known_as:
        numbered = [f"{k + 1} {name}" for k, name in enumerate(dataset.known_as)]
        yield f"known components: {some_names(numbered)}"
    if dataset.n_incomplete:
        yield f"{dataset.n_incomplete:,} rows lack values, and count by those they have"
    if dataset.n_left_out:
        yield f"{dataset.n_left_out:,} rows left out for missing or infinite values"
    if dataset.transforms:
        named = zip(dataset.transforms, dataset.columns, strict=True)
        yield f"fitted to {some_names([transform.title(name) for transform, name in named])}"
    if result.mixture.transforms:
        yield "headings name the units; log-likelihood and criteria are in the data's own"
    if left_aside:
        yield f"left aside, for they are no measurements: {some_names(left_aside)}"


def _mixture(result: FitResult) -> Iterator[Block]:
    family = family_named(result.mixture.family)
    yield (
        f"{result.mixture.n_components} components, {family.name} ({family.title}): "
        f"{_ENDINGS[result.stop_reason]}, {result.n_iter:,} iterations in the best of "
        f"{len(result.starts)} starts, {result.seconds:.2f} s, seed {result.options.seed}"
    )
    yield family.description
    if result.prior is not None:
        yield "with a weak prior on means and covariances: the mode of the posterior"
    for what, components in result.held._asdict().items():
        if components:
            numbers = ", ".join(str(k + 1) for k in components)
            yield f"held as they were: {what} of components {numbers}"
    yield _weights_and_means(result)
    noise = result.mixture.noise
    if noise is not None:
        rows = noise.weight * result.total_weight
        yield f"noise: {100.0 * noise.weight:.2f}% of the rows, {rows:,.0f}"
    if result.dataset.n_features > _MOST_COLUMNS:
        yield f"(the first {_MOST_COLUMNS} columns' means; the model file has all)"


def _weights_and_means(result: FitResult) -> Grid:
    names = [f"mean {name}" for name in result.mixture.units[:_MOST_COLUMNS]]
    mixture = result.mixture
    rows = []
    for k in range(mixture.n_components):
        n_rows = f"{mixture.weights[k] * result.total_weight:,.0f}"
        means = [f"{value:,.6g}" for value in mixture.means[k, :_MOST_COLUMNS]]
        rows.append((str(k + 1), f"{mixture.weights[k]:.4f}", n_rows, *means))
    headings = ("component", "weight", "rows", *names)
    return Grid(tuple(rows), "r" * len(headings), headings)


def _components(result: FitResult) -> Iterator[Block]:
    """Means, spreads and correlations of each component by itself."""
    mixture = result.mixture
    for k in range(min(mixture.n_components, _MOST_DETAILED)):
        yield _component(result, k)
    left_out = []
    if mixture.n_components > _MOST_DETAILED:
        left_out.append(f"the first {_MOST_DETAILED} components")
    if mixture.n_features > _MOST_COLUMNS:
        left_out.append(f"the first {_MOST_COLUMNS} columns")
    if left_out:
        yield f"({', '.join(left_out)}; the model file has all)"


def _component(result: FitResult, k: int) -> Grid:
    names = result.mixture.units[:_MOST_COLUMNS]
    n = len(names)
    covariance = result.mixture.covariances[k, :n, :n]
    deviations = np.sqrt(np.diagonal(covariance))
    correlations = covariance / np.multiply.outer(deviations, deviations)
    rows = []
    for i, name in enumerate(names):
        numbers = (f"{result.mixture.means[k, i]:,.6g}", f"{deviations[i]:,.4g}")
        lower = [f"{correlations[i, j]:+.3f}" if j < i else "" for j in range(n - 1)]
        rows.append((name, *numbers, *lower))
    headings = ("column", "mean", "standard deviation", *(f"corr. {name}" for name in names[:-1]))
    title = f"component {k + 1}, weight {result.mixture.weights[k]:.4f}"
    return Grid(tuple(rows), "l" + "r" * (n + 1), headings, title)


def _intervals(bootstrap: Bootstrap | None) -> Iterator[Block]:
    """Where weights and means probably lie."""
    if bootstrap is None:
        return
    failed = f", {bootstrap.n_failed:,} more failed" if bootstrap.n_failed else ""
    yield (
        f"95% intervals from {bootstrap.n_draws:,} draws ({bootstrap.method} bootstrap, "
        f"seed {bootstrap.seed}{failed})"
    )
    low, high = bootstrap.intervals(0.95)
    names = [f"mean {name}" for name in bootstrap.result.mixture.units[:_MOST_COLUMNS]]
    rows = []
    for k in range(len(low.weights)):
        ends = zip(low.means[k, :_MOST_COLUMNS], high.means[k, :_MOST_COLUMNS], strict=True)
        means = [f"{below:,.4g} to {above:,.4g}" for below, above in ends]
        rows.append((str(k + 1), f"{low.weights[k]:.3f} to {high.weights[k]:.3f}", *means))
    if bootstrap.result.mixture.noise is not None:
        rows.append(("noise", f"{low.noise:.3f} to {high.noise:.3f}", *["" for _ in names]))
    headings = ("component", "weight", *names)
    yield Grid(tuple(rows), "r" * len(headings), headings)


def _criteria(result: FitResult) -> Iterator[Block]:
    rows = [("log-likelihood (sum over rows)", f"{result.log_likelihood:,.4f}", "")]
    for name, value in (("BIC", result.bic), ("AIC", result.aic), ("ICL", result.icl)):
        rows.append((f"{name} (lower is better)", f"{value:,.4f}", _CRITERIA[name]))
    rows.append(("free parameters", f"{result.n_parameters:,}", ""))
    yield Grid(tuple(rows), "lrl")


def _ends(result: FitResult) -> Iterator[Block]:
    """The different ends of the starts, if there were several starts."""
    if len(result.starts) == 1:
        return
    failed = sum(1 for start in result.starts if start.failure)
    yield (
        f"{result.n_best} of {len(result.starts)} starts ended here"
        + (f", {failed} failed" if failed else "")
    )
    best = result.optima[0].log_likelihood
    for optimum in result.optima[1:_MOST_ENDS]:
        yield (
            f"{len(optimum.starts)} ended {best - optimum.log_likelihood:,.4g} "
            f"lower, at {optimum.log_likelihood:,.4f}"
        )
    rest = sum(len(optimum.starts) for optimum in result.optima[_MOST_ENDS:])
    if rest:
        yield f"{rest} ended lower still"


def _doubts(result: FitResult) -> list[Block]:
    return [Caution(sentence) for sentence in result.doubts]


def _options(result: FitResult) -> Grid:
    rows = []
    for item, option in option_fields():
        value = getattr(result.options, item.name)
        usual = "as usual" if value == item.default else ""
        rows.append((option.label, item.name, _in_words(option, value), usual))
    return Grid(tuple(rows), "llll", ("option", "name", "value", ""))


def _in_words(option: OptionField, value: Any) -> str:
    if value is None:
        return option.none_text
    if isinstance(value, bool):
        return "yes" if value else "no"
    return option.choices.get(value, str(value)) if option.choices else str(value)


def _redo(result: FitResult) -> Iterator[Block]:
    lines = python_lines(result)
    yield "In Python, from the folder of the file:" if "gm.read(" in lines else "In Python:"
    yield Code(lines)
    line = command_line(result)
    if line:
        yield "Or from a terminal:"
        yield Code(line)


def _versions() -> Grid:
    from gmm_app import __version__

    rows = [("GMM Studio", __version__), ("Python", platform.python_version())]
    for name, package in _PACKAGES.items():
        try:
            rows.append((name, metadata.version(package)))
        except metadata.PackageNotFoundError:
            continue  # a fit without a window needs no Qt
    return Grid(tuple(rows), "ll")
