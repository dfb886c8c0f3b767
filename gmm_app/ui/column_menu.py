"""The menu of a column: what it can be used for, and why not for the rest; and its transform."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from gmm_app.data.roles import Role
from gmm_app.ui.column_model import ColumnModel
from gmm_app.ui.scale_menu import ScaleMenu

_TITLES = {
    Role.FEATURE: "Feature",
    Role.WEIGHT: "Weight",
    Role.KNOWN: "Known label",
    Role.IGNORED: "Ignored",
}
_HELP = {
    Role.FEATURE: "The mixture is fitted to its values.",
    Role.WEIGHT: "Its numbers say how many times each row counts. One column can be the weight.",
    Role.KNOWN: (
        "Its words or whole numbers say which component a row is known to be from, where they are "
        "not missing; the other rows follow (semi-supervised). One column can be the label."
    ),
    Role.IGNORED: "It is not used, but conditions on rows can name it.",
}


def column_menu(columns: ColumnModel, row: int, parent: QWidget) -> QMenu:
    """A menu of the uses and the transforms that the column in a row can have."""
    name = columns.entry(row).name
    menu = QMenu(parent)
    menu.setObjectName("columnMenu")
    menu.setAccessibleName(f"What {name} is used for")
    menu.setToolTipsVisible(True)
    group = QActionGroup(menu)
    for role in Role:
        action = menu.addAction(_TITLES[role])
        action.setObjectName(f"{role.name.lower()}Action")
        action.setCheckable(True)
        action.setChecked(columns.role(row) is role)
        why_not = _reason_against(columns, row, role)
        action.setEnabled(not why_not)
        action.setToolTip(why_not or _HELP[role])
        # `triggered` would hand its checked state over as an argument.
        action.triggered.connect(lambda _=False, role=role: columns.roleWanted.emit(name, role))
        group.addAction(action)
    if columns.entry(row).numeric:
        menu.addSeparator()
        scales = ScaleMenu(name, columns.scale(row), menu)
        scales.chosen.connect(columns.scaleWanted)
        menu.addMenu(scales)
    return menu


def _reason_against(columns: ColumnModel, row: int, role: Role) -> str:
    """Why a column cannot have a role; "" if it can, or if that is not known yet."""
    entry, summary = columns.entry(row), columns.summary(row)
    if role is Role.IGNORED:
        return ""
    if not entry.numeric:
        if role is not Role.KNOWN:
            return f"{entry.name} does not hold numbers."
        if entry.n_words is None:
            return f"{entry.name} holds neither whole numbers nor few different words."
    elif summary is not None:
        if role is Role.WEIGHT and summary.low < 0.0:
            return f"{entry.name} has negative numbers, and weights have none."
        if role is Role.KNOWN and not summary.whole:
            return f"{entry.name} holds other numbers than whole ones."
    return ""
