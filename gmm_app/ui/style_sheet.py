"""The one style sheet of the window, made from a theme's tokens."""

from __future__ import annotations

from pathlib import Path
from string import Template

from gmm_app.ui.tokens import RADIUS, SPACING, Theme

_ICONS = Path(__file__).resolve().parents[1] / "resources"

_SHEET = Template("""
QMainWindow, QDialog { background: $ground; }
QMainWindow::separator { background: transparent; width: ${spacing}px; height: ${spacing}px; }
QMainWindow::separator:hover { background: $line; }
QToolTip { background: $card; color: $text; border: 1px solid $line; padding: 4px 6px; }

QMenuBar { background: $ground; color: $text; padding: 4px 0 0 0; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 26px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $dim; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 8px; }
QMenu::indicator:checked { image: url("$icons/tick-$name.svg"); }

QToolBar { background: $ground; border: none; spacing: ${spacing}px; padding: 0; }
QToolBar QLabel { color: $dim; }
QToolButton, QPushButton {
    background: $card; color: $text; border: 1px solid $line; border-radius: ${radius}px;
    padding: 5px 11px;
}
QToolButton[tight="true"] { padding: 5px 8px; }
QToolButton[quiet="true"] {
    background: transparent; border-color: transparent; color: $accent; padding: 2px 0;
}
QToolButton[quiet="true"]:hover { color: $accent_hover; }
QToolButton[quiet="true"]:focus { border-color: $accent; }
QToolButton:hover, QPushButton:hover { background: $hover; }
QToolButton:pressed, QPushButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:disabled, QPushButton:disabled { color: $faint; background: $ground; }
QToolButton:focus, QPushButton:focus { border-color: $accent; }
QToolButton[popupMode="2"] { padding-right: 24px; }
QToolButton#qt_toolbar_ext_button {
    padding: 0; min-width: 0; background: transparent; border: none;
    qproperty-icon: url("$icons/chevron-down.svg");
}
QAbstractScrollArea::corner { background: transparent; border: none; }
QTabBar::tab {
    background: transparent; color: $dim; border: none; padding: 6px 10px;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QToolButton::menu-indicator {
    image: url("$icons/chevron-down.svg"); width: 10px; height: 10px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 9px;
}
*[primary="true"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
*[primary="true"]:hover { background: $accent_hover; }
*[primary="true"]:focus { border-color: $text; }
*[primary="true"]:disabled { background: $track; color: $dim; border-color: $track; }
*[flat="true"] { background: transparent; border-color: transparent; padding: 3px; }
*[flat="true"]:hover { background: $hover; }
*[flat="true"]:focus { border-color: $accent; }
*[link="true"] {
    background: transparent; border-color: transparent; color: $accent; text-align: left;
    padding: 3px 6px; margin-left: -7px;
}
*[link="true"]:hover { background: $hover; }
*[link="true"]:focus { border-color: $accent; }

QLineEdit, QAbstractSpinBox, QComboBox {
    background: $field; color: $text; border: 1px solid $line; border-radius: ${radius}px;
    padding: 4px 7px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $dim; background: $ground;
}
QLineEdit[wrong="true"] { border-color: $error; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 10px; height: 10px; }
QComboBox QAbstractItemView, QListView#columnNames {
    background: $card; color: $text; border: 1px solid $line; padding: 2px;
    selection-background-color: $selection; selection-color: $text; outline: none;
}
QLineEdit { padding-left: 5px; }
QAbstractSpinBox { padding: 2px 18px 2px 5px; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 17px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url("$icons/chevron-up.svg"); width: 8px; height: 8px; }
QAbstractSpinBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 8px; height: 8px; }

QCheckBox, QRadioButton { color: $text; spacing: ${spacing}px; }
QCheckBox:disabled, QRadioButton:disabled { color: $dim; }
QCheckBox::indicator, QAbstractItemView::indicator {
    width: 13px; height: 13px; border: 1px solid $dim; border-radius: 3px; background: $field;
}
QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    image: url("$icons/tick-$name.svg");
}

QRadioButton::indicator {
    width: 13px; height: 13px; border: 1px solid $dim; border-radius: 7px; background: $field;
}
QRadioButton::indicator:checked {
    background: qradialgradient(
        cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $accent, stop: 0.55 $accent, stop: 0.65 $field, stop: 1 $field
    );
}

QTableView {
    background: transparent; color: $text; border: 1px solid transparent; outline: none;
    selection-background-color: $selection; selection-color: $text; border-radius: 4px;
}
QTableView:focus { border-color: $accent; }
QHeaderView, QHeaderView::section, QTableCornerButton::section {
    background: transparent; color: $dim; border: none; padding: 0 3px 0 0;
    font-weight: normal;
}
#previewTable::item, #rejectedTable::item, #storesTable::item { padding: 0 4px; }
#previewTable QHeaderView::section, #rejectedTable QHeaderView::section,
#storesTable QHeaderView::section { padding: 0 7px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QStatusBar { background: $ground; color: $dim; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $dim; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QLabel[dim="true"] { color: $dim; }
QLabel[strong="true"] { color: $text; font-weight: 600; }
QFrame[card="whole"] {
    background: $card; border: 1px solid $line; border-radius: ${radius}px;
}
QFrame[card="top"] {
    background: $card; border: 1px solid $line; border-bottom: none;
    border-top-left-radius: ${radius}px; border-top-right-radius: ${radius}px;
}
QFrame[card="bottom"] {
    background: $card; border: 1px solid $line; border-top: none;
    border-bottom-left-radius: ${radius}px; border-bottom-right-radius: ${radius}px;
}
QFrame[notice="error"] {
    background: $card; border: 1px solid $line; border-left: 4px solid $error;
    border-top-right-radius: ${radius}px; border-bottom-right-radius: ${radius}px;
}
QFrame[notice="info"] {
    background: $card; border: 1px solid $line; border-left: 4px solid $accent;
    border-top-right-radius: ${radius}px; border-bottom-right-radius: ${radius}px;
}
""")


def style_sheet(theme: Theme) -> str:
    """The style sheet of the whole application in `theme`."""
    return _SHEET.substitute(vars(theme), icons=_ICONS.as_posix(), radius=RADIUS, spacing=SPACING)
