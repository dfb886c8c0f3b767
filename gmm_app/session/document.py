"""What a person has open: a table, the columns chosen from it, options, and the result."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gmm_app.data.choice import DataChoice
from gmm_app.data.dataset import Dataset
from gmm_app.data.import_options import AS_FOUND
from gmm_app.data.table import Table
from gmm_app.fitting.options import FitOptions
from gmm_app.session.background import Background
from gmm_app.session.opening import OpenedSource

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult


class Document(QObject):
    """The one open document. A result is never shown with data it does not belong to.

    Attributes
    ----------
    table : all columns of the open source, None when nothing is open.
    dataset : the rows that `choice` chooses.
    choice : what of the table is fitted, and as what.
    import_options : how the source was read.
    options : for the next fit.
    is_choosing : the rows of newly chosen columns are being taken from the table.

    Signals
    -------
    choosingChanged() : `is_choosing` changed.
    choiceFailed(str) : the columns cannot be taken, and why; the choice stays as it was.
    tableChanged() : another source was opened; `dataset` and `result` have changed with it.
    datasetChanged() : other columns were chosen; `result` is the one found for them, if any.
    optionsChanged() : `options` changed.
    resultChanged() : `result` changed.
    """

    choosingChanged = Signal()
    choiceFailed = Signal(str)
    tableChanged = Signal()
    datasetChanged = Signal()
    optionsChanged = Signal()
    resultChanged = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._choices_ahead = 0
        self.table: Table | None = None
        self.dataset: Dataset | None = None
        self.choice = DataChoice(())
        self.import_options = AS_FOUND
        self._wanted = self.choice
        self.options = FitOptions()
        # A result is kept with its choice, so that unticking a column by mistake costs nothing.
        self._results: dict[DataChoice, FitResult] = {}

    @property
    def result(self) -> FitResult | None:
        """The last result for the columns and rows that are chosen now."""
        return self._results.get(self.choice)

    def set_source(self, source: OpenedSource) -> None:
        """Show another source in place of what was open."""
        self.table, self.dataset, self.import_options = source
        self.choice = self._wanted = DataChoice(source.dataset.columns)
        self._results = {}
        self.tableChanged.emit()
        self.datasetChanged.emit()
        self.resultChanged.emit()

    @property
    def is_choosing(self) -> bool:
        return self._choices_ahead > 0

    def choose(self, **changes: Any) -> None:
        """Change some fields of the choice; `datasetChanged` or `choiceFailed` follows.

        The rows of a large table take a while to copy, which the worker thread does. Of several
        choices in a row only the last one counts. Does nothing when nothing is open.
        """
        if self.table is None:
            return
        wanted = replace(self._wanted, **changes)
        in_order = tuple(name for name in self.table.columns if name in wanted.columns)
        self._wanted = replace(wanted, columns=in_order)
        self._choices_ahead += 1
        self._background.submit(
            partial(_chosen, self.table, self._wanted),
            on_done=self._on_chosen,
            on_failed=self._on_choice_failed,
        )
        self.choosingChanged.emit()

    @Slot(object)
    def _on_chosen(self, chosen: tuple[DataChoice, Dataset]) -> None:
        if self._is_last_choice():
            self.choice, self.dataset = chosen
            self.datasetChanged.emit()
            self.resultChanged.emit()

    @Slot(str)
    def _on_choice_failed(self, sentence: str) -> None:
        if self._is_last_choice():
            self._wanted = self.choice
            self.choiceFailed.emit(sentence)

    def _is_last_choice(self) -> bool:
        self._choices_ahead -= 1
        self.choosingChanged.emit()
        return not self.is_choosing

    def set_options(self, options: FitOptions) -> None:
        """Replace the options of the next fit."""
        if options != self.options:
            self.options = options
            self.optionsChanged.emit()

    def set_result(self, result: FitResult) -> None:
        """Take in the result of a fit of `dataset`."""
        self._results[self.choice] = result
        self.resultChanged.emit()


def _chosen(table: Table, choice: DataChoice) -> tuple[DataChoice, Dataset]:
    """Runs in the worker thread."""
    return choice, choice.rows_of(table)
