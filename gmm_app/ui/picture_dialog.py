"""Asks how large a picture in a file is to be."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TypeVar

from PySide6.QtCore import QSettings, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gmm_app.errors import ExportError
from gmm_app.ui.option_editors import SPIN_BOX_INDENT
from gmm_app.ui.saved import saved_text
from gmm_app.ui.sheet import MILLIMETRES_PER_INCH, MOST_POINTS, PRESETS, Sheet, suitable_text
from gmm_app.ui.tokens import SPACING

Box = TypeVar("Box", QSpinBox, QDoubleSpinBox)

_SETTING = "files/picture"
_ON_SCREEN, _OWN = "screen", "own"
_MILLIMETRES, _PIXELS = "mm", "pixels"
_BOUNDS = {_MILLIMETRES: (20.0, 2_000.0), _PIXELS: (60.0, 20_000.0)}
_HELP = {
    "preset": "A size that suits where the picture goes; the fields below follow it.",
    "width": "How wide the picture is.",
    "height": "How high the picture is.",
    "unit": "What width and height are given in.",
    "text": "Size of the text in the picture; lines and dots keep their proportion to it.",
    "dpi": "Pixels per inch: 300 for print, 600 for fine lines, 144 for a screen.",
    "colours": "Light colours for paper, or those that the window has now.",
}


class PictureDialog(QDialog):
    """Size, text, resolution and colours; begins with what was chosen last.

    Signals
    -------
    chosen(Sheet, bool) : the person wants this, with light colours or (True) those as shown.
    """

    chosen = Signal(object, bool)

    def __init__(
        self,
        title: str,
        on_screen: Sheet,
        settings: QSettings,
        parent: QWidget | None = None,
        *,
        has_pixels: bool,
    ) -> None:
        """Make the dialog.

        Parameters
        ----------
        title : of the dialog.
        on_screen : the sheet on which the plot looks as it does in the window.
        settings : where the choice is remembered.
        parent : the window.
        has_pixels : whether the picture is made of pixels, so that it has a resolution.
        """
        super().__init__(parent)
        self.setObjectName("pictureDialog")
        self.setWindowTitle(title)
        self._settings = settings
        self._has_pixels = has_pixels
        self._sizes = {_ON_SCREEN: on_screen} | {k: p.sheet for k, p in PRESETS.items()}
        self._build()
        self._remember()
        self._connect()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def _build(self) -> None:
        self._form = QFormLayout()
        self._form.setVerticalSpacing(SPACING)
        titles = {_ON_SCREEN: "As on the screen"} | {k: p.title for k, p in PRESETS.items()}
        self._preset = self._combo("preset", "size", titles | {_OWN: "Own size"})
        self._unit = self._combo("unit", "unit", {_MILLIMETRES: "millimetres", _PIXELS: "pixels"})
        self._width = self._spin_box("width", "width", QDoubleSpinBox())
        self._height = self._spin_box("height", "height", QDoubleSpinBox())
        self._text = self._spin_box("text", "text", QDoubleSpinBox())
        self._text.setRange(4.0, MOST_POINTS)
        self._text.setSingleStep(0.5)
        self._text.setDecimals(1)
        self._text.setSuffix(" pt")
        self._dpi = self._spin_box("dpi", "resolution", QSpinBox())
        self._dpi.setRange(50, 2400)
        self._dpi.setSuffix(" dpi")
        self._colours = self._combo(
            "colours", "colours", {"light": "light, for paper", "shown": "as shown"}
        )
        for editor in (self._unit, self._dpi):
            self._form.setRowVisible(editor, self._has_pixels)
        self._note = QLabel()
        self._note.setObjectName("pictureNote")
        self._note.setProperty("dim", True)
        self._note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._write = buttons.addButton("Write", QDialogButtonBox.ButtonRole.AcceptRole)
        self._write.setObjectName("pictureWrite")
        self._write.setProperty("primary", True)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(self._form)
        layout.addWidget(self._note)
        layout.addWidget(buttons)
        self.setMinimumWidth(380)

    def _connect(self) -> None:
        self._preset.activated.connect(self._on_preset)
        self._unit.activated.connect(self._show)
        for editor in (self._width, self._height):
            editor.valueChanged.connect(self._on_size_edited)
        self._text.valueChanged.connect(self._on_text_edited)
        self._dpi.valueChanged.connect(self._on_dpi_edited)

    # --- the choice ----------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        """What is asked for now."""
        return self._sheet

    def _remember(self) -> None:
        """Begin with what was chosen last, or as on the screen."""
        self._sheet = self._sizes[_ON_SCREEN]
        try:
            kept = json.loads(saved_text(self._settings, _SETTING, "{}"))
            self._select(self._unit, str(kept.get("unit")))
            self._select(self._colours, str(kept.get("colours")))
            if kept.get("preset") != _ON_SCREEN and "sheet" in kept:
                sizes = {name: float(value) for name, value in kept["sheet"].items()}
                sheet = Sheet(dpi=int(sizes.pop("dpi")), **sizes)
                sheet.check(has_pixels=self._has_pixels)
                self._sheet = sheet
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, ExportError):
            pass  # whatever else the settings hold, there is a choice to begin with
        self._show()

    def _keep(self) -> None:
        choice = {
            "preset": self._preset.currentData(),
            "sheet": asdict(self._sheet),
            "unit": self._unit.currentData(),
            "colours": self._colours.currentData(),
        }
        self._settings.setValue(_SETTING, json.dumps(choice))

    @Slot()
    def _on_preset(self) -> None:
        self._sheet = self._sizes.get(self._preset.currentData(), self._sheet)
        self._show()

    @Slot()
    def _on_size_edited(self) -> None:
        width, height = (box.value() * self._unit_size for box in (self._width, self._height))
        text = suitable_text(width, height)
        self._sheet = replace(self._sheet, width=width, height=height, text_points=text)
        self._show()

    @Slot()
    def _on_text_edited(self) -> None:
        self._sheet = replace(self._sheet, text_points=self._text.value())
        self._show()

    @Slot()
    def _on_dpi_edited(self) -> None:
        self._sheet = replace(self._sheet, dpi=self._dpi.value())
        if self._in_pixels:
            self._on_size_edited()
        self._show()

    @Slot()
    def _on_accepted(self) -> None:
        self._keep()
        self.accept()
        self.chosen.emit(self._sheet, self._colours.currentData() == "shown")

    # --- showing it ----------------------------------------------------------------------------

    @property
    def _in_pixels(self) -> bool:
        return self._has_pixels and self._unit.currentData() == _PIXELS

    @property
    def _unit_size(self) -> float:
        """Millimetres of one unit of width and height."""
        return MILLIMETRES_PER_INCH / self._sheet.dpi if self._in_pixels else 1.0

    @Slot()
    def _show(self) -> None:
        sheet = self._sheet
        unit = _PIXELS if self._in_pixels else _MILLIMETRES
        for box, size in ((self._width, sheet.width), (self._height, sheet.height)):
            with QSignalBlocker(box):
                box.setDecimals(0 if unit == _PIXELS else 1)
                box.setRange(*_BOUNDS[unit])
                box.setSuffix(f" {unit}")
                box.setValue(size / self._unit_size)
        with QSignalBlocker(self._text), QSignalBlocker(self._dpi):
            self._text.setValue(sheet.text_points)
            self._dpi.setValue(sheet.dpi)
        same = (k for k, known in self._sizes.items() if replace(known, dpi=sheet.dpi) == sheet)
        self._select(self._preset, next(same, _OWN))
        self._say()

    def _say(self) -> None:
        """The pixels that the file will have, or why it cannot be written."""
        wrong = ""
        try:
            self._sheet.check(has_pixels=self._has_pixels)
        except ExportError as error:
            wrong = str(error)
        width, height = self._sheet.pixels
        pixels = f"{width:,} \N{MULTIPLICATION SIGN} {height:,} pixels" if self._has_pixels else ""
        self._note.setText(wrong or pixels)
        self._note.setVisible(bool(self._note.text()))
        self._write.setEnabled(not wrong)
        self._write.setToolTip(wrong or "Write the picture at this size.")

    # --- the editors ---------------------------------------------------------------------------

    def _combo(self, name: str, title: str, choices: dict[str, str]) -> QComboBox:
        combo = QComboBox()
        for key, words in choices.items():
            combo.addItem(words, key)
        self._add_row(name, title, combo)
        return combo

    def _spin_box(self, name: str, title: str, box: Box) -> Box:
        # What is typed counts once it is whole: of 175, the 1 alone would change the text.
        box.setKeyboardTracking(False)
        box.setGroupSeparatorShown(True)
        box.lineEdit().setTextMargins(SPIN_BOX_INDENT, 0, 0, 0)
        self._add_row(name, title, box)
        return box

    def _add_row(self, name: str, title: str, editor: QWidget) -> None:
        label = QLabel(title)
        label.setProperty("dim", True)
        label.setBuddy(editor)
        editor.setObjectName(f"picture_{name}")
        editor.setToolTip(_HELP[name])
        editor.setAccessibleName(title)
        self._form.addRow(label, editor)

    @staticmethod
    def _select(combo: QComboBox, key: str) -> None:
        if (position := combo.findData(key)) >= 0:
            combo.setCurrentIndex(position)
