"""Spreadsheets: Excel's .xlsx, .xlsm, .xlsb and .xls, and OpenDocument's .ods."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from gmm_app.data.apart import opened_apart, parts_apart
from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.import_options import ImportOptions

# A damaged workbook can make calamine end the program, or ask for any amount of memory.
_READER = "gmm_app.data.formats.workbook_sheets"


def opened(path: Path, options: ImportOptions, wanted: Wanted) -> AbstractContextManager[OpenFile]:
    """The columns and rows of a sheet; see `gmm_app.data.formats.workbook_sheets`."""
    return opened_apart(_READER, path, options, wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The sheets with cells, in their order."""
    return parts_apart(_READER, path)
