"""A fit's result in plain words and numbers: for a terminal, a file, or the window."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.files import atomic_write
from gmm_app.fitting.result import FitResult, StopReason
from gmm_app.mixture.covariance import family_named

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

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
# More columns do not fit a page; the model file has all the numbers.
_MOST_COLUMNS = 8
_MOST_ENDS = 4


def report(
    result: FitResult,
    left_aside: Sequence[str] = (),
    bootstrap: Bootstrap | None = None,
    *,
    width: int = 100,
) -> str:
    """Data, components, criteria with their signs, the ends of all starts, and what to beware of.

    Parameters
    ----------
    result : of the fit.
    left_aside : columns of the file that are not numbers.
    bootstrap : how sure the parameters are, if that was asked for.
    width : characters of a line, in which tables are to fit.
    """
    from rich.console import Console

    page = io.StringIO()
    console = Console(file=page, width=width, highlight=False, markup=False, soft_wrap=False)
    _print_data(console, result, left_aside)
    _print_mixture(console, result)
    if bootstrap is not None:
        _print_intervals(console, bootstrap)
    _print_criteria(console, result)
    _print_ends(console, result)
    for sentence in result.doubts:
        console.print(f"beware: {sentence}")
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def write_report(result: FitResult, path: str | Path) -> None:
    """Write the report as a text file.

    Raises
    ------
    ExportError
        The file cannot be written there.
    """
    with atomic_write(path) as file:
        # A name may hold half a character, which no encoding takes.
        file.write(report(result).encode("utf-8", "backslashreplace"))


def _print_data(console: Console, result: FitResult, left_aside: Sequence[str]) -> None:
    dataset = result.dataset
    source = Path(dataset.source).name or "data"
    weighted = "" if dataset.weights is None else f" that count {dataset.total_weight:,.6g} times"
    console.print(
        f"{source}: {dataset.n_samples:,} rows{weighted}, columns {_some(dataset.columns)}"
    )
    if dataset.where:
        console.print(f"where {dataset.where}: {dataset.n_filtered:,} other rows do not count")
    if dataset.known_as:
        console.print(f"known components: {_numbered(dataset.known_as)}")
    if dataset.n_incomplete:
        console.print(f"{dataset.n_incomplete:,} rows lack values, and count by those they have")
    if dataset.n_left_out:
        console.print(f"{dataset.n_left_out:,} rows left out for missing or infinite values")
    if left_aside:
        console.print(f"left aside, for they are not numbers: {_some(left_aside)}")


def _print_mixture(console: Console, result: FitResult) -> None:
    family = family_named(result.mixture.family)
    console.print(
        f"{result.mixture.n_components} components, {family.name} ({family.title}): "
        f"{_ENDINGS[result.stop_reason]}, {result.n_iter:,} iterations in the best of "
        f"{len(result.starts)} starts, {result.seconds:.2f} s, seed {result.options.seed}"
    )
    console.print(family.description)
    if result.prior is not None:
        console.print("with a weak prior on means and covariances: the mode of the posterior")
    for what, components in result.held._asdict().items():
        if components:
            numbers = ", ".join(str(k + 1) for k in components)
            console.print(f"held as they were: {what} of components {numbers}")
    console.print(_component_table(result))
    noise = result.mixture.noise
    if noise is not None:
        rows = noise.weight * result.total_weight
        console.print(f"noise: {100.0 * noise.weight:.2f}% of the rows, {rows:,.0f}")
    if result.dataset.n_features > _MOST_COLUMNS:
        console.print(f"(the first {_MOST_COLUMNS} columns' means; the model file has all)")


def _print_intervals(console: Console, bootstrap: Bootstrap) -> None:
    """Where weights and means probably lie."""
    failed = f", {bootstrap.n_failed:,} more failed" if bootstrap.n_failed else ""
    console.print(
        f"95% intervals from {bootstrap.n_draws:,} draws ({bootstrap.method} bootstrap, "
        f"seed {bootstrap.seed}{failed})"
    )
    low, high = bootstrap.intervals(0.95)
    names = [f"mean {name}" for name in bootstrap.result.columns[:_MOST_COLUMNS]]
    table = _table(*[">"] * (2 + len(names)), headings=["component", "weight", *names])
    for k in range(len(low.weights)):
        ends = zip(low.means[k, :_MOST_COLUMNS], high.means[k, :_MOST_COLUMNS], strict=True)
        means = [f"{below:,.4g} to {above:,.4g}" for below, above in ends]
        table.add_row(str(k + 1), f"{low.weights[k]:.3f} to {high.weights[k]:.3f}", *means)
    if bootstrap.result.mixture.noise is not None:
        table.add_row("noise", f"{low.noise:.3f} to {high.noise:.3f}", *["" for _ in names])
    console.print(table)


def _print_criteria(console: Console, result: FitResult) -> None:
    table = _table("", ">", "")
    table.add_row("log-likelihood (sum over rows)", f"{result.log_likelihood:,.4f}", "")
    for name, value in (("BIC", result.bic), ("AIC", result.aic), ("ICL", result.icl)):
        table.add_row(f"{name} (lower is better)", f"{value:,.4f}", _CRITERIA[name])
    table.add_row("free parameters", f"{result.n_parameters:,}", "")
    console.print(table)


def _print_ends(console: Console, result: FitResult) -> None:
    """The different ends of the starts, if there were several starts."""
    if len(result.starts) == 1:
        return
    failed = sum(1 for start in result.starts if start.failure)
    console.print(
        f"{result.n_best} of {len(result.starts)} starts ended here"
        + (f", {failed} failed" if failed else "")
    )
    best = result.optima[0].log_likelihood
    for optimum in result.optima[1:_MOST_ENDS]:
        console.print(
            f"{len(optimum.starts)} ended {best - optimum.log_likelihood:,.4g} "
            f"lower, at {optimum.log_likelihood:,.4f}"
        )
    rest = sum(len(optimum.starts) for optimum in result.optima[_MOST_ENDS:])
    if rest:
        console.print(f"{rest} ended lower still")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_COLUMNS])
    more = len(names) - _MOST_COLUMNS
    return f"{shown} and {more:,} more" if more > 0 else shown


def _numbered(names: Sequence[str]) -> str:
    return _some([f"{k + 1} {name}" for k, name in enumerate(names)])


def _component_table(result: FitResult) -> Table:
    names = [f"mean {name}" for name in result.columns[:_MOST_COLUMNS]]
    table = _table(*[">"] * (3 + len(names)), headings=["component", "weight", "rows", *names])
    mixture = result.mixture
    for k in range(mixture.n_components):
        rows = f"{mixture.weights[k] * result.total_weight:,.0f}"
        means = [f"{value:,.6g}" for value in mixture.means[k, :_MOST_COLUMNS]]
        table.add_row(str(k + 1), f"{mixture.weights[k]:.4f}", rows, *means)
    return table


def _table(*sides: str, headings: Sequence[str] = ()) -> Table:
    """Columns, each to the left or (">") to the right, with or without headings."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=bool(headings))
    for i, side in enumerate(sides):
        heading = Text(headings[i] if headings else "")
        table.add_column(heading, justify="right" if side else "left")
    return table
