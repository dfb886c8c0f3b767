"""The toolbar: the main actions, the primary options, samples and export."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from gmm_app.data.samples import SAMPLES
from gmm_app.ui.actions import WindowActions
from gmm_app.ui.family_icons import SIZE as FAMILY_ICON_SIZE
from gmm_app.ui.family_icons import family_icon
from gmm_app.ui.option_editors import ChoiceEditor, OptionEditors
from gmm_app.ui.tokens import SPACING

EXPORTS = (
    "exportModel",
    "exportReport",
    "exportParameters",
    "exportLabels",
    "exportPicture",
    "exportConvergence",
)
_EDITOR_WIDTHS = {"n_components": 64, "family": 226, "n_init": 64}
_COMPACT_FAMILY_WIDTH = 142
_PAUSE_WIDTH = 86
_SAMPLES_HELP = "Data to try the program on."
_SIGNS_ENOUGH = ("pause", "step", "stop")


class MainToolBar(QToolBar):
    """Shows the window's actions; where the window is narrow some go without their words.

    Attributes
    ----------
    samples : the button whose menu has the bundled samples and synthetic data.
    export : the button whose menu has all exports.
    """

    def __init__(
        self, actions: WindowActions, editors: OptionEditors, samples: QMenu, parent: QWidget
    ) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("mainToolBar")
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContentsMargins(0, SPACING // 2, 0, SPACING)
        self._actions = actions
        family = editors.editors["family"]
        assert isinstance(family, ChoiceEditor)
        self._family = family
        self._full_width = 0
        self.addAction(actions["open"])
        self.samples = _menu_button("Samples", _SAMPLES_HELP, samples)
        self.addWidget(self.samples)
        self._gaps = [self.addWidget(_gap(4))]
        for name in ("fit", "pause", "step", "stop"):
            self.addAction(actions[name])
        self._name_buttons(actions)
        self._gaps.append(self.addWidget(_gap(4)))
        for name in editors.names("toolbar"):
            editor = editors.editors[name]
            editor.setFixedWidth(_EDITOR_WIDTHS.get(name, 96))
            self.addWidget(editors.labels[name])
            self.addWidget(editor)
        self.addWidget(_gap())
        menu = QMenu(self)
        for name in EXPORTS:
            menu.addAction(actions[name])
        self.export = _menu_button("Export", actions["export"].toolTip(), menu)
        self.addWidget(self.export)
        actions["export"].triggered.connect(self.show_exports)
        actions["export"].changed.connect(self._follow_export)

    def show_exports(self) -> None:
        """Open the menu of exports, as a click on its button does."""
        menu = self.export.menu()
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))
        menu.setActiveAction(next((a for a in menu.actions() if a.isEnabled()), QAction(menu)))

    def set_samples_reason(self, reason: str) -> None:
        """Disable the samples for a reason that the tooltip then gives; "" enables them."""
        self.samples.setEnabled(not reason)
        self.samples.setToolTip(f"{_SAMPLES_HELP}\n{reason}" if reason else _SAMPLES_HELP)

    def _follow_export(self) -> None:
        """The button is enabled, and says why not, as its action does."""
        self.export.setEnabled(self._actions["export"].isEnabled())
        self.export.setToolTip(self._actions["export"].toolTip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._full_width and self.sizeHint().width() > self.width():
            self._full_width = self.sizeHint().width()
            self._set_compact(True)
        elif self._full_width and self.width() >= self._full_width:
            self._full_width = 0
            self._set_compact(False)

    def _set_compact(self, compact: bool) -> None:
        style = Qt.ToolButtonStyle
        for name in _SIGNS_ENOUGH:
            button = self.widgetForAction(self._actions[name])
            assert isinstance(button, QToolButton)
            wanted = style.ToolButtonIconOnly if compact else style.ToolButtonTextBesideIcon
            button.setToolButtonStyle(wanted)
            button.setProperty("tight", compact)
            button.style().unpolish(button)
            button.style().polish(button)
        for gap in self._gaps:
            gap.setVisible(not compact)
        self._pause.setMinimumWidth(0 if compact else _PAUSE_WIDTH)
        width = _COMPACT_FAMILY_WIDTH if compact else _EDITOR_WIDTHS["family"]
        self._family.setFixedWidth(width)
        # The words say more than the drawing where there is room for one of them.
        self._family.draw(QSize(0, 0) if compact else FAMILY_ICON_SIZE, family_icon)

    def _name_buttons(self, actions: WindowActions) -> None:
        for name in ("open", "fit", "pause", "step", "stop"):
            button = self.widgetForAction(actions[name])
            button.setObjectName(f"{name}Button")
            button.setAccessibleName(actions[name].text().rstrip("…"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        fit = self.widgetForAction(actions["fit"])
        fit.setProperty("primary", True)
        # "Go on" must not push what stands beside it.
        self._pause = self.widgetForAction(actions["pause"])
        self._pause.setMinimumWidth(_PAUSE_WIDTH)


def fill_samples_menu(menu: QMenu, synthetic: QAction) -> None:
    """Put the bundled samples, whose data is their path, and synthetic data into a menu."""
    menu.setToolTipsVisible(True)
    for sample in SAMPLES.values():
        action = menu.addAction(sample.title)
        action.setObjectName(f"sample_{sample.name}Action")
        action.setToolTip(sample.sentence)
        action.setData(str(sample.path))
    menu.addSeparator()
    menu.addAction(synthetic)


def _menu_button(text: str, tip: str, menu: QMenu) -> QToolButton:
    menu.setToolTipsVisible(True)
    button = QToolButton()
    button.setObjectName(f"{text.lower()}Button")
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setMenu(menu)
    return button


def _gap(width: int | None = None) -> QWidget:
    gap = QWidget()
    if width is None:
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    else:
        gap.setFixedWidth(width)
    return gap
