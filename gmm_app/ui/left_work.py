"""Work that earlier runs have left behind, offered above the plot until the person has decided."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from gmm_app.session.slots import Left
from gmm_app.session.slots import Slot as AutosaveSlot
from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.links import link_button
from gmm_app.ui.number_text import count
from gmm_app.ui.tokens import SPACING

_MOST_SHOWN = 3
_STRETCHES = (2, 3)
_TITLE = "Work that was not saved"


class LeftWork(QFrame):
    """One line for each: what it is, from when, and what to do with it. Blocks nothing.

    Signals
    -------
    wanted(Slot) : the person wants this work back.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("leftWork")
        self.setProperty("notice", "info")
        self.setAccessibleName(_TITLE)
        self._left: list[Left] = []
        self._title = QLabel(_TITLE)
        self._title.setProperty("strong", True)
        later = link_button("Later", "Hide this; it is offered again at the next start.")
        later.setObjectName("leftLater")
        later.clicked.connect(self._on_later)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(later)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(2 * SPACING)
        self._rows.setVerticalSpacing(SPACING // 2)
        for column, stretch in enumerate(_STRETCHES):
            self._rows.setColumnStretch(column, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING + 4, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(head)
        layout.addLayout(self._rows)
        self.hide()

    @Slot(object)
    def show_left(self, left: list[Left]) -> None:
        """Offer this work."""
        self._left = left
        self._show()

    def forget(self, slot: AutosaveSlot | None) -> None:
        """Offer one no longer: it is open."""
        self._left = [left for left in self._left if left.slot is not slot]
        self._show()

    def release(self) -> None:
        """Offer nothing any more; other runs may."""
        for left in self._left:
            left.slot.release()
        self._left = []
        self.hide()

    def _show(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, left in enumerate(self._left[:_MOST_SHOWN]):
            self._add_row(row, left)
        more = len(self._left) - _MOST_SHOWN
        self._title.setText(f"{_TITLE} (and {more:,} older)" if more > 0 else _TITLE)
        self.setVisible(bool(self._left))

    def _add_row(self, row: int, left: Left) -> None:
        name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        name.setText(left.heading.name)
        what = ElidedLabel()
        what.setText(_described(left))
        what.setProperty("dim", True)
        for label in (name, what):
            label.setToolTip(label.text())
        back = link_button("Bring back", f"Open {left.heading.name} as it was.")
        back.clicked.connect(lambda _=False, slot=left.slot: self.wanted.emit(slot))
        discard = link_button("Discard", f"Throw away what was done to {left.heading.name}.")
        discard.clicked.connect(lambda _=False, one=left: self._discard(one))
        back.setObjectName(f"bringBack_{row}")
        discard.setObjectName(f"discard_{row}")
        for column, widget in enumerate((name, what, back, discard)):
            self._rows.addWidget(widget, row, column)

    def _discard(self, left: Left) -> None:
        left.slot.remove()
        self.forget(left.slot)

    @Slot()
    def _on_later(self) -> None:
        self.release()


def _described(left: Left) -> str:
    fits = count(left.heading.n_results, "fit") if left.heading.n_results else "no fit yet"
    when = datetime.fromtimestamp(left.heading.written).astimezone()
    how = "closed" if left.slot.is_closed else "cut off"
    return f"{how} {when:%Y-%m-%d %H:%M} · {fits}"
