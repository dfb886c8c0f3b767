"""The status line: what the program is doing, how fast, and for how long still."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.tokens import SPACING

_STEPS = 1000


class StatusLine(QStatusBar):
    """A message, a progress bar while there is progress, the pace, and the means at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(SPACING // 2, SPACING // 2, SPACING // 2, SPACING // 2)
        self._message = _label("statusMessage", "Status")
        self._pace = _label("statusPace", "Pace and time left")
        self._means = _label("statusMeans", "Threads and memory of the data")
        self._means.setToolTip("CPU threads that compute, and the memory that the data take.")
        self._bar = QProgressBar()
        self._bar.setObjectName("statusProgress")
        self._bar.setAccessibleName("Progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._bar.setRange(0, _STEPS)
        self._bar.hide()
        self._said = ""
        self.say("ready")
        self.addWidget(self._message)
        self.addWidget(self._bar)
        self.addWidget(self._pace, 1)
        self.addPermanentWidget(self._means)

    def say(self, message: str) -> None:
        """One thing, without progress: "ready", or what has just ended."""
        self._said = message
        self._set(message, "")
        self._message.setMinimumWidth(0)
        self._bar.hide()

    def show_work(self, message: str, fraction: float | None, pace: str = "") -> None:
        """Work under way; a `fraction` of None means that nobody knows how much is left."""
        self._set(message, pace)
        self._hold_bar_in_place()
        if fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * min(max(fraction, 0.0), 1.0)))
        self._bar.show()

    def rest(self) -> None:
        """Nothing is under way: the bar leaves, and what was said last before it comes back."""
        if self._bar.isVisibleTo(self):
            self.say(self._said)

    def show_means(self, text: str) -> None:
        """Threads and memory, at the right."""
        self._means.setText(text)

    def message(self) -> str:
        """What is said now."""
        return self._message.text()

    def _hold_bar_in_place(self) -> None:
        """Keep the bar from dancing with the length of the message."""
        needed = self._message.fontMetrics().horizontalAdvance(self._message.text()) + SPACING
        if not self._bar.isVisibleTo(self) or needed > self._message.minimumWidth():
            self._message.setMinimumWidth(min(needed, self.width() // 3))

    def _set(self, message: str, pace: str) -> None:
        for label, text in ((self._message, message), (self._pace, pace)):
            if label.text() != text:
                label.setText(text)
                label.setToolTip(text)


def _label(name: str, accessible: str) -> QLabel:
    label = ElidedLabel()
    label.setObjectName(name)
    label.setAccessibleName(accessible)
    return label
