"""Looks at a file before it is read: its first rows, and everything about how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gmm_app.data.batches import Kind
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.preview import PREVIEW_ROWS, Preview, preview
from gmm_app.naming import named_columns
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.cards import card
from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.import_form import ImportForm
from gmm_app.ui.import_presets import ImportPresets
from gmm_app.ui.number_text import count
from gmm_app.ui.preview_table import ROW_HEIGHT, PreviewTable, RejectedModel
from gmm_app.ui.tokens import SPACING, Theme

_FORM_WIDTH = 320
_SIZE = QSize(980, 600)
_REJECTED_HEIGHT = 140


class ImportDialog(QDialog):
    """A file's first rows beside the options of how it is read, which they follow at once.

    Signals
    -------
    chosen(str, ImportOptions) : the person wants this file read like this.
    """

    chosen = Signal(str, object)

    def __init__(
        self,
        path: str,
        options: ImportOptions,
        presets: ImportPresets,
        worker: ViewWorker,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle(f"Open {Path(path).name}")
        self._path = path
        self._channel = worker.channel()
        self._channel.ready.connect(self._on_preview)
        self._channel.failed.connect(self._on_failed)
        self._presets = presets
        self._presets.chosen.connect(self._on_preset_chosen)
        self._presets.asked.connect(self._on_preset_asked)
        self._form = ImportForm()
        self._form.edited.connect(self._look)
        self._table = PreviewTable()
        self._table.set_theme(theme)
        self._table.kindChosen.connect(self._on_kind_chosen)
        self._facts = ElidedLabel()
        self._facts.setObjectName("previewFacts")
        self._facts.setProperty("dim", True)
        self._wrong = QLabel()
        self._wrong.setObjectName("previewWrong")
        self._wrong.setWordWrap(True)
        self._wrong.setTextFormat(Qt.TextFormat.PlainText)
        self._wrong.hide()
        self._rejected = RejectedModel(self)
        self._rejected_view = _rejected_view(self._rejected)
        self._rejected_card = card(self._rejected_view)
        self._rejected_card.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._open = self._buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self._open.setProperty("primary", True)
        self._open.setToolTip("Read the whole file like this.")
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip(
            "Leave what is open as it is."
        )
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self.resize(_SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(self._channel.cancel)
        self._form.set_options(options)
        self._form.show_fields(())
        self._look(options)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(SPACING)
        left.addWidget(self._presets)
        left.addWidget(self._form)
        left.addStretch(1)
        side = QWidget()
        side.setFixedWidth(_FORM_WIDTH)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        right = QVBoxLayout()
        right.setSpacing(SPACING)
        for widget in (self._facts, self._wrong):
            right.addWidget(widget)
        right.addWidget(card(self._table), 1)
        right.addWidget(self._rejected_card)
        upper = QHBoxLayout()
        upper.setSpacing(2 * SPACING)
        upper.addWidget(side)
        upper.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(2 * SPACING)
        layout.addLayout(upper, 1)
        layout.addWidget(self._buttons)

    def options(self) -> ImportOptions:
        """How the file is to be read, as it stands now."""
        return self._form.options()

    @Slot(object)
    def _look(self, options: ImportOptions) -> None:
        """Ask for the first rows as they are read by these options."""
        self._open.setEnabled(False)
        self._facts.setText("reading the first rows…")
        self._channel.request(partial(preview, self._path, options))

    @Slot(object)
    def _on_preview(self, found: Preview) -> None:
        self._form.show_found(found)
        self._table.show_preview(found)
        self._facts.setText(_facts(found))
        self._rejected.show(found.rejected.first)
        self._rejected_card.setVisible(found.rejected.count > 0)
        self._rejected_view.resizeColumnsToContents()
        self._say(_what_is_wrong(found, self.options()))
        self._allow(_why_not(found, self.options()))
        self._open.setDefault(True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._table.show_preview(None)
        self._rejected_card.hide()
        self._facts.setText("nothing can be read like this")
        self._say(sentence)
        self._allow("Nothing can be read like this.")

    def _allow(self, reason: str) -> None:
        """The file can be opened like this, or cannot for a reason."""
        self._open.setEnabled(not reason)
        self._open.setToolTip(reason or "Read the whole file like this.")

    def _say(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    @Slot(str, str)
    def _on_kind_chosen(self, column: str, kind: str) -> None:
        kinds = {name: old for name, old in self.options().kinds if name != column}
        if kind:
            kinds[column] = kind
        self._use(replace(self.options(), kinds=tuple(kinds.items())))

    @Slot(object)
    def _on_preset_chosen(self, options: ImportOptions) -> None:
        self._use(options)

    @Slot(str)
    def _on_preset_asked(self, name: str) -> None:
        self._presets.save(name, self.options())

    def _use(self, options: ImportOptions) -> None:
        self._form.set_options(options)
        self._look(options)

    @Slot()
    def _on_accepted(self) -> None:
        if self._open.isEnabled():
            self.accept()
            self.chosen.emit(self._path, self.options())


def _rejected_view(model: RejectedModel) -> QTableView:
    view = QTableView()
    view.setObjectName("rejectedTable")
    view.setAccessibleName("Rows that cannot be read")
    view.setToolTip("Rows of the file that cannot be read like this.")
    view.setModel(model)
    view.setMaximumHeight(_REJECTED_HEIGHT)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    return view


def _facts(found: Preview) -> str:
    numbers = sum(column.kind is Kind.NUMBER for column in found.columns)
    files = f"{found.n_files:,} files of " if found.n_files > 1 else ""
    of = count(len(found.columns), "column")
    return f"{files}{found.format.title}: {of}, {numbers:,} of numbers; {_rows(found)}"


def _rows(found: Preview) -> str:
    """How many rows are shown; fewer than a preview may have are all that there are."""
    whole = found.n_rows + found.rejected.count < PREVIEW_ROWS
    return count(found.n_rows, "row") if whole else f"the first {count(found.n_rows, 'row')}"


def _why_not(found: Preview, options: ImportOptions) -> str:
    """Why the file cannot be opened like this; "" where it can."""
    if not _has_numbers(found):
        return "There is no column of numbers yet."
    if found.rejected.count and options.bad_rows == AS_FOUND.bad_rows:
        return "Rows that cannot be read have the file refused."
    return ""


def _what_is_wrong(found: Preview, options: ImportOptions) -> str:
    if not _has_numbers(found) and not found.nearly:
        return (
            "No column is of numbers. Choose another delimiter or decimal mark, or click the "
            "heading of a column that should be."
        )
    said = (_rejected(found, options), _words_on(found.nearly))
    return " ".join(sentence for sentence in said if sentence)


def _rejected(found: Preview, options: ImportOptions) -> str:
    if not found.rejected.count:
        return ""
    rows = count(found.rejected.count, "row")
    if options.bad_rows == AS_FOUND.bad_rows:
        return (
            f"{rows} cannot be read; below stands which, and why. Mend the file, or choose to "
            "leave them out under Bad rows."
        )
    return f"{rows} cannot be read and will be left out; below stands which, and why."


def _has_numbers(found: Preview) -> bool:
    return any(column.kind is Kind.NUMBER for column in found.columns)


def _words_on(names: Sequence[str]) -> str:
    if not names:
        return ""
    return (
        f"Not all values of {named_columns(names)} are numbers, so they are read as text. Click "
        "the heading and read them as numbers to see which are not."
    )
