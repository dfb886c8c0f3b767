"""Taking the result away: model, report, parameters, labels, picture."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from gmm_app.data.writing import FORMATS, TEXT_FORMATS, Format
from gmm_app.errors import GmmError
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.ui import file_dialogs
from gmm_app.ui.file_kinds import PICTURES, REPORTS
from gmm_app.ui.picture_dialog import PictureDialog
from gmm_app.ui.plot_picture import Plot, save_picture, sheet_on_screen
from gmm_app.ui.saved import saved_text
from gmm_app.ui.sheet import Sheet
from gmm_app.ui.tokens import LIGHT

if TYPE_CHECKING:
    from gmm_app.fitting.report_content import Report
    from gmm_app.fitting.result import FitResult

_FOLDER = "files/export_folder"
_MODELS = {
    "JSON": ".json",
    "Python script for scikit-learn": ".py",
    "R script for mclust": ".R",
    "MATLAB and Octave function": ".m",
}


class Exporter(QObject):
    """Asks where to, and writes in the worker thread.

    Attributes
    ----------
    work : what is being written, for people; "" when nothing is.
    share : of it that is done, 0 to 1; None where that cannot be told.

    Signals
    -------
    changed() : `work` changed.
    progressed() : `share` changed.
    written(str) : where a file has been written.
    failed(str) : one plain sentence; "" when it was cancelled, and nothing was written.
    """

    changed = Signal()
    progressed = Signal()
    written = Signal(str)
    failed = Signal(str)
    _reached = Signal(float)

    def __init__(
        self, window: QWidget, background: Background, settings: QSettings, document: Document
    ) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._background = background
        self._settings = settings
        self._path = ""
        self._finish: Callable[[Any], None] | None = None
        self._cancelled = threading.Event()
        self.work = ""
        self.share: float | None = None
        self._reached.connect(self._on_reached)

    def by_action(self, mixture: Plot, convergence: Plot) -> dict[str, Callable[[], None]]:
        """What each action of the menu does.

        Parameters
        ----------
        mixture, convergence : the window's plots.
        """
        return {
            "exportModel": self.export_model,
            "exportReport": partial(self.export_report, [mixture, convergence]),
            "exportParameters": self.export_parameters,
            "exportLabels": self.export_labels,
            "exportPicture": partial(self.export_picture, mixture, "plot"),
            "exportConvergence": partial(self.export_picture, convergence, "convergence"),
        }

    def cancel(self) -> None:
        """Give up what is being written, as soon as the writer notices; quick ones end as usual."""
        self._cancelled.set()

    def export_model(self) -> None:
        """Write the mixture as JSON, with what is known of its fit, or as a script."""
        result = self._document.result
        # MATLAB has no use for a hyphen in the name of a file.
        path = self._ask("Export the model", "_model.json", _MODELS)
        if result and path:
            self._begin("writing the model", partial(result.save, path), path)

    def export_report(self, plots: Sequence[Plot]) -> None:
        """Write what was found in words and numbers, with these plots as they are shown."""
        result, table = self._document.result, self._document.table
        path = self._ask("Export the report", "-report.html", REPORTS)
        if result and table and path:
            job = partial(_report, result, table.other_columns)
            finish = partial(_write_report, plots=plots, path=path)
            self._begin("writing the report", job, path, finish)

    def export_parameters(self) -> None:
        """Write weights, means and covariances as a table."""
        result = self._document.result
        path = self._ask("Export the components", "-components.csv", _kinds(TEXT_FORMATS))
        if result and path:
            self._begin("writing the components", partial(_write_parameters, result, path), path)

    def export_labels(self) -> None:
        """Write all rows with their labels and what else the mixture says of them as a table."""
        result = self._document.result
        path = self._ask("Export the labels", "-labels.csv", _kinds(FORMATS))
        if result and path:
            job = partial(_write_labels, result, path, self._reached.emit, self._cancelled)
            self._begin("writing the labels", job, path)

    def export_picture(self, plot: Plot, name: str) -> None:
        """Ask how large, and write a plot as it is shown, with a file name that ends so."""
        path = self._ask("Export the plot", f"-{name}.png", PICTURES)
        if not path:
            return
        dialog = PictureDialog(
            f"Size of {Path(path).name}",
            sheet_on_screen(plot),
            self._settings,
            self._window,
            has_pixels=Path(path).suffix.lower() == PICTURES["PNG"],
        )
        dialog.chosen.connect(partial(self._save_picture, plot, path))
        dialog.open()

    def _save_picture(self, plot: Plot, path: str, sheet: Sheet, as_shown: bool) -> None:
        """This is quick, and needs the window's thread."""
        try:
            save_picture(plot, path, sheet, plot.theme if as_shown else LIGHT)
        except GmmError as error:
            self.failed.emit(str(error))
        else:
            self.written.emit(path)

    def _ask(self, title: str, ending: str, kinds: dict[str, str]) -> str:
        """Where to; "" when the person changed their mind, or nothing is open."""
        dataset = self._document.dataset
        if dataset is None:
            return ""
        source = dataset.source
        suggested = suggested_path(source, ending, saved_text(self._settings, _FOLDER))
        path = file_dialogs.ask_file_to_write(self._window, title, suggested, kinds)
        if path:
            self._settings.setValue(_FOLDER, str(Path(path).parent))
        return path

    def _begin(
        self,
        work: str,
        job: Callable[[], object],
        path: str,
        finish: Callable[[Any], None] | None = None,
    ) -> None:
        """Do a job in the worker thread; then what is left to do with its outcome in this one."""
        self._path = path
        self._finish = finish
        self.share = None
        self._cancelled.clear()
        self._background.submit(job, on_done=self._on_done, on_failed=self._on_failed)
        self._set_work(work)

    @Slot(object)
    def _on_done(self, outcome: object) -> None:
        try:
            if self._finish is not None:
                self._finish(outcome)
        except GmmError as error:
            self._on_failed(str(error))
            return
        self._set_work("")
        self.written.emit(self._path)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_work("")
        self.failed.emit("" if self._cancelled.is_set() else sentence)

    @Slot(float)
    def _on_reached(self, share: float) -> None:
        self.share = share
        self.progressed.emit()

    def _set_work(self, work: str) -> None:
        self.work = work
        self.changed.emit()


