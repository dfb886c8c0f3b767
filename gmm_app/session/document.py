"""What a person has open: a table, the columns chosen from it, options, and the result."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from gmm_app.data.choice import DataChoice
from gmm_app.data.dataset import Dataset
from gmm_app.data.table import Table
from gmm_app.fitting.options import FitOptions, option_fields
from gmm_app.session.background import Background
from gmm_app.session.data_reference import DataReference
from gmm_app.session.history import History
from gmm_app.session.opening import OpenedSource
from gmm_app.session.work import DocumentState, Work

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult

_FIT_WORDS = "the fit"
# What a person chooses with a field of DataChoice, where its name does not say it.
_CHOICE_WORDS = {
    "missing": "which rows count",
    "where": "a condition",
    "known": "known components",
}


class _Chosen(NamedTuple):
    """A state with the rows of its choice."""

    state: DocumentState
    dataset: Dataset


class Document(QObject):
    """The one open document. A result is never shown with data it does not belong to.

    Attributes
    ----------
    table : all columns of the open source, None when nothing is open.
    origin : where the table can be read again, None where it cannot.
    dataset : the rows that `choice` chooses.
    state : choice, options and results: what can be undone.
    history : the steps that led here since the source was opened.
    path : the session file that the work has been saved to; "" if there is none.
    embedded : the data are to be kept in it.

    Signals
    -------
    choosingChanged() : `is_choosing` changed.
    choiceFailed(str) : the columns cannot be taken, and why; the choice stays as it was.
    tableChanged() : another source was opened; `dataset` and `result` have changed with it.
    datasetChanged() : other columns were chosen; `result` is the one found for them, if any.
    optionsChanged() : `options` changed.
    resultChanged() : `result` changed.
    historyChanged() : other steps can be undone or done again; `state` is another one, or has been
        saved.
    """

    choosingChanged = Signal()
    choiceFailed = Signal(str)
    tableChanged = Signal()
    datasetChanged = Signal()
    optionsChanged = Signal()
    resultChanged = Signal()
    historyChanged = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._choices_ahead = 0
        self.table: Table | None = None
        self.origin: DataReference | None = None
        self.dataset: Dataset | None = None
        self.state = DocumentState(DataChoice(()))
        self.history = History()
        self.path = ""
        self.embedded = False
        self._saved = self.state
        self._wanted = self.choice

    @property
    def choice(self) -> DataChoice:
        """What of the table is fitted, and as what."""
        return self.state.choice

    @property
    def options(self) -> FitOptions:
        """For the next fit."""
        return self.state.options

    @property
    def result(self) -> FitResult | None:
        """The last result for the columns and rows that are chosen now."""
        return self.state.result

    # --- opening -------------------------------------------------------------------------------

    def set_source(self, source: OpenedSource) -> None:
        """Show another source in place of what was open; nothing of that can be undone any more."""
        work = source.work
        choice = DataChoice(source.dataset.columns)
        state = work.state if work else DocumentState(choice, self.options)
        changed = state.options != self.options
        self.table, self.dataset, self.origin = source.table, source.dataset, source.origin
        self.history.clear()
        if work and work.running:
            # A fit that was running then takes its place beside what there was before.
            self._record(_FIT_WORDS, state)
            state = state.with_result(work.running)
        self.state, self._wanted = state, state.choice
        self.path, self.embedded = (work.path, work.embedded) if work else ("", False)
        self._saved = DocumentState(choice) if work and work.unsaved else state
        self.tableChanged.emit()
        self.datasetChanged.emit()
        if changed:
            self.optionsChanged.emit()
        self.resultChanged.emit()
        self.historyChanged.emit()

    # --- saving --------------------------------------------------------------------------------

    @property
    def is_saved(self) -> bool:
        """Nothing has been done since the work was saved, or opened."""
        return self.state is self._saved

    def set_saved(self, work: Work) -> None:
        """Take note that this work has been saved."""
        if work.table is self.table:
            self.path, self.embedded, self._saved = work.path, work.embedded, work.state
            self.historyChanged.emit()

    def work(self, running: FitResult | None, view: dict[str, Any]) -> Work | None:
        """What there is to keep; None while nothing is open.

        Parameters
        ----------
        running : what a fit that runs has found so far.
        view : what the window shows.
        """
        if self.table is None:
            return None
        return Work(
            self.table,
            self.origin,
            self.state,
            running,
            view,
            self.path,
            self.embedded,
            unsaved=not self.is_saved or running is not None,
        )

    # --- choosing ------------------------------------------------------------------------------

    @property
    def is_choosing(self) -> bool:
        """The rows of newly chosen columns are being taken from the table."""
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
        self._take_rows(self.state.choosing(self._wanted), self._on_chosen)

    def _take_rows(self, state: DocumentState, on_done: Any) -> None:
        assert self.table is not None
        self._choices_ahead += 1
        self._background.submit(
            partial(_chosen, self.table, state), on_done=on_done, on_failed=self._on_choice_failed
        )
        self.choosingChanged.emit()

    @Slot(object)
    def _on_chosen(self, chosen: _Chosen) -> None:
        if self._is_last_choice():
            self._record(_choice_words(self.choice, chosen.state.choice), self.state)
            # Options may have been changed meanwhile.
            self._show(self.state.choosing(chosen.state.choice), chosen.dataset)

    @Slot(object)
    def _on_went(self, chosen: _Chosen) -> None:
        if self._is_last_choice():
            self._show(chosen.state, chosen.dataset)

    @Slot(str)
    def _on_choice_failed(self, sentence: str) -> None:
        if self._is_last_choice():
            self._wanted = self.choice
            self.choiceFailed.emit(sentence)

    def _is_last_choice(self) -> bool:
        self._choices_ahead -= 1
        self.choosingChanged.emit()
        return not self.is_choosing

    # --- options and results -------------------------------------------------------------------

    def set_options(self, options: FitOptions) -> None:
        """Replace the options of the next fit."""
        if options != self.options:
            self._record(_option_words(self.options, options), self.state, merge=True)
            self._show(replace(self.state, options=options), self.dataset)

    def set_result(self, result: FitResult) -> None:
        """Take in the result of a fit of `dataset`."""
        self._record(_FIT_WORDS, self.state)
        self._show(self.state.with_result(result), self.dataset)

    # --- undo and redo -------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the newest step back; does nothing where there is none."""
        if self.history.done and not self.is_choosing:
            self._go_to(self.history.undo(self.state))

    def redo(self) -> None:
        """Do the step that was undone last again; does nothing where there is none."""
        if self.history.undone and not self.is_choosing:
            self._go_to(self.history.redo(self.state))

    def _go_to(self, state: DocumentState) -> None:
        """Show a state as soon as the rows of its choice are there."""
        if state.choice == self.choice:
            self._show(state, self.dataset)
        else:
            self._wanted = state.choice
            self._take_rows(state, self._on_went)
            self.historyChanged.emit()

    def _record(self, words: str, before: DocumentState, *, merge: bool = False) -> None:
        if self.table is not None:
            self.history.record(words, before, now=time.monotonic(), merge=merge)

    def _show(self, state: DocumentState, dataset: Dataset | None) -> None:
        """Change to a state, and announce what is another one."""
        before, self.state = self.state, state
        self.dataset, self._wanted = dataset, state.choice
        chose = state.choice != before.choice
        if state.options != before.options:
            self.optionsChanged.emit()
        if chose:
            self.datasetChanged.emit()
        if chose or state.result is not before.result:
            self.resultChanged.emit()
        self.historyChanged.emit()


def _chosen(table: Table, state: DocumentState) -> _Chosen:
    """Runs in the worker thread."""
    known = state.result
    return _Chosen(state, known.dataset if known else state.choice.rows_of(table))


def _choice_words(before: DataChoice, after: DataChoice) -> str:
    changed = [
        item.name
        for item in fields(DataChoice)
        if getattr(before, item.name) != getattr(after, item.name)
    ]
    if len(changed) != 1:
        return "choosing data"
    return f"choosing {_CHOICE_WORDS.get(changed[0], changed[0])}"


def _option_words(before: FitOptions, after: FitOptions) -> str:
    labels = [
        option.label
        for item, option in option_fields()
        if getattr(before, item.name) != getattr(after, item.name)
    ]
    return f"changing {labels[0]}" if len(labels) == 1 else "changing options"
