"""Tables as Excel workbooks (.xlsx): one sheet, written as it comes.

An .xlsx file is a zip of XML files (ECMA-376, SpreadsheetML). Numbers are written with all their
digits, which libraries for such files cut at 16, and text as text, so that none is ever a formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.writing.layout import TEXT, Block, Layout
from gmm_app.errors import ExportError

MOST_ROWS = 1 << 20
MOST_COLUMNS = 1 << 14
_CELLS_AT_ONCE = 1 << 16
_BYTES_PER_CELL = 50
# Beyond this a zip needs an extension that not every program understands.
_LARGEST_PLAIN = 1 << 31
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What XML cannot hold is written as _x0001_; so is the start of what would be read like that.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = "http://schemas.openxmlformats.org"
_SHEETS = f"{_SCHEMAS}/spreadsheetml/2006/main"
_RELATIONS = f"{_SCHEMAS}/officeDocument/2006/relationships"
_OF_PACKAGE = f"{_SCHEMAS}/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OF_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OF_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_OF_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SHEETS}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write headings and rows; a missing value is an empty cell.

    Raises
    ------
    ExportError
        A sheet cannot hold so many rows or columns.
    """
    n_columns = len(layout.columns)
    _check_size(layout.n_rows + 1, n_columns)
    # Excel's own level of compression: higher ones take longer for little.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in _PARTS.items():
            package.writestr(name, _XML + content.replace("{title}", layout.title))
        large = (layout.n_rows + 1) * n_columns * _BYTES_PER_CELL > _LARGEST_PLAIN
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=large) as sheet:
            sheet.write(f'{_XML}<worksheet xmlns="{_SHEETS}"><sheetData>'.encode())
            for piece in _pieces(layout, blocks):
                layout.check()
                sheet.write(piece.encode())
            sheet.write(b"</sheetData></worksheet>")


def _check_size(n_rows: int, n_columns: int) -> None:
    if n_rows > MOST_ROWS:
        raise ExportError(
            f"A sheet of Excel holds {MOST_ROWS:,} rows, headings included, and these are "
            f"{n_rows:,}: write Parquet or CSV instead."
        )
    if n_columns > MOST_COLUMNS:
        raise ExportError(
            f"A sheet of Excel holds {MOST_COLUMNS:,} columns, and these are {n_columns:,}: write "
            "Parquet or CSV instead."
        )


def _pieces(layout: Layout, blocks: Iterable[Block]) -> Iterator[str]:
    """The rows of the sheet as XML, a few at a time: as text they are large."""
    letters = [_column_letters(i) for i in range(len(layout.columns))]
    yield _rows([np.array([name], dtype=TEXT) for name in layout.names], letters, 1)
    step = max(1, _CELLS_AT_ONCE // len(letters))
    number = 2
    for block in blocks:
        for begin in range(0, block[0].size, step):
            piece = [column[begin : begin + step] for column in block]
            yield _rows(piece, letters, number)
            number += piece[0].size


def _rows(block: Block, letters: Sequence[str], first: int) -> str:
    cells = (_cells(column, at, first) for column, at in zip(block, letters, strict=True))
    rows = enumerate(zip(*cells, strict=True), first)
    return "".join([f'<row r="{number}">{"".join(row)}</row>' for number, row in rows])


def _cells(column: NDArray[np.generic], at: str, first: int) -> list[str]:
    """A column's cells as XML, from row `first` on; none for a missing value."""
    numbered = enumerate(column.tolist(), first)
    if column.dtype == TEXT:
        start, end = '" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
        return [f'<c r="{at}{number}{start}{_text(cell)}{end}' for number, cell in numbered]
    return [
        f'<c r="{at}{number}"><v>{value!r}</v></c>' if value == value else ""
        for number, value in numbered
    ]


def _text(cell: str) -> str:
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", cell))


def _column_letters(position: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = _LETTERS[letter] + letters
    return letters
