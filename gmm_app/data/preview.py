"""The first rows of a data file, as they will be read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gmm_app.data.batches import Column, RejectedRows, Wanted
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.nearly_numbers import nearly_numbers
from gmm_app.data.reading import opened, parts_of, with_second_looks
from gmm_app.data.recognition import Format, format_of
from gmm_app.data.several_files import files_named

if TYPE_CHECKING:
    import pyarrow as pa

PREVIEW_ROWS = 200


@dataclass(frozen=True, eq=False)
class Preview:
    """What reading a file would give.

    Attributes
    ----------
    path : as it was given: a file or a pattern.
    n_files : how many files that is.
    format : the kind of file.
    columns : of the rows.
    rows : the first of them.
    options : how they were read, with everything that was found out about the file.
    rejected : rows among the first that cannot be read.
    parts : sheets, tables or data sets in the file; none where its kind does not have such.
    nearly : columns of text most of whose values in these rows are numbers.
    """

    path: str
    n_files: int
    format: Format
    columns: tuple[Column, ...]
    rows: pa.Table
    options: ImportOptions
    rejected: RejectedRows
    parts: tuple[str, ...]
    nearly: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        return int(self.rows.num_rows)

    def cell(self, row: int, column: int) -> str:
        """A value in words; "" where it is missing."""
        value = self.rows.column(column)[row].as_py()
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        return f"{value:.15g}" if isinstance(value, float) else str(value)


def preview(
    path: str | Path,
    options: ImportOptions = AS_FOUND,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Preview:
    """Read the first rows of a file, or of the files that a pattern names.

    Parameters
    ----------
    path : as for `gmm_app.data.reading.read`.
    options : how to read it; what they do not say is found out. Rows that cannot be read are always
        passed over here, and noted.
    cancelled : asked now and then, possibly from another thread, whether to stop.

    Raises
    ------
    DataError
        The file cannot be read this way. The message says what to do.
    Cancelled
        It was asked to stop.
    """
    import pyarrow as pa

    files = files_named(path)
    wanted = Wanted(limit=PREVIEW_ROWS, cancelled=cancelled)

    def look(options: ImportOptions) -> Preview:
        with opened(files, options, wanted) as file:
            batches = list(file.batches)
            names = [column.name for column in file.columns]
            empty = pa.table({name: pa.nulls(0) for name in names})
            rows = pa.Table.from_batches(batches).rename_columns(names) if batches else empty
            return Preview(
                str(path),
                len(files),
                format_of(files[0]),
                file.columns,
                rows.slice(0, PREVIEW_ROWS),
                file.options,
                file.rejected,
                parts_of(files[0]),
            )

    found = with_second_looks(look, options)
    return replace(found, nearly=nearly_numbers(found.columns, found.rows, found.options))
