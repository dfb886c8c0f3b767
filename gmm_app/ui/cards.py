"""The white ground on which a panel or plot stands."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget


def card(content: QWidget) -> QFrame:
    """A whole card around `content`."""
    frame = QFrame()
    frame.setProperty("card", "whole")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(1, 1, 1, 1)
    inside.addWidget(content)
    return frame
