"""The editors of how a file is read: each stands at "automatic", and says what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from gmm_app.data.import_options import (
    AS_FOUND,
    COMMON_OPTIONS,
    IMPORT_FIELDS,
    ImportField,
    ImportOptions,
)
from gmm_app.data.preview import Preview
from gmm_app.ui.tokens import SPACING

_LONGEST_FOUND = 24


class ImportChoice(QComboBox):
    """One option: automatic, one of its usual values or, where it is open, any that is typed.

    Signals
    -------
    edited() : the person chose or typed another value.
    """

    edited = Signal()

    def __init__(self, field: ImportField, default: Any) -> None:
        super().__init__()
        self._field = field
        self._default = default
        if default is None:
            self.addItem("automatic", None)
        for value, words in field.choices.items():
            self.addItem(words, value)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        if field.open:
            self.setEditable(True)
            self.setInsertPolicy(self.InsertPolicy.NoInsert)
            line = self.lineEdit()
            assert line is not None, "an editable box has one"
            line.editingFinished.connect(self._on_typed)
        self.activated.connect(self.edited)

    def offer(self, values: tuple[str, ...]) -> None:
        """Offer these values and no others, besides automatic."""
        self.setEditable(False)
        if values != tuple(self.itemData(i) for i in range(1, self.count())):
            while self.count() > 1:
                self.removeItem(1)
            for value in values:
                self.addItem(value, value)

    def value(self) -> Any:
        return self.currentData()

    def set_value(self, value: Any, found: Any) -> None:
        """Show a value; where it is automatic, what was found."""
        if self._default is None:
            words = self._field.choices.get(found, "" if found is None else str(found))
            self.setItemText(0, f"automatic ({words})" if words else "automatic")
        place = _place(self, value)
        if place < 0:
            self.addItem(str(value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)
        if self.isEditable():
            self.setEditText(self.itemText(place))

    def _on_typed(self) -> None:
        text = self.currentText()
        if text == self.itemText(self.currentIndex()):
            return
        place = self.findText(text)
        if not text.strip(" ") and len(text) != 1:
            place = 0
        if place < 0:
            self.addItem(text, text)
            place = self.count() - 1
        self.setCurrentIndex(place)
        self.edited.emit()


def _place(box: QComboBox, value: Any) -> int:
    # findData would take False for 0 and None for "".
    return next(
        (
            i
            for i in range(box.count())
            if box.itemData(i) == value and type(box.itemData(i)) is type(value)
        ),
        -1,
    )


class ImportText(QLineEdit):
    """An option that is typed; left open it is automatic.

    Signals
    -------
    edited() : the value is another one.
    """

    edited = Signal()

    def __init__(self, *, number: bool) -> None:
        super().__init__()
        self._number = number
        self._shown: Any = None
        self.editingFinished.connect(self._on_left)

    def value(self) -> Any:
        text = self.text().strip()
        if self._number:
            return int(text) if text.isdecimal() else None
        return tuple(word.strip() for word in text.split(",")) if text else None

    def set_value(self, value: Any, found: Any) -> None:
        """Show a value; where it is automatic, what was found."""
        self._shown = value
        self.setText(self._words(value))
        words = self._words(found)
        short = words if len(words) <= _LONGEST_FOUND else f"{words[:_LONGEST_FOUND]}…"
        self.setPlaceholderText(f"automatic ({short})" if short else "automatic")

    def _words(self, value: Any) -> str:
        if value is None:
            return ""
        return str(value) if self._number else ", ".join(word for word in value if word)

    def _on_left(self) -> None:
        if self.value() != self._shown:
            self._shown = self.value()
            self.edited.emit()


class ImportForm(QWidget):
    """An editor for each option that the file's format has.

    Signals
    -------
    edited(ImportOptions) : the person wants the file read like this.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = AS_FOUND
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(SPACING // 2 + 2)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._editors: dict[str, ImportChoice | ImportText] = {}
        for name, field in IMPORT_FIELDS.items():
            self._add(name, field)

    def _add(self, name: str, field: ImportField) -> None:
        typed = name in ("skip", "missing")
        editor = (
            ImportText(number=name == "skip")
            if typed
            else ImportChoice(field, getattr(AS_FOUND, name))
        )
        editor.setObjectName(f"import_{name}")
        editor.setToolTip(field.help)
        editor.setAccessibleName(field.label)
        editor.edited.connect(self._on_edited)
        label = QLabel(field.label)
        label.setMinimumHeight(editor.sizeHint().height())
        label.setProperty("dim", True)
        label.setBuddy(editor)
        self._form.addRow(label, editor)
        self._editors[name] = editor

    def options(self) -> ImportOptions:
        """As they stand now."""
        return self._options

    def set_options(self, options: ImportOptions) -> None:
        """Show other options, of which nothing is known yet."""
        self._options = options
        self._show_values(AS_FOUND)

    def show_fields(self, names: Sequence[str]) -> None:
        """Show the editors of these options and no others."""
        for name, editor in self._editors.items():
            self._form.setRowVisible(editor, name in names)

    def show_found(self, preview: Preview) -> None:
        """Show the options that this kind of file has, and what was found for each."""
        several = len(preview.parts) > 1
        part = ["part"] if several else []
        self.show_fields([*part, *preview.format.options, *COMMON_OPTIONS])
        parts = self._editors["part"]
        assert isinstance(parts, ImportChoice)
        parts.offer(preview.parts)
        self._show_values(preview.options)

    def _show_values(self, found: ImportOptions) -> None:
        for name, editor in self._editors.items():
            blocked = editor.blockSignals(True)
            editor.set_value(getattr(self._options, name), getattr(found, name))
            editor.blockSignals(blocked)

    def _on_edited(self) -> None:
        values = {name: editor.value() for name, editor in self._editors.items()}
        options = replace(self._options, **values)
        if options != self._options:
            self._options = options
            self.edited.emit(options)
