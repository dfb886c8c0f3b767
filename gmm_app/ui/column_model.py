"""The columns of a table as rows of a list: what each holds, and what it is used for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gmm_app.data.choice import DataChoice
from gmm_app.data.roles import Role, role_of
from gmm_app.data.table import Table
from gmm_app.inspection.column_summary import ColumnSummary
from gmm_app.ui.number_text import decimals_for, number, scientific
from gmm_app.ui.scale_menu import NO_SCALE
from gmm_app.ui.tokens import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex

NAME, HISTOGRAM, USE = range(3)
REMARK_ROLE = Qt.ItemDataRole.UserRole + 1
"""What is said of a column under its name."""
RANGE_ROLE = Qt.ItemDataRole.UserRole + 2
"""What is said of its values under their histogram."""

_USES = {
    Role.FEATURE: "is fitted",
    Role.WEIGHT: "says how many times each row counts",
    Role.KNOWN: "says which component a row is known to be from",
    Role.IGNORED: "is not used",
}
_MOST_DECIMALS, _LARGEST_PLAIN = 4, 1e6

_SHORT = {Role.WEIGHT: "weight", Role.KNOWN: "label"}
"""Uses that a tick does not show."""


class ColumnEntry(NamedTuple):
    """A column of a table, as the list has it.

    Attributes
    ----------
    name : of the column.
    n_missing : values that are missing or infinite; None where that is not known.
    n_words : different words of a column of words; None of one of numbers, or where not known.
    numeric : it holds numbers.
    """

    name: str
    n_missing: int | None
    n_words: int | None = None
    numeric: bool = False

    @property
    def can_label(self) -> bool:
        """Whether it is known which row has which word or number."""
        return self.numeric or self.n_words is not None


class ColumnModel(QAbstractTableModel):
    """Names with a tick and a remark under them, a tiny histogram over the range, and the use.

    Attributes
    ----------
    theme : whose colours the list is drawn in.

    Signals
    -------
    roleWanted(str, object) : the person wants this column to have this Role.
    scaleWanted(str, str) : the person wants this column fitted under the transform in these words.
    """

    roleWanted = Signal(str, object)
    scaleWanted = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._entries: Sequence[ColumnEntry] = ()
        self._choice = DataChoice(())
        self._summaries: Sequence[ColumnSummary] = ()

    def show(self, table: Table | None) -> None:
        """Show the columns of another table, none of them used yet."""
        self.beginResetModel()
        self._entries = () if table is None else _entries(table)
        self._summaries = ()
        self.set_choice(DataChoice(()))
        self.endResetModel()

    def set_choice(self, choice: DataChoice) -> None:
        """Show what this choice uses the columns for."""
        self._choice = choice
        self._refresh()

    def set_summaries(self, summaries: Sequence[ColumnSummary]) -> None:
        """Draw these, for the numeric columns and those of words, in the order of the list."""
        self._summaries = summaries
        self._refresh()

    def entry(self, row: int) -> ColumnEntry:
        """The column in a row of the list."""
        return self._entries[row]

    def summary(self, row: int) -> ColumnSummary | None:
        """What is known of the values of the column in a row, if that has been found out."""
        return self._summaries[row] if row < len(self._summaries) else None

    def role(self, row: int) -> Role:
        """What the column in a row is used for."""
        return role_of(self._entries[row].name, self._choice)

    def scale(self, row: int) -> str:
        """The words for the transform of the column in a row."""
        return dict(self._choice.transforms).get(self._entries[row].name, NO_SCALE)

    def _refresh(self) -> None:
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, USE))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else USE + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        ticks = index.column() == NAME and self._entries[index.row()].numeric
        return flags | Qt.ItemFlag.ItemIsUserCheckable if ticks else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._entries[row].name if column == NAME else ""
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._tick(row) if column == NAME else None
        if role == REMARK_ROLE:
            return self._remark(row)
        if role == RANGE_ROLE:
            return self._range(row)
        if role == Qt.ItemDataRole.UserRole:
            return self.summary(row)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._use_tip(row) if column == USE else self._tip(row)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        name = self._entries[index.row()].name
        self.roleWanted.emit(name, Role.FEATURE if ticked else Role.IGNORED)
        return True

    def _tick(self, row: int) -> Qt.CheckState | None:
        if not self._entries[row].numeric:
            return None
        fitted = self.role(row) is Role.FEATURE
        return Qt.CheckState.Checked if fitted else Qt.CheckState.Unchecked

    def _remark(self, row: int) -> str:
        """The use, if it is a special one, the transform, and what is missing; else what the values
        are."""
        role, n_missing, summary = self.role(row), self._entries[row].n_missing, self.summary(row)
        remarks = [_SHORT[role]] if role in _SHORT else []
        if role is Role.FEATURE and self.scale(row) != NO_SCALE:
            remarks.append(self.scale(row))
        if n_missing:
            remarks.append(f"{n_missing:,} missing")
        if summary is not None and summary.constant:
            remarks.append("constant")
        if summary is not None and summary.numbers_rows:
            remarks.append("row numbers")
        return ", ".join(remarks) or self._kind(row)

    def _kind(self, row: int) -> str:
        entry, summary = self._entries[row], self.summary(row)
        if not entry.numeric:
            return "other" if entry.n_words is None else "words"
        return "integers" if summary is not None and summary.whole else "numbers"

    def _range(self, row: int) -> str:
        entry, summary = self._entries[row], self.summary(row)
        if not entry.numeric:
            return "" if entry.n_words is None else f"{entry.n_words:,} different"
        if summary is None or math.isnan(summary.low):
            return ""
        decimals = max(0, decimals_for(summary.high - summary.low) - 1)
        low, high = _short(summary.low, decimals), _short(summary.high, decimals)
        return low if summary.constant else f"{low} to {high}"

    def _tip(self, row: int) -> str:
        entry, extent = self._entries[row], self._range(row)
        held = f"{self._kind(row)}{f', {extent}' if extent else ''}"
        if entry.n_missing is not None:
            held += f", {entry.n_missing:,} missing" if entry.n_missing else ", none missing"
        use = f"{entry.name} {_USES[self.role(row)]}"
        if entry.numeric:
            ticked = self.role(row) is Role.FEATURE
            scale = self.scale(row)
            use += f" under {scale}" if ticked and scale != NO_SCALE else ""
            use += "; untick it to leave it out" if ticked else "; tick it to fit it"
        return f"{use}.\n{held[0].upper()}{held[1:]}."

    def _use_tip(self, row: int) -> str:
        name, role = self._entries[row].name, self.role(row)
        change = "Click, or press Enter, to change that, or to fit a transform of it"
        return f"What {name} is used for: {role.value}. {change}."


def _entries(table: Table) -> list[ColumnEntry]:
    numbers = [
        ColumnEntry(name, n_missing, numeric=True)
        for name, n_missing in zip(table.columns, table.missing_counts, strict=True)
    ]
    words = [
        ColumnEntry(label.name, int((label.codes < 0).sum()), len(label.words))
        for label in table.labels
    ]
    named = {entry.name for entry in words}
    others = [ColumnEntry(name, None) for name in table.other_columns if name not in named]
    return [*numbers, *words, *others]


def _short(value: float, decimals: int) -> str:
    """A number in a few characters."""
    if decimals > _MOST_DECIMALS or abs(value) >= _LARGEST_PLAIN:
        return scientific(value)
    text = number(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
