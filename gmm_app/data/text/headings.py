"""What stands above the rows: titles, the names of columns, their units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gmm_app.data.batches import Kind
from gmm_app.data.text.numbers import NumberStyle, is_number, kind_of_values
from gmm_app.data.text.records import Record, Records

_YEAR = re.compile(r"(19|20)\d\d")
_UNIT = re.compile(r"[^\W\d]|[%°()\[\]]")
_LONGEST_UNIT = 12
_ENOUGH_ROWS = 100
# Above the names stand few lines; a search further down would take rows for headings.
_MOST_TITLES = 200
_NOTHING: tuple[str, ...] = ()


class Asked(NamedTuple):
    """What a person says of the lines above the rows; None: to be found out.

    Attributes
    ----------
    header : whether the first line that is not skipped has names.
    units : whether the line below the names has units.
    skip : how many lines are skipped.
    missing : words for missing values.
    """

    header: bool | None
    units: bool | None
    skip: int | None
    missing: tuple[str, ...]


class Heading(NamedTuple):
    """What stands above the rows.

    Attributes
    ----------
    skip : lines above the names or, without these, above the rows.
    names : of the columns; empty where there are none.
    units : of the columns; empty where there are none.
    first : position of the first row among the records.
    lost : whether lines were passed over although no names stand below them.
    """

    skip: int
    names: tuple[str, ...]
    units: tuple[str, ...]
    first: int
    lost: bool


def find_heading(found: Records, style: NumberStyle, asked: Asked) -> Heading:
    """Tell titles, names and units from rows."""
    asks = asked.skip is not None
    start = _after_comments(found) if asks else _after_titles(found, style, asked)
    start = _next_filled(found.records, start)
    rows = found.records[start:]
    has_names = asked.header
    if has_names is None:
        has_names = bool(rows) and _is_heading(rows, style, asked.missing, found.width)
    above = [record for record in found.records[:start] if not record.is_blank]
    lost = not has_names and bool(above)
    if lost and asked.skip is None and not all(_is_title(record, style) for record in above):
        # To pass over a line that may be a row is worse than to complain of it.
        return Heading(0, (), (), 0, True)
    if not has_names:
        return _without_names(found, start, lost, asked)
    return _with_names(found, start, style, asked)


def _without_names(found: Records, start: int, lost: bool, asked: Asked) -> Heading:
    comments = [record for record in found.records[:start] if record.comment]
    skip = _line_before(found.records, start, asked.skip)
    if asked.header is None and comments and comments[-1] is found.records[start - 1]:
        cells = (comments[-1].cells[0].lstrip("#% "), *comments[-1].cells[1:])
        names = tuple(cell for cell in cells if cell) if found.delimiter == " " else cells
        if len(names) == found.width and not any(is_number(name) for name in names):
            above = _line_before(found.records, start - 1, asked.skip)
            return Heading(above, names, (), start, False)
    return Heading(skip, (), (), start, lost and len(comments) < start)


def _with_names(found: Records, start: int, style: NumberStyle, asked: Asked) -> Heading:
    record = found.records[start]
    cells = record.cells
    names = (cells[0].lstrip("#% "), *cells[1:]) if record.comment else cells
    if len(names) == found.width - 1:
        names = ("", *names)  # R leaves out the name of the column of row names
    first, units = start + 1, _NOTHING
    rows = found.records[first:]
    has_units = _has_units(rows, style, found.width, asked) if asked.units is None else asked.units
    if has_units and rows:
        units, first = rows[0].cells, first + 1
    skip = _line_before(found.records, start, asked.skip)
    return Heading(skip, names, units, first, False)


def _line_before(records: Sequence[Record], start: int, skip: int | None) -> int:
    """The last line above a record; where lines are skipped as asked, blank ones below stay."""
    if start == 0:
        return skip or 0
    return records[start - 1].end


def _next_filled(records: Sequence[Record], start: int) -> int:
    filled = (i for i, record in enumerate(records[start:], start) if not record.is_blank)
    return next(filled, start)


def _after_comments(found: Records) -> int:
    """Position of the first record that is no comment, or one with names in it."""
    return next(
        (
            i
            for i, record in enumerate(found.records)
            if not record.comment or len(record.cells) == found.width
        ),
        0,
    )


def _after_titles(found: Records, style: NumberStyle, asked: Asked) -> int:
    """Position of the first record that may be a heading or a row."""
    records, width = found.records, found.width
    for i, record in enumerate(records[:_MOST_TITLES]):
        if record.comment and len(record.cells) != width:
            continue
        below = records[i + 1 :]
        if len(record.cells) == width - 1 and width > 2 and _names_rows(record, below, width):
            return i
        if len(record.cells) != width or record.is_blank:
            continue
        if record.comment and below and _is_heading(below, style, asked.missing, width):
            continue
        alone = width > 1 and sum(map(bool, record.cells)) == 1 and bool(record.cells[0])
        if width == 1:
            if _has_title_above_names(record, below, style):
                continue
        elif alone and not is_number(record.cells[0], style):
            filled = _next_filled(below, 0)
            if _is_heading(below[filled:], style, asked.missing, width):
                continue
        return i
    return 0


def _names_rows(record: Record, below: Sequence[Record], width: int) -> bool:
    """Whether a record that lacks one value is a heading above rows that begin with a name."""
    return (
        all(record.cells)
        and not any(is_number(cell) for cell in record.cells)
        and bool(below)
        and len(below[0].cells) == width
        and any(is_number(cell) for cell in below[0].cells)
    )


def _has_title_above_names(record: Record, below: Sequence[Record], style: NumberStyle) -> bool:
    """In a single column: whether this line and the next are words, and all others numbers."""
    filled = [row.cells[0] for row in below[:_ENOUGH_ROWS] if not row.is_blank]
    return (
        len(filled) > 2
        and not is_number(record.cells[0], style)
        and not is_number(filled[0], style)
        and all(is_number(cell, style) for cell in filled[1:])
    )


def _is_title(record: Record, style: NumberStyle) -> bool:
    filled = [cell for cell in record.cells if cell]
    return record.comment or (len(filled) == 1 and not is_number(filled[0], style))


def _is_heading(
    rows: Sequence[Record], style: NumberStyle, missing: Sequence[str], width: int
) -> bool:
    """Whether the first record has names for what stands in the others."""
    first = rows[0].cells
    below = [row.cells for row in rows[1:_ENOUGH_ROWS] if len(row.cells) == width]
    known = [cell for cell in first if cell not in missing]
    if known and all(is_number(cell, style) for cell in known):
        return False
    if len(first) == width - 1:
        return True
    if _has_years(first, below):
        return True
    kinds = [
        kind_of_values([row[j] for row in below], style, missing, mostly=True) for j in range(width)
    ]
    differ = [
        kind is not None
        and kind is not Kind.TEXT
        and cell not in missing
        and kind_of_values([cell], style, missing) != kind
        for kind, cell in zip(kinds, first, strict=False)
    ]
    if any(kind is not None and kind is not Kind.TEXT for kind in kinds):
        return any(differ)
    # Only words: names are different from one another and from what stands below.
    others = {cell for row in below for cell in row}
    return all(known) and len(set(first)) == len(first) and not set(known) & others


def _has_years(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether there are years for names, as in "country,2019,2020".

    That is so where texts and at least two years, all different, stand in it, and in the lines
    below no more than half of the values under the years could be years too.
    """
    numbers = [j for j, cell in enumerate(first) if is_number(cell)]
    years = {first[j] for j in numbers if _YEAR.fullmatch(first[j])}
    if not 2 <= len(years) == len(numbers) < len(first):
        return False
    values = [row[j] for row in below if len(row) == len(first) for j in numbers]
    return sum(_YEAR.fullmatch(value) is not None for value in values) * 2 <= len(values)


