"""Editors of the fit's options, made from the description that each field of FitOptions carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSizePolicy, QSpinBox

from gmm_app.fitting.options import FitOptions, OptionField, is_yes_or_no, option_fields

SPIN_BOX_INDENT = 4
"""Pixels that bring a spin box's text in line with that of other editors."""

_LARGEST_SPIN = 2**31 - 1
_LONGEST_REPEATED = 20


class ChoiceEditor(QComboBox):
    """An option with few values.

    Signals
    -------
    edited() : the person chose another value.
    """

    edited = Signal()

    def __init__(self, option: OptionField) -> None:
        super().__init__()
        for i, (value, words) in enumerate(option.choices.items()):
            self.addItem(words, value)
            self.setItemData(i, option.sentences.get(value, ""), Qt.ItemDataRole.ToolTipRole)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(self.edited)

    def draw(self, size: QSize, icon_of: Callable[[str], QIcon]) -> None:
        """Show a drawing beside each value."""
        self.setIconSize(size)
        for i in range(self.count()):
            self.setItemIcon(i, icon_of(self.itemData(i)))

    def value(self) -> str:
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))


class WholeNumberEditor(QSpinBox):
    """An option that is a whole number within bounds."""

    edited = Signal()

    def __init__(self, option: OptionField) -> None:
        super().__init__()
        low = 0 if option.minimum is None else int(option.minimum)
        high = _LARGEST_SPIN if option.maximum is None else int(option.maximum)
        self.setRange(low, min(high, _LARGEST_SPIN))
        self.setGroupSeparatorShown(True)
        # The style sheet's padding does not reach the text within.
        self.lineEdit().setTextMargins(SPIN_BOX_INDENT, 0, 0, 0)
        self.valueChanged.connect(self.edited)

    def set_value(self, value: int) -> None:
        if value != self.value():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)


