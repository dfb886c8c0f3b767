"""The sheets of a workbook as tables: where the heading is, and what the columns are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.formats.cells import (
    as_arrow,
    as_text,
    common_kind,
    in_batches,
    is_missing,
    is_number,
    kinds_of,
)
from gmm_app.data.formats.parts import chosen_part, distinct, numbered
from gmm_app.data.formats.unpacking import check_archive
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError, GmmError

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet, CalamineWorkbook

_ROWS_LOOKED_AT = 100


@dataclass(frozen=True)
class _Layout:
    """Where the table of a sheet is.

    Attributes
    ----------
    sheet : which it is.
    skip : rows above the heading, or above the first row of values where there is none.
    header : whether there is a heading.
    places : of the columns that are not empty.
    columns : their names and kinds.
    """

    sheet: CalamineSheet
    skip: int
    header: bool
    places: tuple[int, ...]
    columns: tuple[Column, ...]


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of a sheet; see `gmm_app.data.reading`.

    Titles above the table are passed over, and a row of text above its values is the heading.
    Empty rows and columns are no part of the table; of merged cells the first has the value; a
    formula that failed has none.
    """
    with _workbook(path) as book:
        layouts: dict[str, _Layout] = {}

        def columns_of(name: str) -> tuple[Column, ...]:
            layouts[name] = _layout(book.get_sheet_by_name(name), options, wanted)
            return layouts[name].columns

        part = chosen_part(path.name, _sheets(book), options, columns_of)
        chosen = wanted.among(columns_of(part))
        layout = layouts[part]
        found = replace(options, part=part, skip=layout.skip, header=layout.header)
        yield OpenFile(chosen, _batches(layout, chosen, wanted), options=found)


def parts(path: Path) -> tuple[str, ...]:
    """The sheets in their order, without those that are charts or programs."""
    with _workbook(path) as book:
        return tuple(_sheets(book))


@contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        if zipfile.is_zipfile(path):
            check_archive(path)
        with open(path, "rb") as file, CalamineWorkbook.from_filelike(file) as book:
            yield book
    except GmmError:
        raise
    except PasswordError as error:
        raise DataError(
            f"{path.name} is protected by a password: save it again without."
        ) from error
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path.name} is not a whole workbook: it was cut off, is damaged or is of another "
            "kind. Open it in a spreadsheet program and save it again, or as CSV."
        ) from error


def _sheets(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _layout(sheet: CalamineSheet, options: ImportOptions, wanted: Wanted) -> _Layout:
    first_rows = list(islice(sheet.iter_rows(), _ROWS_LOOKED_AT))
    width = max(map(len, first_rows), default=0)
    skip = _n_titles(first_rows) if options.skip is None else options.skip
    heading = next(_rows(sheet, skip), [])
    header = _is_heading(heading) if options.header is None else options.header
    names = [as_text(cell) for cell in heading] if header else [""] * width
    kinds: list[set[Kind]] = [set() for _ in names]
    for rows in in_batches(_rows(sheet, skip + header, wanted.limit), width):
        for seen, cells in zip(kinds, zip(*rows, strict=True), strict=True):
            seen.update(kinds_of(cells))
    places = tuple(j for j, name in enumerate(names) if name.strip() or kinds[j])
    named = distinct(names[j] for j in places) if header else numbered(len(places))
    columns = tuple(
        Column(name, common_kind(kinds[j])) for name, j in zip(named, places, strict=True)
    )
    return _Layout(sheet, skip, header, places, columns)


def _rows(sheet: CalamineSheet, skip: int, limit: int | None = None) -> Iterator[list[Any]]:
    """The rows with cells, without the first of the sheet."""
    below = islice(sheet.iter_rows(), skip, None)
    return islice((row for row in below if not _is_empty(row)), limit)


def _n_titles(rows: Sequence[Sequence[Any]]) -> int:
    """How many rows are above the table.

    Its heading is, of the rows of text above the first row with something else, the one that fills
    the most columns. Titles stand at the left and fill no more than half of them.
    """
    filled = [sum(not is_missing(cell) for cell in row) for row in rows]
    width = max(filled, default=0)
    texts: list[int] = []
    for i, row in enumerate(rows):
        if filled[i] and (2 * filled[i] > width or _is_blank(row[0])):
            if not _is_heading(row):
                return max(texts, key=filled.__getitem__, default=i)
            texts.append(i)
    return max(texts, key=filled.__getitem__, default=0)


def _is_heading(row: Sequence[Any]) -> bool:
    known = [cell for cell in row if not is_missing(cell)]
    return bool(known) and all(isinstance(c, str) and not is_number(c) for c in known)


def _is_blank(cell: Any) -> bool:
    return cell is None or cell == ""


def _is_empty(cells: Sequence[Any]) -> bool:
    return all(_is_blank(cell) for cell in cells)


def _batches(layout: _Layout, chosen: Sequence[Column], wanted: Wanted) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    places = dict(zip(layout.columns, layout.places, strict=True))
    rows = _rows(layout.sheet, layout.skip + layout.header, wanted.limit)
    for some in in_batches(rows, len(layout.places)):
        values = [as_arrow([row[places[c]] for row in some], c.kind) for c in chosen]
        yield pa.RecordBatch.from_arrays(values, [column.name for column in chosen])
