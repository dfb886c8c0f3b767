"""The formats that tables are written in: one registry, one way out."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.writing.layout import Block, Layout
from gmm_app.errors import ExportError
from gmm_app.files import atomic_write, expanded, is_device


@dataclass(frozen=True)
class Format:
    """A kind of file that holds a table.

    Attributes
    ----------
    title : its name for people, as in a file dialog.
    suffixes : how names of such files end, in lower case.
    module : the module whose ``write(file, layout, blocks)`` writes it, imported when it is first
        needed.
    holds_text : whether a column may be text.
    """

    title: str
    suffixes: tuple[str, ...]
    module: str
    holds_text: bool = True


_HERE = "gmm_app.data.writing"

_CSV = Format("CSV", (".csv", ".txt"), f"{_HERE}.csv_rows")

FORMATS: tuple[Format, ...] = (
    _CSV,
    Format("Text with tabs", (".tsv",), f"{_HERE}.tsv_rows"),
    Format("Excel", (".xlsx",), f"{_HERE}.excel_rows"),
    Format("Parquet", (".parquet", ".pq"), f"{_HERE}.parquet_rows"),
    Format("Arrow / Feather", (".arrow", ".feather"), f"{_HERE}.arrow_rows"),
    Format("HDF5", (".h5", ".hdf5"), f"{_HERE}.hdf5_rows"),
    Format("FCS", (".fcs",), f"{_HERE}.fcs_rows", holds_text=False),
)

TEXT_FORMATS = tuple(fmt for fmt in FORMATS if fmt.holds_text)


def format_of(path: str | Path, among: Sequence[Format] = FORMATS) -> Format:
    """The format that a file's name asks for; CSV for a device or pipe.

    Raises
    ------
    ExportError
        The name ends in none of the known ways.
    """
    path = expanded(path)
    name = path.name.lower()
    found = next((fmt for fmt in among if name.endswith(fmt.suffixes)), None)
    # /dev/stdout may lead to an ordinary file.
    if is_device(path) or (found is None and path.is_relative_to("/dev")):
        return _CSV
    if found is None:
        known = [suffix for fmt in among for suffix in fmt.suffixes]
        raise ExportError(
            f"{path} has no ending that such a table can be written under: end the name in "
            f"{', '.join(known[:-1])} or {known[-1]}."
        )
    return found


def write_table(
    path: str | Path, layout: Layout, blocks: Iterable[Block], among: Sequence[Format] = FORMATS
) -> None:
    """Write a table in the format of the file's name; an old file there is replaced in one step.

    Parameters
    ----------
    path : where to.
    layout : of the table.
    blocks : its rows in order, some at a time.
    among : formats that may be used.

    Raises
    ------
    ExportError
        No format has that ending, or cannot hold such a table, or the file cannot be written there.
    """
    writer = importlib.import_module(format_of(path, among).module)
    with atomic_write(path) as file:
        writer.write(file, layout, blocks)
