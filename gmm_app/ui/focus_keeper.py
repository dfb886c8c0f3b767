"""Where the keyboard's focus waits while controls are disabled."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class FocusKeeper:
    """Takes the focus out of controls before they are disabled, and gives it back afterwards.

    Qt would hand it to the next control, where a blank meant for the fit would press a button.
    """

    def __init__(self, waiting_place: QWidget, controls: tuple[QWidget, ...]) -> None:
        self._waiting_place = waiting_place
        self._controls = controls
        self._before: QWidget | None = None

    def take(self) -> None:
        """Call before the controls are disabled."""
        focus = self._waiting_place.window().focusWidget()
        if focus is not None and any(part.isAncestorOf(focus) for part in self._controls):
            self._before = focus
            self._waiting_place.setFocus()

    def give_back(self) -> None:
        """Call once the controls can be used again; a focus that has moved on stays there."""
        if self._before is not None and self._waiting_place.hasFocus():
            self._before.setFocus()
        self._before = None
