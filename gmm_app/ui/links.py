"""Buttons that look like links."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton


def link_button(text: str, tip: str) -> QPushButton:
    """A button that looks like a link, and says what it does."""
    button = QPushButton(text)
    button.setProperty("link", True)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
