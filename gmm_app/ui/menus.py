"""The menu bar: every action of the window, by name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from gmm_app.ui.actions import WindowActions
from gmm_app.ui.dock_layout import DockLayout
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.theme import CHOICES, ThemeKeeper
from gmm_app.ui.toolbar import EXPORTS, fill_samples_menu


class Menus(QObject):
    """Builds the menu bar and keeps the list of recent files in it.

    Attributes
    ----------
    samples, recent : the menus of samples and recent files, disabled while nothing may be opened.

    Signals
    -------
    pathChosen(str) : the person wants this file open.
    """

    pathChosen = Signal(str)

    def __init__(self, window: QMainWindow, actions: WindowActions, recent: RecentFiles) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._recent_files = recent
        self.samples = QMenu("Samples", window)
        self.recent = QMenu("Recent files", window)
        self.recent.setToolTipsVisible(True)
        fill_samples_menu(self.samples, actions["synthetic"])
        self.samples.triggered.connect(self._on_path_action)
        self.recent.triggered.connect(self._on_path_action)
        recent.changed.connect(self._show_recent)
        self._show_recent()
        self._add_file_menu()
        self._add_edit_menu()

    def add_view_menu(self, layout: DockLayout, themes: ThemeKeeper) -> None:
        """Panels, layout and theme; then the menus that stand to the right of it."""
        view = self._menu("View")
        for dock in layout.all_docks():
            toggle = dock.toggleViewAction()
            toggle.setToolTip(f"Show or hide the panel {dock.windowTitle()}.")
            view.addAction(toggle)
        view.addSeparator()
        view.addAction(self._actions["resetLayout"])
        view.addMenu(self._theme_menu(themes))
        fit = self._menu("Fit")
        for name in ("fit", "pause", "step", "stop"):
            fit.addAction(self._actions[name])
        self._menu("Help").addAction(self._actions["guide"])

    def set_opening_enabled(self, enabled: bool) -> None:
        """Samples and recent files can be opened, or cannot now."""
        self.samples.setEnabled(enabled)
        self.recent.setEnabled(enabled and bool(self._recent_files.paths()))

    def _add_file_menu(self) -> None:
        file = self._menu("File")
        for name in ("open", "openWithPreview", "readAgain"):
            file.addAction(self._actions[name])
        file.addMenu(self.samples)
        file.addMenu(self.recent)
        file.addSeparator()
        file.addAction(self._actions["save"])
        file.addAction(self._actions["saveAs"])
        file.addSeparator()
        export = file.addMenu("Export")
        export.setToolTipsVisible(True)
        for name in EXPORTS:
            export.addAction(self._actions[name])
        file.addSeparator()
        file.addAction(self._actions["quit"])

    def _add_edit_menu(self) -> None:
        edit = self._menu("Edit")
        edit.addAction(self._actions["undo"])
        edit.addAction(self._actions["redo"])
        edit.addSeparator()
        for name in ("copyTable", "copySummary", "copyPlot"):
            edit.addAction(self._actions[name])
        edit.addSeparator()
        edit.addAction(self._actions["preferences"])

    def _theme_menu(self, themes: ThemeKeeper) -> QMenu:
        menu = QMenu("Theme", self._window)
        group = QActionGroup(menu)
        for choice, text in CHOICES.items():
            action = menu.addAction(text)
            action.setObjectName(f"{choice}ThemeAction")
            action.setCheckable(True)
            action.setChecked(choice == themes.choice)
            action.setData(choice)
            group.addAction(action)
        group.triggered.connect(lambda action: themes.choose(action.data()))
        return menu

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setObjectName(f"{title.lower()}Menu")
        menu.setToolTipsVisible(True)
        return menu

    def _show_recent(self) -> None:
        self.recent.clear()
        for path in self._recent_files.paths():
            action = self.recent.addAction(Path(path).name)
            action.setToolTip(path)
            action.setData(path)
        self.recent.addSeparator()
        forget = self.recent.addAction("Forget these")
        forget.setObjectName("forgetRecentAction")
        forget.setToolTip("Empty this list; the files stay where they are.")
        forget.triggered.connect(self._recent_files.clear)
        self.recent.setEnabled(bool(self._recent_files.paths()))

    def _on_path_action(self, action: QAction) -> None:
        if action.data():
            self.pathChosen.emit(action.data())
