"""A fit's result in words and a table, for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gmm_app.fitting.result import FitResult, StopReason
from gmm_app.mixture.covariance import family_named

_ENDINGS = {
    StopReason.CONVERGED: "converged",
    StopReason.MAX_ITER: "not converged: the iteration limit was reached (raise --max-iter)",
    StopReason.STOPPED: "stopped before its end: this is the best so far",
}
# Wider tables do not fit a terminal; the model file has all the numbers.
_MOST_COLUMNS = 8


def print_report(result: FitResult, left_aside: Sequence[str]) -> None:
    """Print the data, the components, the criteria and what to beware of.

    Parameters
    ----------
    result : of the fit.
    left_aside : columns of the file that are not numbers.

    Raises
    ------
    OSError
        The terminal, pipe or file that takes the output does not take it.
    """
    console = Console(highlight=False)
    # Rich would end the program where a pipe was closed; files may still have to be written.
    with console.capture() as captured:
        _print_result(console, result, left_aside)
    print(captured.get(), end="", flush=True)


def print_written(paths: Sequence[Path]) -> None:
    """Print which files have been written."""
    for path in paths:
        print(f"wrote {path}", flush=True)


def _print_result(console: Console, result: FitResult, left_aside: Sequence[str]) -> None:
    dataset = result.dataset
    left_out = f", {dataset.n_left_out:,} left out for missing values" if dataset.n_left_out else ""
    console.print(
        f"{Path(dataset.source).name}: {dataset.n_samples:,} rows, columns "
        f"{_some(dataset.columns)}{left_out}",
        markup=False,
    )
    if left_aside:
        console.print(f"left aside, for they are not numbers: {_some(left_aside)}", markup=False)
    family = family_named(result.mixture.family)
    console.print(
        f"{result.mixture.n_components} components, {family.name} ({family.title}): "
        f"{_ENDINGS[result.stop_reason]}, {result.n_iter:,} iterations in the best of "
        f"{len(result.starts)} starts ({result.n_best} ended there), {result.seconds:.2f} s, "
        f"seed {result.options.seed}",
        markup=False,
    )
    console.print(_component_table(result))
    if dataset.n_features > _MOST_COLUMNS:
        console.print(f"(the first {_MOST_COLUMNS} columns' means; --parameters writes all)")
    console.print(_criteria_table(result))
    for sentence in result.doubts:
        console.print(f"beware: {sentence}", markup=False)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_COLUMNS])
    more = len(names) - _MOST_COLUMNS
    return f"{shown} and {more:,} more" if more > 0 else shown


def _component_table(result: FitResult) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("component", "weight", "rows"):
        table.add_column(heading, justify="right")
    for name in result.columns[:_MOST_COLUMNS]:
        table.add_column(f"mean {name}".replace("[", r"\["), justify="right")
    mixture = result.mixture
    for k in range(mixture.n_components):
        rows = f"{mixture.weights[k] * result.n_samples:,.0f}"
        means = [f"{value:,.6g}" for value in mixture.means[k, :_MOST_COLUMNS]]
        table.add_row(str(k + 1), f"{mixture.weights[k]:.4f}", rows, *means)
    return table


def _criteria_table(result: FitResult) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("log-likelihood (sum over rows)", f"{result.log_likelihood:,.4f}")
    for name, value in (("BIC", result.bic), ("AIC", result.aic), ("ICL", result.icl)):
        table.add_row(f"{name} (lower is better)", f"{value:,.4f}")
    table.add_row("free parameters", f"{result.n_parameters:,}")
    return table
