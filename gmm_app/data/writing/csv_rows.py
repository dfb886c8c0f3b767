"""Tables as delimited text, written by DuckDB."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.database import connect
from gmm_app.data.writing.layout import TEXT, Block, Layout, no_formula
from gmm_app.errors import ExportError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block], *, delimiter: str = ",") -> None:
    """Write headings and rows; a missing value is an empty cell.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.

    Raises
    ------
    ExportError
        There is no room for temporary files.
    """
    import duckdb

    _write_headings(file, layout.names, delimiter)
    try:
        with connect() as connection, tempfile.TemporaryDirectory(prefix="gmm-") as folder:
            piece = Path(folder) / "block.csv"
            for block in blocks:
                _write_piece(connection, block, piece, delimiter)
                with open(piece, "rb") as written:
                    shutil.copyfileobj(written, file, 1 << 20)
    except duckdb.Error as error:
        raise ExportError(
            "The table cannot be written: there is not enough memory or room for temporary files. "
            "Free some space and try again."
        ) from error


def _write_piece(connection: DuckDBPyConnection, block: Block, piece: Path, delimiter: str) -> None:
    # DuckDB writes the shortest digits that come back exactly, with all cores and without the
    # interpreter's lock; it writes whole files only, so each block takes a detour.
    named = {f"c{i}": _contiguous(column) for i, column in enumerate(block)}
    connection.register("block", named)
    target = str(piece).replace("'", "''")
    chosen = ", ".join(
        f"nullif({name}, 'nan'::DOUBLE)" if _has_gaps(column) else name
        for name, column in named.items()
    )
    connection.execute(
        f"COPY (SELECT {chosen} FROM block) TO '{target}' "
        f"(FORMAT csv, HEADER false, DELIMITER '{delimiter}')"
    )
    connection.unregister("block")


def _contiguous(column: NDArray[np.generic]) -> NDArray[np.generic]:
    if column.dtype == TEXT:
        return np.array([no_formula(str(cell)) for cell in column], dtype=TEXT)
    return np.ascontiguousarray(column)


def _has_gaps(column: NDArray[np.generic]) -> bool:
    return column.dtype.kind == "f" and bool(np.isnan(column).any())


def _write_headings(file: BinaryIO, names: Sequence[str], delimiter: str) -> None:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(map(no_formula, names))
    file.write(line.getvalue().encode("utf-8"))