def suggested_path(source: str, ending: str, folder: str = "") -> str:
    """A name for an exported file made from that of the data, in `folder` or beside the data."""
    path = Path(source)
    beside = path.parent if path.is_file() else Path.home()
    stem = path.name.split(".")[0] if path.is_file() else re.sub(r"\W+", "-", source)
    return str((Path(folder) if folder else beside) / f"{stem or 'data'}{ending}")


def _kinds(formats: Sequence[Format]) -> dict[str, str]:
    """The formats as a file dialog wants them."""
    return {fmt.title: " ".join(fmt.suffixes) for fmt in formats}


def _report(result: FitResult, left_aside: Sequence[str]) -> Report:
    from gmm_app.fitting.report_content import report_of

    return report_of(result, left_aside)


def _write_report(report: Report, plots: Sequence[Plot], path: str) -> None:
    from gmm_app.ui.report_file import save_report

    save_report(report, plots, path)


def _write_parameters(result: FitResult, path: str) -> None:
    from gmm_app.data.writing import write_parameters

    write_parameters(result.mixture, path)


def _write_labels(
    result: FitResult,
    path: str,
    on_progress: Callable[[float], None],
    cancelled: threading.Event,
) -> None:
    from gmm_app.data.writing import write_labels

    write_labels(
        result.dataset,
        result.mixture,
        path,
        on_progress=on_progress,
        cancelled=cancelled.is_set,
    )
