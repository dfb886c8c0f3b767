"""A fit's result in plain words and numbers: for a terminal, a file, or the window."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gmm_app.fitting.report_content import (
    Block,
    Caution,
    Code,
    Grid,
    Pictures,
    Report,
    summary_of,
)
from gmm_app.fitting.result import FitResult

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gmm_app.fitting.bootstrap import Bootstrap

_WIDTH = 100


def report(
    result: FitResult,
    left_aside: Sequence[str] = (),
    bootstrap: Bootstrap | None = None,
    *,
    width: int = _WIDTH,
) -> str:
    """Data, components, criteria with their signs, the ends of all starts, and what to beware of.

    Parameters
    ----------
    result : of the fit.
    left_aside : columns of the file that are no measurements.
    bootstrap : how sure the parameters are, if that was asked for.
    width : characters of a line, in which tables are to fit.
    """
    return as_text(summary_of(result, left_aside, bootstrap), width=width, titles=False)


def as_text(content: Report, *, width: int = _WIDTH, titles: bool = True) -> str:
    """A report as plain text.

    Parameters
    ----------
    content : of the report.
    width : characters of a line, in which tables are to fit.
    titles : whether the report and its sections have titles.
    """
    from rich.console import Console

    page = io.StringIO()
    console = Console(file=page, width=width, highlight=False, markup=False, soft_wrap=False)
    if titles:
        console.print(content.title)
    for section in content.sections:
        if titles:
            console.print(f"\n{section.title}\n{'-' * len(section.title)}")
        for block in section.blocks:
            _print(console, block)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _print(console: Console, block: Block) -> None:
    if isinstance(block, Grid):
        if block.title:
            console.print(f"\n{block.title}")
        console.print(_table(block))
    elif isinstance(block, Caution):
        console.print(f"beware: {block.sentence}")
    elif isinstance(block, Code):
        # Broken over lines it would no longer run.
        console.print(f"\n{block.lines}\n", soft_wrap=True)
    elif not isinstance(block, Pictures):
        console.print(block)


def _table(grid: Grid) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=bool(grid.headings))
    for i, side in enumerate(grid.sides):
        heading = Text(grid.headings[i] if grid.headings else "")
        table.add_column(heading, justify="right" if side == "r" else "left")
    for row in grid.rows:
        table.add_row(*row)
    return table
