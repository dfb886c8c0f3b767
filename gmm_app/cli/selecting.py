"""`gmm-app select`: fit families and numbers of components, and say which are best."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from gmm_app.cli.fitting import interrupt_sets
from gmm_app.cli.inputs import Rows
from gmm_app.cli.outputs import Outputs
from gmm_app.cli.report import print_written
from gmm_app.cli.terminal import progress_bar
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import OptionError
from gmm_app.fitting.generators import end_of
from gmm_app.fitting.selection import CRITERIA, Selection, iter_select
from gmm_app.mixture.covariance import family_named

_INTERRUPTED = 130
# The model of the best fit is in the file, and the table as a whole in --json.
_MOST_ROWS = 12


def run_select(
    rows: Rows,
    asked: dict[str, Any],
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """Choose a mixture for rows of a file; the exit code: 0, or 130 when interrupted.

    Parameters
    ----------
    rows : what to read.
    asked : for `iter_select`.
    out : where the best model goes, None for nowhere.
    as_json : print one JSON object in place of a report.

    Raises
    ------
    GmmError
        Bad input of any kind, or no fit has succeeded.
    """
    Outputs(model=out).check(rows.file)
    dataset = rows.read()[0]
    cancel = CancelFlag()
    with interrupt_sets(cancel):
        selection = _with_progress(iter_select(dataset, cancel=cancel, **asked))
    if selection.stopped and not selection.cells:
        return _INTERRUPTED
    best = selection.best
    if as_json:
        print(json.dumps({"table": selection.table, "best": best.summary()}), flush=True)
    else:
        _print(selection)
    if out is not None:
        best.save(out)
        if not as_json:
            print_written([out])
    return _INTERRUPTED if selection.stopped else 0


def component_counts(text: str) -> list[int]:
    """Numbers of components from "3", "1:9" or "2,4,8".

    Raises
    ------
    OptionError
        The text is none of these.
    """
    try:
        counts: list[int] = []
        for part in text.split(","):
            first, _, last = part.partition(":")
            counts.extend(range(int(first), int(last or first) + 1))
    except ValueError:
        counts = []
    if not counts:
        raise OptionError(f"-k cannot be {text!r}: give a number, or a range such as 1:9.")
    return counts


def _with_progress(steps: Generator[Selection, None, Selection]) -> Selection:
    with progress_bar() as bar:
        task = bar.add_task("preparing the kernels", total=1.0)

        def show(selection: Selection) -> None:
            cell, done = selection.cells[-1], len(selection.cells)
            words = f"{done} of {selection.n_cells} fits, {cell.family} with {cell.n_components}"
            bar.update(task, description=words, completed=done / selection.n_cells)

        return end_of(steps, show)


def _print(selection: Selection) -> None:
    console = Console(highlight=False)
    with console.capture() as captured:
        _print_table(console, selection)
    print(captured.get(), end="", flush=True)


def _print_table(console: Console, selection: Selection) -> None:
    name = CRITERIA[selection.criterion]
    best = selection.best
    place = [cell.result for cell in selection.ranked].index(best)
    value = selection.ranked[place].value(selection.criterion)
    family = family_named(best.mixture.family)
    console.print(
        f"best by {name} (lower is better): {family.name} ({family.title}) with "
        f"{best.mixture.n_components} components, {name} {value:,.3f}",
        markup=False,
    )
    if place:
        console.print(f"passed over as doubtful: {place} with a lower {name}, see below")
    console.print(family.description, markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("family")
    validated = selection.criterion == "cv"
    criteria = {key: words for key, words in CRITERIA.items() if validated or key != "cv"}
    for heading in ("K", "log-likelihood", "parameters", *criteria.values()):
        table.add_column(heading, justify="right")
    shown = selection.table[:_MOST_ROWS]
    for row in shown:
        table.add_row(*_texts(row, criteria))
    console.print(table)
    for row in shown:
        for sentence in [row["failure"], *(row["doubts"] or ())]:
            if sentence:
                cell = f"{row['family']} with {row['n_components']}"
                console.print(f"beware, {cell}: {sentence}", markup=False)
    if not all(row["converged"] or row["failure"] for row in shown):
        console.print("* not converged: raise --max-iter")
    rest = len(selection.cells) - _MOST_ROWS
    if rest > 0:
        console.print(f"({rest} more; --json has them all)")
    if selection.stopped:
        console.print(f"stopped after {len(selection.cells)} of {selection.n_cells} fits")


def _texts(row: dict[str, Any], criteria: Iterable[str]) -> list[str]:
    name = [row["family"], str(row["n_components"])]
    if row["failure"]:
        return [*name, "failed"]
    mark = "" if row["converged"] else "*"
    return [
        *name,
        f"{mark}{row['log_likelihood']:,.2f}",
        f"{row['n_parameters']:,}",
        *("failed" if row[key] is None else f"{row[key]:,.2f}" for key in criteria),
    ]
