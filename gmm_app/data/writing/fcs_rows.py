"""Tables as FCS 3.1 files of flow cytometry: one parameter per column, in double precision.

Spidlen et al., Data File Standard for Flow Cytometry, version FCS 3.1, Cytometry A 77A (2010).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import numpy as np

from gmm_app.data.writing.layout import Block, Column, Layout, distinct

_DELIMITER = "\f"
_TEXT_BEGINS = 58
# Of a fixed width, so that the ranges can be filled in once the rows are written.
_DIGITS = 20
_LARGEST_IN_HEADER = 99_999_999
_LARGEST_RANGE = 10**_DIGITS - 1


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write the table; a missing value is NaN."""
    ranges = [1] * len(layout.columns)
    file.write(_head(layout, ranges))
    for block in blocks:
        rows = np.column_stack(block).astype("<f8", copy=False)
        ranges = [max(old, _range(column)) for old, column in zip(ranges, rows.T, strict=True)]
        file.write(np.ascontiguousarray(rows).data)
    file.write(b"00000000")  # no checksum
    file.seek(0)
    file.write(_head(layout, ranges))


def _range(column: np.ndarray) -> int:
    """A whole number above all values, as far as it has room."""
    largest = float(np.nanmax(column, initial=0.0))
    return min(math.floor(min(largest, float(_LARGEST_RANGE))) + 1, _LARGEST_RANGE)


def _head(layout: Layout, ranges: Sequence[int]) -> bytes:
    """Header and text: as long for any offsets and ranges."""
    begin = _TEXT_BEGINS + len(_text(layout, ranges, 0, 0))
    end = begin + 8 * layout.n_rows * len(layout.columns) - 1
    text = _text(layout, ranges, begin, end)
    in_header = (begin, end) if end <= _LARGEST_IN_HEADER else (0, 0)
    places = (_TEXT_BEGINS, begin - 1, *in_header, 0, 0)
    return b"FCS3.1    " + "".join(f"{place:>8}" for place in places).encode() + text


def _text(layout: Layout, ranges: Sequence[int], begin: int, end: int) -> bytes:
    keywords = {
        "$BEGINANALYSIS": "0",
        "$ENDANALYSIS": "0",
        "$BEGINSTEXT": "0",
        "$ENDSTEXT": "0",
        "$BEGINDATA": f"{begin:0{_DIGITS}}",
        "$ENDDATA": f"{end:0{_DIGITS}}",
        "$BYTEORD": "1,2,3,4",
        "$DATATYPE": "D",
        "$MODE": "L",
        "$NEXTDATA": "0",
        "$PAR": str(len(layout.columns)),
        "$TOT": str(layout.n_rows),
    }
    short = distinct(map(_short, layout.columns))
    for number, (column, named) in enumerate(zip(layout.columns, short, strict=True), 1):
        keywords[f"$P{number}B"] = "64"
        keywords[f"$P{number}E"] = "0,0"
        keywords[f"$P{number}N"] = named.name
        keywords[f"$P{number}R"] = f"{ranges[number - 1]:0{_DIGITS}}"
        if named.name != column.name and column.name:
            keywords[f"$P{number}S"] = column.name.replace(_DELIMITER, " ")
    pairs = "".join(f"{key}{_DELIMITER}{value}{_DELIMITER}" for key, value in keywords.items())
    return (_DELIMITER + pairs).encode()


def _short(column: Column) -> Column:
    """The column under a name that the standard allows."""
    name = column.name.replace(",", "_").replace(_DELIMITER, " ")
    return column._replace(name=name or "_")
