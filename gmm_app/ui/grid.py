"""What a table shows as text for other programs: full precision, and nothing that is a formula."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from gmm_app.data.writing.layout import no_formula

_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
# A model's own value where it has one, and else what is shown of it.
_ROLES = (Qt.ItemDataRole.EditRole, Qt.ItemDataRole.DisplayRole)


class Grid(NamedTuple):
    """Headings, if there are any, and rows of numbers and words under them."""

    headings: Sequence[object]
    rows: Sequence[Sequence[object]]

    def text(self) -> str:
        """Lines of cells with tabs between."""
        lines = [self.headings, *self.rows] if self.headings else self.rows
        return "\n".join("\t".join(map(_cell_text, cells)) for cells in lines) + "\n"


def grid_of(view: QTableView) -> Grid:
    """What a view shows, with its model's EditRole in place of rounded numbers."""
    model = view.model()
    shown = [i for i in range(model.columnCount()) if not view.isColumnHidden(i)]
    rows = [
        [_first(model.index(row, i).data(role) for role in _ROLES) for i in shown]
        for row in range(model.rowCount())
    ]
    headings: list[object] = []
    if not view.horizontalHeader().isHidden():
        named = (_first(model.headerData(i, _HORIZONTAL, role) for role in _ROLES) for i in shown)
        headings.extend(named)
    if not view.verticalHeader().isHidden():
        headings = ["", *headings] if headings else []
        rows = [[model.headerData(i, _VERTICAL), *cells] for i, cells in enumerate(rows)]
    return Grid(headings, rows)


def _first(values: Iterable[object]) -> object:
    return next((value for value in values if value is not None), "")


def _cell_text(cell: object) -> str:
    if isinstance(cell, float):
        return repr(float(cell)) if math.isfinite(cell) else ""
    if isinstance(cell, int):
        return str(cell)
    return no_formula(" ".join(str(cell).split()))
