"""The files that a command writes: refused early where that can be, written without losing any."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.writing import TEXT_FORMATS, format_of, write_labels, write_parameters
from gmm_app.errors import ExportError, GmmError
from gmm_app.files import check_writable, expanded, is_device
from gmm_app.fitting.report_content import report_of
from gmm_app.fitting.result import FitResult
from gmm_app.mixture.model_file import check_model_name
from gmm_app.ui.file_kinds import PICTURES, REPORTS, check_kind
from gmm_app.ui.sheet import sheet_named

if TYPE_CHECKING:
    from gmm_app.fitting.bootstrap import Bootstrap


def check_places(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Refuse, before long work, outputs that could not be written or would overwrite each other.

    Raises
    ------
    ExportError
        A place cannot be written to, is named twice, or is one of the inputs.
    """
    for path in outputs:
        check_writable(path)
    files = [expanded(path) for path in outputs if not is_device(expanded(path))]
    final = [os.path.realpath(path) for path in files]
    sources = {os.path.realpath(expanded(path)) for path in inputs if "\0" not in str(path)}
    for i, path in enumerate(files):
        if final[i] in final[:i]:
            raise ExportError(f"{path} is to be written twice: give each output a name of its own.")
        if final[i] in sources:
            raise ExportError(f"{path} is what is to be read: give the output another name.")


class Problems:
    """Errors that must not keep the rest of the work from being done."""

    def __init__(self) -> None:
        self._noted: list[Exception] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Keep an error of the block for later."""
        try:
            yield
        except (GmmError, OSError, MemoryError) as error:
            self._noted.append(error)

    def raise_any(self) -> None:
        """Raise what was noted: one error as it is, several sentences as one."""
        if not self._noted:
            return
        sentences = [str(error) for error in self._noted if isinstance(error, GmmError)]
        if len(sentences) > 1:
            raise ExportError(" ".join(sentences))
        # A sentence says more than a pipe that was closed.
        raise max(self._noted, key=lambda error: isinstance(error, GmmError))


@dataclass(frozen=True)
class Outputs:
    """Files to write once the fit has ended; None for none.

    Attributes
    ----------
    model, parameters, labels, plot, report : where to.
    plot_size : of the plot: the name of a preset, or width and height in millimetres.
    """

    model: Path | None = None
    parameters: Path | None = None
    labels: Path | None = None
    plot: Path | None = None
    report: Path | None = None
    plot_size: str = "double"

    def check(self, file: Path) -> None:
        """Refuse, before a long fit, what could not be written after it.

        Parameters
        ----------
        file : the data file, which must stay.

        Raises
        ------
        ExportError
            A place cannot be written to or is named twice, a name has no known ending, the model
            is a script that cannot have such a name, or the picture has no room for its text.
        OptionError
            There is no such size of a plot.
        """
        paths = (self.model, self.parameters, self.labels, self.plot, self.report)
        check_places([path for path in paths if path is not None], [file])
        if self.model is not None:
            check_model_name(self.model)
        if self.parameters is not None:
            format_of(self.parameters, TEXT_FORMATS)
        if self.labels is not None:
            format_of(self.labels)
        if self.plot is not None:
            ending = check_kind(self.plot, "picture", PICTURES)
            sheet_named(self.plot_size).check(has_pixels=ending == PICTURES["PNG"])
        if self.report is not None:
            check_kind(self.report, "report", REPORTS)

    def write(
        self,
        result: FitResult,
        problems: Problems,
        left_aside: Sequence[str] = (),
        bootstrap: Bootstrap | None = None,
    ) -> list[Path]:
        """Write all that was asked for, as far as possible; the paths written.

        Parameters
        ----------
        result : of the fit.
        problems : takes the errors.
        left_aside : columns of the file that are no measurements, for the report.
        bootstrap : how sure the parameters are, for the report.
        """
        writers: list[tuple[Path | None, Callable[[Path], None]]] = [
            (self.model, result.save),
            (self.parameters, lambda path: write_parameters(result.mixture, path)),
            (self.labels, lambda path: write_labels(result.dataset, result.mixture, path)),
            (self.plot, lambda path: _draw(result, path, self.plot_size)),
            (self.report, lambda path: _report(result, path, left_aside, bootstrap)),
        ]
        written = []
        for path, write in writers:
            if path is not None:
                with problems.noted():
                    write(path)
                    written.append(path)
        return written


def _draw(result: FitResult, path: Path, size: str) -> None:
    from gmm_app.ui.plot_picture import draw_fit

    draw_fit(result.dataset, result.mixture, path, sheet_named(size))


def _report(
    result: FitResult, path: Path, left_aside: Sequence[str], bootstrap: Bootstrap | None
) -> None:
    from gmm_app.ui.report_file import plots_of, save_report

    with plots_of(result) as plots:
        save_report(report_of(result, left_aside, bootstrap), plots, path)
