"""Where the window and its panels were, remembered between runs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from gmm_app.ui import view_state
from gmm_app.ui.dock_layout import DockLayout
from gmm_app.ui.saved import saved_bytes

_GEOMETRY, _STATE = "window/geometry", "window/state"
_STATE_VERSION = 1
_FIRST_SIZE = (1440, 900)


def save_place(window: QMainWindow, docks: DockLayout, settings: QSettings) -> None:
    """Remember size and place, and the panels' layout if the person has made one."""
    settings.setValue(_GEOMETRY, window.saveGeometry())
    docks.bring_bottom_back()
    if docks.by_hand:
        settings.setValue(_STATE, window.saveState(_STATE_VERSION))
    else:
        settings.remove(_STATE)


def restore_place(window: QMainWindow, docks: DockLayout, settings: QSettings) -> None:
    """Put everything back where it was, on a screen that exists."""
    if not window.restoreGeometry(saved_bytes(settings, _GEOMETRY)):
        _first_place(window)
    _bring_on_screen(window)
    state = saved_bytes(settings, _STATE)
    if not state.isEmpty():
        docks.bring_bottom_back()
        docks.by_hand = window.restoreState(state, _STATE_VERSION)


def layout_state(window: QMainWindow, docks: DockLayout) -> dict[str, Any]:
    """The panels' layout if the person has made one, as plain JSON values."""
    if not docks.by_hand:
        return {}
    return {"docks": view_state.bytes_as_text(window.saveState(_STATE_VERSION))}


def restore_layout(window: QMainWindow, docks: DockLayout, state: dict[str, Any]) -> None:
    """Put the panels where `state` says; without a layout of the person's own, where they fit."""
    saved = view_state.bytes_of(state, "docks")
    if saved.isEmpty():
        docks.reset()
    else:
        docks.bring_bottom_back()
        docks.by_hand = window.restoreState(saved, _STATE_VERSION)


def _first_place(window: QMainWindow) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))


def _bring_on_screen(window: QMainWindow) -> None:
    """Move a window whose screen is gone, and shrink one that is larger than its screen."""
    frame = window.frameGeometry()
    screen = QGuiApplication.screenAt(frame.center()) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    window.resize(min(window.width(), room.width()), min(window.height(), room.height()))
    frame = window.frameGeometry()
    if not room.contains(frame.center()):
        window.move(room.topLeft())
