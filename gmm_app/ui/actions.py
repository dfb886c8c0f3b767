"""The window's named actions: menus, toolbar and shortcuts all show these same ones."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from gmm_app.ui.action_icons import action_icon
from gmm_app.ui.tokens import Theme


class _Description(NamedTuple):
    text: str
    help: str
    shortcut: str = ""
    icon: str = ""


_ACTIONS = {
    "open": _Description(
        "Open…",
        "Open a file of rows and columns (text, Excel, Parquet, FCS and many more), or a session.",
        "Ctrl+O",
    ),
    "openWithPreview": _Description(
        "Open with preview…",
        "Look at a file's first rows, and say how it is to be read, before it is opened.",
        "Ctrl+Shift+O",
    ),
    "readAgain": _Description(
        "Read again otherwise…",
        "Say how the open file is to be read: delimiter, heading and so on.",
    ),
    "synthetic": _Description(
        "Synthetic data…", "Draw rows from Gaussians that you describe, to see what a fit finds."
    ),
    "save": _Description(
        "Save session", "Keep data, options, results and views in one file.", "Ctrl+S"
    ),
    "saveAs": _Description(
        "Save session as…",
        "Keep everything in another file, with a copy of the data inside if you like.",
        "Ctrl+Shift+S",
    ),
    "undo": _Description("Undo", "Take back what was done last.", "Ctrl+Z"),
    "redo": _Description("Redo", "Do again what was undone last.", "Ctrl+Shift+Z"),
    "fit": _Description(
        "Fit", "Look for the mixture that makes the data most likely (EM).", "F5", "play"
    ),
    "pause": _Description("Pause", "Hold the fit where it is, or let it go on.", "Space", "pause"),
    "step": _Description(
        "Step", "Take a single iteration and wait; begins a fit if none is running.", ".", "step"
    ),
    "stop": _Description(
        "Stop",
        "End the fit and keep the best mixture so far, or give up what is read or written.",
        "Esc",
        "stop",
    ),
    "export": _Description("Export", "Take the result away as a file.", "Ctrl+E"),
    "exportModel": _Description(
        "Model as JSON or script…",
        "The mixture in full precision: as JSON for this program, or as a script for Python, R or "
        "MATLAB that gives the same densities.",
    ),
    "exportReport": _Description(
        "Report…", "What was found, with its plots and how to do it again: HTML, PDF or text."
    ),
    "exportParameters": _Description(
        "Component table…", "Weights, means and covariances, one row for each component."
    ),
    "exportLabels": _Description(
        "Labels and responsibilities…",
        "For each row its most probable component, its probability under each, and how unusual "
        "it is.",
    ),
    "exportPicture": _Description(
        "Plot as PNG, SVG or PDF…", "The scatter plot as it is shown, as large as you choose."
    ),
    "exportConvergence": _Description(
        "Convergence as PNG, SVG or PDF…",
        "How the log-likelihood rose, as it is shown, as large as you choose.",
    ),
    "copyTable": _Description(
        "Copy table", "Copy the table that has the focus, or the components, as cells.", "Ctrl+C"
    ),
    "copySummary": _Description(
        "Copy summary", "Copy the numbers that say how good the fit is, as cells."
    ),
    "copyPlot": _Description(
        "Copy plot",
        "Copy the plot that has the focus, or the scatter plot, as a picture.",
        "Ctrl+Shift+C",
    ),
    "preferences": _Description(
        "Preferences…", "What the program keeps on disk, and how much room that may take.", "Ctrl+,"
    ),
    "quit": _Description("Quit", "Close the window; a running fit is stopped.", "Ctrl+Q"),
    "resetLayout": _Description("Reset layout", "Put all panels back where they were at first."),
    "guide": _Description("About and first steps", "What the program does and its keys.", "F1"),
}

# These keys would take a blank or a full stop from whoever types: the window itself handles them,
# after the focused editor had its turn. Menus still show them.
_KEYS_OF_LAST_RESORT = ("pause", "step")


class WindowActions(QObject):
    """All actions by name; `actions["open"]` has the objectName "openAction", and so on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for name, described in _ACTIONS.items():
            action = QAction(described.text, window)
            action.setObjectName(f"{name}Action")
            action.setIconText(described.text)
            if described.shortcut:
                action.setShortcut(QKeySequence(described.shortcut))
            if name in _KEYS_OF_LAST_RESORT:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._actions[name] = action
            self.set_reason(name, "")
            window.addAction(action)
        self._actions["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self._actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def set_reason(self, name: str, reason: str) -> None:
        """Enable an action, or disable it for a reason that its tooltip then gives."""
        action = self._actions[name]
        described = _ACTIONS[name]
        action.setEnabled(not reason)
        key = f" ({described.shortcut})" if described.shortcut else ""
        tip = f"{described.help}{key}"
        action.setToolTip(f"{tip}\n{reason}" if reason else tip)

    def set_text(self, name: str, text: str) -> None:
        """Call an action otherwise, in menus and on buttons."""
        self._actions[name].setText(text)
        self._actions[name].setIconText(text)

    def show_paused(self, paused: bool) -> None:
        """The pause action becomes the one that goes on, and back."""
        self.set_text("pause", "Go on" if paused else "Pause")

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        for name, described in _ACTIONS.items():
            if described.icon:
                colour = theme.on_accent if name == "fit" else theme.text
                self._actions[name].setIcon(action_icon(described.icon, colour, theme.faint))
                self._actions[name].setIconVisibleInMenu(False)
