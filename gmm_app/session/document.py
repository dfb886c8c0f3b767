"""What a person has open: a table, the columns chosen from it, options, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gmm_app.data.dataset import Dataset, Table
from gmm_app.errors import DataError
from gmm_app.fitting.options import FitOptions
from gmm_app.session.opening import OpenedSource

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult


class Document(QObject):
    """The one open document. A result is never shown with data it does not belong to.

    Attributes
    ----------
    table : all numeric columns of the open source, None when nothing is open.
    dataset : the complete rows of the chosen columns.
    options : for the next fit.

    Signals
    -------
    tableChanged() : another source was opened; `dataset` and `result` have changed with it.
    datasetChanged() : other columns were chosen; `result` is the one found for them, if any.
    optionsChanged() : `options` changed.
    resultChanged() : `result` changed.
    """

    tableChanged = Signal()
    datasetChanged = Signal()
    optionsChanged = Signal()
    resultChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.dataset: Dataset | None = None
        self.options = FitOptions()
        # A result is kept with its columns, so that unticking a column by mistake costs nothing.
        self._results: dict[tuple[str, ...], FitResult] = {}

    @property
    def result(self) -> FitResult | None:
        """The last result for the columns that are chosen now."""
        return self._results.get(self.dataset.columns) if self.dataset else None

    def set_source(self, source: OpenedSource) -> None:
        """Show another source in place of what was open."""
        self.table, self.dataset = source
        self._results = {}
        self.tableChanged.emit()
        self.datasetChanged.emit()
        self.resultChanged.emit()

    def choose_columns(self, columns: Sequence[str]) -> None:
        """Choose the columns to fit, in the table's order.

        Raises
        ------
        DataError
            No column, or no row that is complete in them; the choice stays as it was.
        """
        if self.table is None:
            raise DataError("No data are open: open a file first.")
        wanted = set(columns)
        ordered = [name for name in self.table.columns if name in wanted]
        self.dataset = self.table.dataset(ordered)
        self.datasetChanged.emit()
        self.resultChanged.emit()

    def set_options(self, options: FitOptions) -> None:
        """Replace the options of the next fit."""
        if options != self.options:
            self.options = options
            self.optionsChanged.emit()

    def set_result(self, result: FitResult) -> None:
        """Take in a fit's result; it is shown if its columns are the ones chosen now."""
        self._results[result.dataset.columns] = result
        self.resultChanged.emit()
