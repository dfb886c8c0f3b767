"""Columns that are read as words, though most of their values are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gmm_app.data.batches import Column, Kind
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.text.numbers import NumberStyle, is_number

if TYPE_CHECKING:
    import pyarrow as pa

_AT_A_GLANCE, _LOOKED_AT = 20, 200


def nearly_numbers(
    columns: Sequence[Column], rows: pa.Table | pa.RecordBatch, options: ImportOptions
) -> tuple[str, ...]:
    """Names of the columns of text most of whose values are numbers.

    Parameters
    ----------
    columns : of the rows, in their order.
    rows : of which the first are looked at.
    options : say how numbers are written.
    """
    style = NumberStyle(options.decimal or ".", options.thousands or "")
    texts = [(i, column.name) for i, column in enumerate(columns) if column.kind is Kind.TEXT]
    return tuple(name for i, name in texts if _most_are_numbers(rows.column(i), style))


def _most_are_numbers(column: pa.Array | pa.ChunkedArray, style: NumberStyle) -> bool:
    first = (str(value).strip() for value in column.slice(0, _LOOKED_AT).to_pylist() if value)
    values = [value for value in first if value]
    if not any(is_number(value, style) for value in values[:_AT_A_GLANCE]):
        return False
    return 2 * sum(is_number(value, style) for value in values) > len(values)
