"""A report as a file, with its plots: HTML, PDF or text, as the file's name ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.files import atomic_write
from gmm_app.fitting.report import as_text
from gmm_app.fitting.report_content import Report
from gmm_app.ui.convergence_plot import ConvergencePlot
from gmm_app.ui.file_kinds import REPORTS, check_kind
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_picture import Plot, ensure_application, svg_of
from gmm_app.ui.report_html import Picture, html_page
from gmm_app.ui.report_pdf import pdf_pages
from gmm_app.ui.sheet import Sheet
from gmm_app.ui.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult

# So narrow that text in it can still be read on a phone.
_SHEET = Sheet(width=130.0, height=88.0, text_points=9.0)


def save_report(report: Report, plots: Sequence[Plot], path: str | Path) -> None:
    """Write a report to a file whose ending says which kind it is.

    A kill at any moment leaves the old file or the new one.

    Parameters
    ----------
    report : what it says.
    plots : that stand in it; a text has none.
    path : ends in one of `REPORTS`.

    Raises
    ------
    ExportError
        The file name ends in something else, or the file cannot be written.
    """
    content = _WRITERS[check_kind(path, "report", REPORTS)](report, plots)
    with atomic_write(path) as file:
        file.write(content)


@contextmanager
def plots_of(result: FitResult) -> Iterator[list[Plot]]:
    """The plots of a fit where there is no window that shows them.

    Yields
    ------
    plots : the mixture over its data, and how the log-likelihood rose.
    """
    ensure_application()
    mixture, course = MixturePlot(), ConvergencePlot()
    try:
        mixture.set_dataset(result.dataset)
        mixture.set_mixture(result.mixture)
        course.show_fit(result)
        yield [mixture, course]
    finally:
        for plot in (mixture, course):
            plot.close()
            plot.deleteLater()


def _html(report: Report, plots: Sequence[Plot]) -> bytes:
    pictures = [
        Picture(
            plot.accessibleName(),
            plot.sentence,
            *(svg_of(plot, _SHEET, theme, with_sentence=False) for theme in (LIGHT, DARK)),
        )
        for plot in plots
    ]
    return html_page(report, pictures).encode("utf-8", "xmlcharrefreplace")


def _text(report: Report, _: Sequence[Plot]) -> bytes:
    # A name may hold half a character, which no encoding takes.
    return as_text(report).encode("utf-8", "backslashreplace")


_WRITERS = {".html": _html, ".pdf": pdf_pages, ".txt": _text}
