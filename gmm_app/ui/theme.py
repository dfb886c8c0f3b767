"""Light and dark: follows the system or the person's choice, and dresses the application."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gmm_app.ui.saved import saved_text
from gmm_app.ui.style_sheet import style_sheet
from gmm_app.ui.tokens import DARK, LIGHT, Theme

CHOICES = {"system": "Follow the system", "light": "Light", "dark": "Dark"}
_SETTING = "view/theme"


class ThemeKeeper(QObject):
    """Decides which theme is shown and applies it to the whole application.

    Attributes
    ----------
    choice : "system", "light" or "dark"; remembered in the settings.
    theme : the theme that is shown.

    Signals
    -------
    changed(Theme) : another theme is shown from now on.
    """

    changed = Signal(object)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        saved = saved_text(settings, _SETTING, "system")
        self.choice = saved if saved in CHOICES else "system"
        self.theme = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        apply_theme(self.theme)

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
            apply_theme(theme)
            self.changed.emit(theme)

    def _wanted(self) -> Theme:
        if self.choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self.choice == "dark" else LIGHT


def apply_theme(theme: Theme) -> None:
    """Dress the running application in `theme`: style, palette and style sheet."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if application.style().name().lower() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette_of(theme))
    application.setStyleSheet(style_sheet(theme))


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
