"""Light and dark: follows the system or the person's choice, and dresses the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gmm_app.ui.saved import saved_text
from gmm_app.ui.style_sheet import style_sheet
from gmm_app.ui.tokens import DARK, LIGHT, Theme

CHOICES = {"system": "Follow the system", "light": "Light", "dark": "Dark"}
_SETTING = "view/theme"


class ThemeKeeper(QObject):
    """Decides which theme is shown, and applies it to the window and what opens from it.

    Attributes
    ----------
    choice : "system", "light" or "dark"; remembered in the settings.
    theme : the theme that is shown.

    Signals
    -------
    changed(Theme) : another theme is shown from now on.
    """

    changed = Signal(object)

    def __init__(self, settings: QSettings, window: QWidget | None = None) -> None:
        super().__init__(window)
        self._settings = settings
        self._window = window
        saved = saved_text(settings, _SETTING, "system")
        self.choice = saved if saved in CHOICES else "system"
        self.theme = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._dress()

    def choose(self, choice: str) -> None:
        """Follow the system, or keep to one theme."""
        self.choice = choice
        self._settings.setValue(_SETTING, choice)
        self._refresh()

    @Slot()
    def _on_scheme_changed(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        theme = self._wanted()
        if theme is not self.theme:
            self.theme = theme
            self._dress()
            self.changed.emit(theme)

    def _dress(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if application.style().name().lower() != "fusion":
            application.setStyle("Fusion")
        application.setPalette(palette_of(self.theme))
        if self._window is not None:
            # Qt takes four times as long over a style sheet of the whole application.
            self._window.setStyleSheet(style_sheet(self.theme))

    def _wanted(self) -> Theme:
        if self.choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self.choice == "dark" else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The palette for whatever the style sheet leaves to the style."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.ground,
        role.WindowText: theme.text,
        role.Base: theme.card,
        role.AlternateBase: theme.ground,
        role.Text: theme.text,
        role.Button: theme.card,
        role.ButtonText: theme.text,
        role.PlaceholderText: theme.dim,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Shadow: theme.line,
    }
    palette = QPalette(QColor(theme.card), QColor(theme.ground))
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.dim))
    return palette