class TextNumberEditor(QLineEdit):
    """An option that is typed: a number such as 1e-7, or one that may be left open.

    What is typed counts as soon as it is a number within bounds; its unit need not be typed.
    Anything else is marked, and gives way to the last good value when the editor is left.

    Signals
    -------
    edited() : the value is another one.
    refused(str) : the editor was left with a wrong text: what was wrong, and what was kept.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, option: OptionField, *, whole: bool) -> None:
        super().__init__()
        self._option = option
        self._whole = whole
        self._value: int | float | None = None
        self.setPlaceholderText(option.none_text)
        self._unit = f" {option.unit}" if option.unit else ""
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_left)

    def value(self) -> int | float | None:
        return self._value

    def set_value(self, value: int | float | None) -> None:
        if value != self._value or not self.hasFocus():
            self._value = value
            self._show_value()

    def _on_text_edited(self, text: str) -> None:
        understood, value = self._understood(text.strip().removesuffix(self._unit).strip())
        self._mark(wrong=not understood)
        if understood and value != self._value:
            self._value = value
            self.edited.emit()

    def _on_left(self) -> None:
        wrong = self.text().strip() if self.property("wrong") else None
        self._show_value()
        if wrong is not None:
            said = f"cannot be '{wrong[:_LONGEST_REPEATED]}'" if wrong else "cannot be left open"
            kept = self.text() or self._option.none_text
            self.refused.emit(f"{self._option.label} {said}; {kept} is kept")

    def _understood(self, text: str) -> tuple[bool, int | float | None]:
        if not text:
            return self._option.nullable, None
        plain = text.replace("\N{MINUS SIGN}", "-").replace(",", "" if self._whole else ".")
        try:
            number = int(plain) if self._whole else float(plain)
        except ValueError:
            return False, None
        low, high = self._option.minimum, self._option.maximum
        inside = (low is None or number >= low) and (high is None or number <= high)
        return inside, number

    def _show_value(self) -> None:
        text = "" if self._value is None else _typed(self._value, marks=bool(self._unit))
        text += self._unit if text else ""
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)  # the number is what must be seen where room is short
        self._mark(wrong=False)

    def _mark(self, *, wrong: bool) -> None:
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)


class YesNoEditor(QCheckBox):
    """An option that is on or off.

    Signals
    -------
    edited() : the person ticked or unticked it.
    """

    edited = Signal()

    def __init__(self, option: OptionField) -> None:
        super().__init__(option.unit)
        self.clicked.connect(self.edited)

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        self.setChecked(value)


Editor = ChoiceEditor | YesNoEditor | WholeNumberEditor | TextNumberEditor


def _typed(value: int | float, *, marks: bool) -> str:
    """A number as a person would type it; `marks`: a whole one with thousands marks."""
    if isinstance(value, int):
        return f"{value:,}" if marks else str(value)
    text = f"{value:g}"
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


def make_editor(item: Field[Any], option: OptionField) -> Editor:
    """The editor that suits one option, with its tooltip and its name for assistive tools."""
    editor: Editor
    whole = "int" in str(item.type)
    if option.choices:
        editor = ChoiceEditor(option)
    elif is_yes_or_no(item):
        editor = YesNoEditor(option)
    elif whole and option.primary:
        editor = WholeNumberEditor(option)
    else:
        editor = TextNumberEditor(option, whole=whole)
    editor.setObjectName(f"{item.name}Editor")
    editor.setToolTip(option.help)
    editor.setAccessibleName(option.label)
    editor.setAccessibleDescription(option.help)
    editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    editor.setMinimumWidth(80)
    return editor


def _places(option: OptionField) -> tuple[str, ...]:
    if option.primary:
        return ("toolbar",)
    return ("panel", "seldom" if option.seldom else "often")


class OptionEditors(QObject):
    """All editors of FitOptions, kept in step with one value of it.

    The toolbar shows those of primary options and the model panel the others, each with its label.

    Attributes
    ----------
    editors : field name -> editor.
    labels : field name -> label, which is the editor's buddy.

    Signals
    -------
    edited(FitOptions) : the person changed an option.
    refused(str) : what was typed was no value; what was wrong, and which value was kept.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, options: FitOptions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self.editors: dict[str, Editor] = {}
        self.labels: dict[str, QLabel] = {}
        self._help: dict[str, str] = {}
        for item, option in option_fields():
            self._add(item, option)
        self.show_options(options)

    def _add(self, item: Field[Any], option: OptionField) -> None:
        editor = make_editor(item, option)
        label = QLabel(option.label)
        label.setProperty("dim", True)
        label.setBuddy(editor)
        label.setToolTip(option.help)
        editor.edited.connect(self._on_edited)
        if isinstance(editor, TextNumberEditor):
            editor.refused.connect(self.refused)
        self.editors[item.name] = editor
        self.labels[item.name] = label
        self._help[item.name] = option.help

    def names(self, place: Literal["toolbar", "panel", "often", "seldom"]) -> list[str]:
        """The fields that stand in the toolbar, or in the model panel: all, or those that are
        often or seldom changed."""
        return [item.name for item, option in option_fields() if place in _places(option)]

    def has_changed(self, names: list[str]) -> bool:
        """Whether one of these is other than at first."""
        first = FitOptions()
        return any(getattr(self._options, name) != getattr(first, name) for name in names)

    def show_options(self, options: FitOptions) -> None:
        """Show these values, without reporting them as edited."""
        self._options = options
        for name, editor in self.editors.items():
            editor.set_value(getattr(options, name))

    def set_disabled_reason(self, reason: str) -> None:
        """Disable all editors and say why; an empty reason enables them."""
        for name, editor in self.editors.items():
            editor.setEnabled(not reason)
            editor.setToolTip(f"{self._help[name]}\n{reason}" if reason else self._help[name])

    def _on_edited(self) -> None:
        values: dict[str, Any] = {name: editor.value() for name, editor in self.editors.items()}
        options = replace(self._options, **values)
        if options != self._options:
            self._options = options
            self.edited.emit(options)
