"""Asks what synthetic rows to draw."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gmm_app.data.synthetic import BOUNDS, RECIPES, SyntheticOptions
from gmm_app.errors import OptionError
from gmm_app.ui.option_editors import SPIN_BOX_INDENT
from gmm_app.ui.tokens import SPACING

_HELP = {
    "n_components": "How many Gaussians rows are drawn from.",
    "n_features": "How many columns each row has.",
    "n_samples": "How many rows are drawn.",
    "seed": "The number that fixes all draws; left open, each set of rows is another one.",
}


class SyntheticDialog(QDialog):
    """Components, columns, rows, seed and recipe; the defaults draw something to look at.

    Signals
    -------
    chosen(SyntheticOptions) : the person wants these rows.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("syntheticDialog")
        self.setWindowTitle("Synthetic data")
        self._form = QFormLayout()
        self._form.setVerticalSpacing(SPACING)
        defaults = SyntheticOptions()
        self._numbers = {
            name: self._spin_box(name, getattr(defaults, name))
            for name in ("n_components", "n_features", "n_samples")
        }
        self._seed = QLineEdit()
        self._seed.setPlaceholderText("random")
        self._add_row("seed", self._seed)
        self._recipes = QButtonGroup(self)
        self._wrong = QLabel()
        self._wrong.setObjectName("syntheticWrong")
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        draw = buttons.addButton("Draw rows", QDialogButtonBox.ButtonRole.AcceptRole)
        draw.setProperty("primary", True)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(self._form)
        self._add_recipes(layout, defaults.recipe)
        layout.addWidget(self._wrong)
        layout.addWidget(buttons)
        self.setMinimumWidth(420)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def options(self) -> SyntheticOptions:
        """What is asked for now.

        Raises
        ------
        OptionError
            The seed is no whole number, or the rows are too many.
        """
        text = self._seed.text().strip()
        try:
            seed = int(text) if text else None
        except ValueError:
            raise OptionError(
                f"Seed cannot be '{text}': give a whole number, or nothing for a random one."
            ) from None
        numbers = {name: box.value() for name, box in self._numbers.items()}
        recipe = list(RECIPES)[self._recipes.checkedId()]
        return SyntheticOptions(recipe=recipe, seed=seed, **numbers)

    def _on_accepted(self) -> None:
        try:
            options = self.options()
        except OptionError as error:
            self._wrong.setText(str(error))
            self._wrong.show()
            return
        self.accept()
        self.chosen.emit(options)

    def _spin_box(self, name: str, value: int) -> QSpinBox:
        _, least, most = BOUNDS[name]
        box = QSpinBox()
        box.setRange(least, most)
        box.setGroupSeparatorShown(True)
        box.lineEdit().setTextMargins(SPIN_BOX_INDENT, 0, 0, 0)
        box.setValue(value)
        self._add_row(name, box)
        return box

    def _add_row(self, name: str, editor: QWidget) -> None:
        title = BOUNDS[name][0]
        label = QLabel(title)
        label.setProperty("dim", True)
        label.setBuddy(editor)
        editor.setObjectName(f"synthetic_{name}")
        editor.setToolTip(_HELP[name])
        editor.setAccessibleName(title)
        self._form.addRow(label, editor)

    def _add_recipes(self, layout: QVBoxLayout, chosen: str) -> None:
        for i, recipe in enumerate(RECIPES.values()):
            button = QRadioButton(recipe.title)
            button.setToolTip(recipe.sentence)
            button.setChecked(recipe.name == chosen)
            self._recipes.addButton(button, i)
            explained = QLabel(recipe.sentence)
            explained.setProperty("dim", True)
            explained.setWordWrap(True)
            explained.setIndent(3 * SPACING)
            layout.addWidget(button)
            layout.addWidget(explained)
