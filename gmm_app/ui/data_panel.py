"""What is open: the file, the uses of its columns, and which of its rows are taken."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from gmm_app.data.choice import DataChoice
from gmm_app.data.condition.tokens import quoted_name
from gmm_app.data.dataset import Dataset
from gmm_app.data.roles import Role, with_role
from gmm_app.data.table import Table
from gmm_app.inspection.column_summary import ColumnSummary, column_summary, label_summary
from gmm_app.naming import named_columns, some_names
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.column_list import ColumnList
from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.number_text import count
from gmm_app.ui.row_filter import RowFilter
from gmm_app.ui.tokens import Theme

_COMPLETE_ONLY_HELP = (
    "Leave out rows that lack a value. Otherwise each row counts by the values that it has, and "
    "nothing is filled in."
)
_NOTHING_OPEN = "Nothing is open yet. Open a file, drop one on the window, or try a sample."
_AT_ONCE = 50
"""Columns that are summarised in one go; no one waits longer for the thread of the views."""


class DataPanel(QWidget):
    """File, columns with their uses and histograms, a condition on rows, and what was left out.

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
        self._choice = DataChoice(())
        self._summaries: list[ColumnSummary] = []
        self._channel = worker.channel()
        self._channel.ready.connect(self._on_summaries)
        self._file = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._file.setObjectName("fileLabel")
        self._file.setProperty("dim", True)
        self._list = ColumnList()
        self._list.columns.roleWanted.connect(self._on_role_wanted)
        self._list.columns.scaleWanted.connect(self._on_scale_wanted)
        self._filter = RowFilter(worker)
        self._filter.chosen.connect(self._on_where)
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
        for widget in (
            self._file,
            self._list,
            self._filter,
            self._complete_only,
            self._remarks,
        ):
            layout.addWidget(widget)
        self.show_data(None, None, self._choice)

    def show_data(self, table: Table | None, dataset: Dataset | None, choice: DataChoice) -> None:
        """Show what is open, and what of it is chosen.

        Parameters
        ----------
        table : all columns and rows; None where nothing is open.
        dataset : the rows that are chosen.
        choice : which chooses them.
        """
        if table is not self._table or table is None:
            self._table = table
            self._show_table(table)
        self._choice = choice
        if table is None:
            self._remarks.setText(_NOTHING_OPEN)
            return
        self._list.columns.set_choice(choice)
        n_filtered = 0 if dataset is None else dataset.n_filtered
        self._filter.show_rows(table, choice.where, table.n_rows - n_filtered)
        self._complete_only.setVisible(_lacks_values(table, dataset))
        self._complete_only.setChecked(dataset is not None and not dataset.n_incomplete)
        self._remarks.setText(_remarks_on(table, dataset, choice))

    def set_disabled_reason(self, reason: str) -> None:
        """Keep the columns as they are and say why; an empty reason frees them."""
        self._list.setEnabled(not reason)
        self._list.setToolTip(reason)
        self._filter.set_disabled_reason(reason)
        self._complete_only.setEnabled(not reason)
        self._complete_only.setToolTip(reason or _COMPLETE_ONLY_HELP)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._list.set_theme(theme)

    def _show_table(self, table: Table | None) -> None:
        self._channel.cancel()
        for widget in (self._file, self._list, self._filter):
            widget.setVisible(table is not None)
        self._list.columns.show(table)
        if table is None:
            self._complete_only.setVisible(False)
            return
        name = PurePath(table.source).name or table.source
        self._file.setText(f"{name}: {table.part}" if table.part else name)
        self._file.setToolTip(_where_from(table))
        self._summaries = []
        self._summarise(table)

    @Slot(str, object)
    def _on_role_wanted(self, name: str, role: Role) -> None:
        if self._table is not None:
            self._choose(with_role(self._choice, name, role, self._table.columns))

    @Slot(str, str)
    def _on_scale_wanted(self, name: str, words: str) -> None:
        self._choose(self._choice.with_transform(name, words))

    def _choose(self, wanted: DataChoice) -> None:
        before, self._choice = self._choice, wanted
        self._list.columns.set_choice(wanted)
        if wanted != before:
            self.chosen.emit(_changes(before, wanted))

    @Slot(str)
    def _on_where(self, where: str) -> None:
        self.chosen.emit({"where": where})

    @Slot(bool)
    def _on_complete_only(self, ticked: bool) -> None:
        self.chosen.emit({"missing": "drop" if ticked else "keep"})

    def _summarise(self, table: Table) -> None:
        """Ask for the next few columns' summaries: thousands take a while."""
        first = len(self._summaries)
        if first < len(table.columns) + len(table.labels):
            self._channel.request(partial(_summaries_of, table, first))

    @Slot(object)
    def _on_summaries(self, summaries: list[ColumnSummary]) -> None:
        if self._table is None:
            return
        if not self._summaries:
            self._filter.set_example(_example(self._table, summaries))
        self._summaries.extend(summaries)
        self._list.columns.set_summaries(self._summaries)
        self._summarise(self._table)


