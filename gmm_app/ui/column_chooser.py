"""The row above the scatter plot: which columns are drawn, and how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gmm_app.ui.elided_combo import ElidedCombo
from gmm_app.ui.tokens import SPACING

DENSITY, POINTS = "density", "points"

_ONE_COLUMN = "The data have one column: its values are drawn as a histogram."


class ColumnChooser(QWidget):
    """Title and the choices x, y and show.

    Signals
    -------
    columnsChanged() : another column on an axis.
    showChosen(str) : the person chose density or points.
    """

    columnsChanged = Signal()
    showChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel("Scatter")
        self.title.setProperty("strong", True)
        self.x_choice = ElidedCombo("column on the x axis")
        self.y_choice = ElidedCombo("column on the y axis")
        self.look_choice = ElidedCombo("how the rows are drawn")
        self.look_choice.set_names([DENSITY, POINTS])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.title)
        row.addStretch(1)
        for text, combo in (("x", self.x_choice), ("y", self.y_choice), ("show", self.look_choice)):
            label = QLabel(text)
            label.setProperty("dim", True)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo)
        self._positions = (0, 0)
        for combo in (self.x_choice, self.y_choice):
            combo.activated.connect(self._on_column_activated)
        self.look_choice.textActivated.connect(self.showChosen)

    @property
    def positions(self) -> tuple[int, int]:
        """Positions of the columns on x and y."""
        return self._positions

    def set_columns(self, columns: Sequence[str]) -> None:
        """Offer these columns; those that were chosen stay chosen where they still exist."""
        wanted = [self.x_choice.currentText(), self.y_choice.currentText()]
        names = list(columns)
        for combo in (self.x_choice, self.y_choice):
            combo.set_names(names)
            combo.setEnabled(len(names) > 1)
        self._positions = _positions(names, wanted)
        self._show_positions()
        single = len(names) == 1
        self.title.setText("Histogram" if single else "Scatter")
        self.look_choice.setEnabled(len(names) > 1)
        if single:
            self.look_choice.setCurrentIndex(-1)
            for combo in (self.y_choice, self.look_choice):
                combo.setToolTip(_ONE_COLUMN)

    def set_positions(self, x: int, y: int) -> None:
        """Show these columns as chosen without announcing it."""
        self._positions = (x, y)
        self._show_positions()

    def columns(self) -> tuple[str, str]:
        """Names of the columns on x and y."""
        return self.x_choice.currentText(), self.y_choice.currentText()

    def choose(self, names: object) -> None:
        """Put columns on x and y, without announcing it; does nothing where there are no such."""
        known = [self.x_choice.itemText(i) for i in range(self.x_choice.count())]
        wanted = names if isinstance(names, list) else []
        positions = [known.index(name) for name in wanted if name in known]
        if len(wanted) == len(positions) == 2 and positions[0] != positions[1]:
            self.set_positions(*positions)

    def set_shown_as(self, shown: str) -> None:
        """Show that choice without announcing it."""
        self.look_choice.setCurrentText(shown)

    @Slot()
    def _on_column_activated(self) -> None:
        old_x, old_y = self._positions
        x, y = self.x_choice.currentIndex(), self.y_choice.currentIndex()
        if x == y and self.x_choice.count() > 1:
            # Choosing the other axis' column swaps the two.
            x, y = (x, old_x) if x != old_x else (old_y, y)
        if (x, y) != self._positions:
            self._positions = (x, y)
            self._show_positions()
            self.columnsChanged.emit()

    def _show_positions(self) -> None:
        x, y = self._positions
        self.x_choice.setCurrentIndex(x)
        # With one column there is nothing on y.
        self.y_choice.setCurrentIndex(y if self.x_choice.count() > 1 else -1)


def _positions(names: list[str], wanted: list[str]) -> tuple[int, int]:
    if len(names) < 2:
        return 0, 0
    x = names.index(wanted[0]) if wanted[0] in names else 0
    if wanted[1] in names and wanted[1] != names[x]:
        return x, names.index(wanted[1])
    return x, 1 if x != 1 else 0
