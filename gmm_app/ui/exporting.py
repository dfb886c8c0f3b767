"""Taking the result away: model, parameters, labels, picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtWidgets import QWidget

from gmm_app.errors import GmmError
from gmm_app.session.background import Background
from gmm_app.ui import file_dialogs
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.plot_picture import save_picture

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult

_FOLDER = "files/export_folder"


class Exporter(QObject):
    """Asks where to, and writes in the worker thread.

    Attributes
    ----------
    work : what is being written, for people; "" when nothing is.

    Signals
    -------
    changed() : `work` changed.
    written(str) : where a file has been written.
    failed(str) : one plain sentence.
    """

    changed = Signal()
    written = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, background: Background, settings: QSettings) -> None:
        super().__init__(window)
        self._window = window
        self._background = background
        self._settings = settings
        self._path = ""
        self.work = ""

    def export_model(self, result: FitResult) -> None:
        """Write the mixture and what is known of its fit as JSON."""
        source = result.dataset.source
        path = self._ask("Export the model", source, "-model.json", {"JSON": ".json"})
        if path:
            self._begin("writing the model", partial(result.save, path), path)

    def export_parameters(self, result: FitResult) -> None:
        """Write weights, means and covariances as CSV."""
        source = result.dataset.source
        path = self._ask("Export the parameters", source, "-parameters.csv", {"CSV": ".csv"})
        if path:
            self._begin("writing the parameters", partial(_write_parameters, result, path), path)

    def export_labels(self, result: FitResult) -> None:
        """Write labels and responsibilities of all rows as CSV."""
        source = result.dataset.source
        path = self._ask("Export the labels", source, "-labels.csv", {"CSV": ".csv"})
        if path:
            self._begin("writing the labels", partial(_write_labels, result, path), path)

    def export_picture(self, plot: MixturePlot, source: str) -> None:
        """Write the scatter plot as it is shown; this is quick, and needs the window's thread."""
        kinds = {"PNG": ".png", "SVG": ".svg"}
        path = self._ask("Export the plot", source, "-plot.png", kinds)
        if not path:
            return
        try:
            save_picture(plot, Path(path))
        except GmmError as error:
            self.failed.emit(str(error))
        else:
            self.written.emit(path)

    def _ask(self, title: str, source: str, ending: str, kinds: dict[str, str]) -> str:
        suggested = suggested_path(source, ending, str(self._settings.value(_FOLDER, "")))
        path = file_dialogs.ask_file_to_write(self._window, title, suggested, kinds)
        if path:
            self._settings.setValue(_FOLDER, str(Path(path).parent))
        return path

    def _begin(self, work: str, job: Callable[[], object], path: str) -> None:
        self._path = path
        self._background.submit(job, on_done=self._on_done, on_failed=self._on_failed)
        self._set_work(work)

    @Slot(object)
    def _on_done(self, _: object) -> None:
        self._set_work("")
        self.written.emit(self._path)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_work("")
        self.failed.emit(sentence)

    def _set_work(self, work: str) -> None:
        self.work = work
        self.changed.emit()


def suggested_path(source: str, ending: str, folder: str = "") -> str:
    """A name for an exported file made from that of the data, in `folder` or beside the data."""
    path = Path(source)
    beside = path.parent if path.is_file() else Path.home()
    stem = path.name.split(".")[0] if path.is_file() else re.sub(r"\W+", "-", source)
    return str((Path(folder) if folder else beside) / f"{stem or 'data'}{ending}")


def _write_parameters(result: FitResult, path: str) -> None:
    from gmm_app.data.writing import write_parameters

    write_parameters(result.mixture, path)


def _write_labels(result: FitResult, path: str) -> None:
    from gmm_app.data.writing import write_labels

    write_labels(result.dataset, result.mixture, path)