def _summaries_of(table: Table, first: int) -> list[ColumnSummary]:
    """Of the next few columns of numbers, then of words. Runs in the view thread."""
    end = first + _AT_ONCE
    n_columns = len(table.columns)
    labels = table.labels[max(first - n_columns, 0) : max(end - n_columns, 0)]
    return [
        *(column_summary(values) for values in table.values[first:end]),
        *(label_summary(label.codes, len(label.words)) for label in labels),
    ]


def _where_from(table: Table) -> str:
    """The whole path, and the part of the file that was read."""
    if not table.part:
        return table.source
    return (
        f"{table.source}\nOf this file {table.part} was read; what else is in it is offered by "
        "File > Read again otherwise…"
    )


def _changes(before: DataChoice, after: DataChoice) -> dict[str, object]:
    """The fields that differ, with their new values."""
    pairs = {field.name: getattr(after, field.name) for field in fields(after)}
    return {name: value for name, value in pairs.items() if value != getattr(before, name)}


def _example(table: Table, summaries: list[ColumnSummary]) -> str:
    """A condition on the first column that varies."""
    for name, summary in zip(table.columns, summaries, strict=False):
        if summary.low < summary.high:
            middle = float(f"{0.5 * summary.low + 0.5 * summary.high:.2g}")
            return f"{quoted_name(name)} > {middle:g}"
    return f"{quoted_name(table.columns[0])} > 0"


def _lacks_values(table: Table, dataset: Dataset | None) -> bool:
    missing = dict(zip(table.columns, table.missing_counts, strict=True))
    return dataset is not None and any(missing[name] for name in dataset.columns)


def _remarks_on(table: Table, dataset: Dataset | None, choice: DataChoice) -> str:
    remarks = []
    if table.n_unread:
        unread = count(table.n_unread, "row")
        remarks.append(f"{unread} of the file could not be read and are not here.")
    if dataset is None:
        remarks.append("Tick at least one column.")
    elif not dataset.n_incomplete + dataset.n_left_out + table.n_unread:
        remarks.append("None of them left out." if dataset.where else "No rows left out.")
    else:
        if dataset.n_incomplete:
            lacking = count(dataset.n_incomplete, "row")
            remarks.append(f"{lacking} with gaps: what is there counts.")
        if dataset.n_left_out:
            left_out = count(dataset.n_left_out, "row")
            remarks.append(f"{left_out} left out for missing or infinite values.")
    if dataset is not None and dataset.known_as:
        named = tuple(f"{k + 1} is {name}" for k, name in enumerate(dataset.known_as))
        remarks.append(f"Components: {some_names(named, 3)}.")
    nearly = [name for name in table.nearly_numbers if name != choice.known]
    if nearly:
        remarks.append(
            f"Not all values of {named_columns(nearly)} are numbers, so they are words here: "
            "File > Read again otherwise… shows which."
        )
    return " ".join(remarks)