def _has_units(rows: Sequence[Record], style: NumberStyle, width: int, asked: Asked) -> bool:
    """Whether the first record below the names has units: short words above numbers alone."""
    below = [row.cells for row in rows[1:_ENOUGH_ROWS] if len(row.cells) == width]
    if not below or len(rows[0].cells) != width:
        return False
    units = rows[0].cells
    found = 0
    for j, unit in enumerate(units):
        kind = kind_of_values([row[j] for row in below], style, asked.missing)
        if unit in asked.missing:
            continue
        is_unit = len(unit) <= _LONGEST_UNIT and _UNIT.search(unit) is not None
        if kind is not Kind.NUMBER or not is_unit or is_number(unit, style):
            return False
        found += 1
    return found > 0 and found * 2 >= sum(
        kind_of_values([row[j] for row in below], style, asked.missing) is Kind.NUMBER
        for j in range(width)
    )


def unique_names(names: Sequence[str], units: Sequence[str], width: int) -> tuple[str, ...]:
    """Names that differ: a second x is x_2, the third column without a name x3."""
    taken: set[str] = set()
    made = []
    for i in range(width):
        name = names[i] if i < len(names) else ""
        unit = units[i].strip("[]()") if i < len(units) else ""
        name = name or f"x{i + 1}"
        name = f"{name} [{unit}]" if unit else name
        # DuckDB takes names that differ in case alone for one.
        base, n = name, 1
        while name.casefold() in taken:
            n += 1
            name = f"{base}_{n}"
        taken.add(name.casefold())
        made.append(name)
    return tuple(made)
