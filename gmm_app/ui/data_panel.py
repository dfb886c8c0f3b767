"""What is open: the file, its rows, and the columns that are fitted."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from gmm_app.data.dataset import Dataset
from gmm_app.data.table import Table
from gmm_app.inspection.histograms import small_histogram
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import ColumnList, ColumnPicture
from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.number_text import count
from gmm_app.ui.tokens import Theme

_COMPLETE_ONLY_HELP = (
    "Leave out rows that lack a value. Otherwise each row counts by the values that it has, and "
    "nothing is filled in."
)
_NOTHING_OPEN = "Nothing is open yet. Open a file, drop one on the window, or try a sample."


class DataPanel(QWidget):
    """File, columns with ticks and histograms, and what was left out.

    Signals
    -------
    chosen(dict) : the person wants these fields of the document's DataChoice changed.
    """

    chosen = Signal(dict)

    def __init__(self, worker: ViewWorker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataPanel")
        self.setAccessibleName("Data")
        self._table: Table | None = None
        self._channel = worker.channel()
        self._channel.ready.connect(self._on_pictures)
        self._file = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._file.setObjectName("fileLabel")
        self._file.setProperty("dim", True)
        self._list = ColumnList()
        self._list.columns.ticked.connect(self._on_ticked)
        self._complete_only = QCheckBox("Complete rows only")
        self._complete_only.setObjectName("completeRowsOnly")
        self._complete_only.setToolTip(_COMPLETE_ONLY_HELP)
        self._complete_only.clicked.connect(self._on_complete_only)
        self._remarks = QLabel()
        self._remarks.setObjectName("dataRemarks")
        self._remarks.setProperty("dim", True)
        self._remarks.setWordWrap(True)
        self._remarks.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        for widget in (self._file, self._list, self._complete_only, self._remarks):
            layout.addWidget(widget)
        self.show_data(None, None)

    def show_data(self, table: Table | None, dataset: Dataset | None) -> None:
        """Show what is open, with the columns of `dataset` ticked."""
        if table is not self._table or table is None:
            self._table = table
            self._show_table(table)
        if table is None:
            self._remarks.setText(_NOTHING_OPEN)
            return
        self._list.columns.tick(() if dataset is None else dataset.columns)
        self._complete_only.setVisible(_lacks_values(table, dataset))
        self._complete_only.setChecked(dataset is not None and not dataset.n_incomplete)
        self._remarks.setText(_remarks_on(table, dataset))

    def set_disabled_reason(self, reason: str) -> None:
        """Keep the columns as they are and say why; an empty reason frees them."""
        self._list.setEnabled(not reason)
        self._list.setToolTip(reason)
        self._complete_only.setEnabled(not reason)
        self._complete_only.setToolTip(reason or _COMPLETE_ONLY_HELP)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._list.set_theme(theme)

    def _show_table(self, table: Table | None) -> None:
        self._channel.cancel()
        self._file.setVisible(table is not None)
        self._list.setVisible(table is not None)
        if table is None:
            self._list.columns.show((), ())
            self._complete_only.setVisible(False)
            return
        self._file.setText(PurePath(table.source).name or table.source)
        self._file.setToolTip(table.source)
        self._list.columns.show(table.columns, table.missing_counts)
        self._channel.request(lambda: _pictures_of(table))

    @Slot(list)
    def _on_ticked(self, columns: list[str]) -> None:
        self.chosen.emit({"columns": tuple(columns)})

    @Slot(bool)
    def _on_complete_only(self, ticked: bool) -> None:
        self.chosen.emit({"missing": "drop" if ticked else "keep"})

    @Slot(object)
    def _on_pictures(self, pictures: list[ColumnPicture]) -> None:
        self._list.columns.set_pictures(pictures)


def _pictures_of(table: Table) -> list[ColumnPicture]:
    """Runs in the view thread."""
    return [_picture_of(values) for values in table.values]


def _picture_of(values: np.ndarray) -> ColumnPicture:
    present = values[np.isfinite(values)]
    if present.size == 0:
        return ColumnPicture(np.zeros(1, dtype=np.int64), constant=False)
    constant = bool(present.min() == present.max())
    return ColumnPicture(small_histogram(present).counts, constant)


def _lacks_values(table: Table, dataset: Dataset | None) -> bool:
    missing = dict(zip(table.columns, table.missing_counts, strict=True))
    return dataset is not None and any(missing[name] for name in dataset.columns)


def _remarks_on(table: Table, dataset: Dataset | None) -> str:
    remarks = []
    if dataset is None:
        remarks.append("Tick at least one column.")
    elif not dataset.n_incomplete + dataset.n_left_out:
        remarks.append("No rows left out.")
    else:
        if dataset.n_incomplete:
            lacking = count(dataset.n_incomplete, "row")
            remarks.append(f"{lacking} with gaps: what is there counts.")
        if dataset.n_left_out:
            left_out = count(dataset.n_left_out, "row")
            remarks.append(f"{left_out} left out for missing or infinite values.")
    if table.other_columns:
        remarks.append(f"Not numbers: {_some(table.other_columns)}.")
    return " ".join(remarks)


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
