"""What a person has open: a table, the columns chosen from it, options, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gmm_app.data.dataset import Dataset, Missing, Table
from gmm_app.fitting.options import FitOptions
from gmm_app.session.background import Background
from gmm_app.session.opening import OpenedSource

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult


class Document(QObject):
    """The one open document. A result is never shown with data it does not belong to.

    Attributes
    ----------
    table : all numeric columns of the open source, None when nothing is open.
    dataset : the rows of the chosen columns.
    missing : whether rows that lack values are kept, with what they have, or dropped.
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
        self.missing: Missing = "keep"
        self._missing_in_dataset: Missing = "keep"
        self._wanted: list[str] = []
        self.options = FitOptions()
        # A result is kept with its choice, so that unticking a column by mistake costs nothing.
        self._results: dict[tuple[tuple[str, ...], int], FitResult] = {}

    @property
    def result(self) -> FitResult | None:
        """The last result for the columns and rows that are chosen now."""
        return self._results.get(_choice(self.dataset)) if self.dataset else None

    def set_source(self, source: OpenedSource) -> None:
        """Show another source in place of what was open."""
        self.table, self.dataset = source
        self.missing = self._missing_in_dataset = "keep"
        self._wanted = list(source.dataset.columns)
        self._results = {}
        self.tableChanged.emit()
        self.datasetChanged.emit()
        self.resultChanged.emit()

    @property
    def is_choosing(self) -> bool:
        return self._choices_ahead > 0

    def choose_columns(self, columns: Sequence[str]) -> None:
        """Choose the columns to fit, in the table's order; `datasetChanged` follows.

        The rows of a large table take a while to copy, which the worker thread does. Of several
        choices in a row only the last one counts. Does nothing when nothing is open.
        """
        if self.table is None:
            return
        wanted = set(columns)
        self._wanted = [name for name in self.table.columns if name in wanted]
        self._choose(self.table)

    def choose_missing(self, missing: Missing) -> None:
        """Choose what becomes of rows that lack values; `datasetChanged` follows."""
        if self.table is None or self.dataset is None or missing == self.missing:
            return
        self.missing = missing
        self._choose(self.table)

    def _choose(self, table: Table) -> None:
        self._choices_ahead += 1
        self._background.submit(
            partial(table.dataset, self._wanted, missing=self.missing),
            on_done=self._on_chosen,
            on_failed=self._on_choice_failed,
        )
        self.choosingChanged.emit()

    @Slot(object)
    def _on_chosen(self, dataset: Dataset) -> None:
        if self._is_last_choice():
            self.dataset = dataset
            self._missing_in_dataset = self.missing
            self.datasetChanged.emit()
            self.resultChanged.emit()

    @Slot(str)
    def _on_choice_failed(self, sentence: str) -> None:
        if self._is_last_choice():
            self.missing = self._missing_in_dataset
            self._wanted = list(self.dataset.columns) if self.dataset else []
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
        """Take in a fit's result; it is shown if its columns are the ones chosen now."""
        self._results[_choice(result.dataset)] = result
        self.resultChanged.emit()


def _choice(dataset: Dataset) -> tuple[tuple[str, ...], int]:
    """Tells choices of columns and rows of one table apart."""
    return dataset.columns, dataset.n_samples
