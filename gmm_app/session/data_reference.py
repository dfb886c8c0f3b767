"""Where the data of a session lie, and how to tell whether they are still the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.several_files import BETWEEN_PATHS
from gmm_app.data.table import Table


@dataclass(frozen=True)
class DataReference:
    """A data file that can be read again.

    Attributes
    ----------
    path : absolute, as it was when it was read; a pattern, or several with | between, as well.
    size : bytes, -1 where that cannot be told.
    modified : when it was last changed, in seconds since 1970; 0 where that cannot be told.
    options : how it is read.
    relative : the path from the session file's folder, in the system's own notation; "" where there
        is none.
    digest : of the table that was read (`Table.digest`); "" as long as nobody has made it.
    """

    path: str
    size: int = -1
    modified: float = 0.0
    options: ImportOptions = AS_FOUND
    relative: str = ""
    digest: str = ""

    @classmethod
    def of(cls, path: str | Path, options: ImportOptions = AS_FOUND) -> DataReference:
        """A reference to a file as it is now."""
        reference = cls(str(path), options=options)
        with suppress(OSError, ValueError):
            status = os.stat(path)
            reference = replace(reference, size=status.st_size, modified=status.st_mtime)
        return reference

    def written_beside(self, session: Path, table: Table) -> DataReference:
        """As it is written into a session file: with the table's digest and a relative path."""
        relative = ""
        with suppress(ValueError):  # on another drive
            paths = self.path.split(BETWEEN_PATHS)
            relative = BETWEEN_PATHS.join(os.path.relpath(path, session.parent) for path in paths)
        return replace(self, relative=relative, digest=table.digest)

    def candidates(self, session: Path) -> list[str]:
        """Where the file may be: beside the session as it was, or where it was."""
        paths = self.relative.split(BETWEEN_PATHS) if self.relative else []
        beside = [os.path.normpath(session.parent / path) for path in paths]
        return list(dict.fromkeys((BETWEEN_PATHS.join(beside) or self.path, self.path)))

    @property
    def read_options(self) -> dict[str, Any]:
        """Those of a table that was read so (`Table.read_options`)."""
        return {} if self.options == AS_FOUND else {"options": self.options}

    def is_unchanged(self) -> bool:
        """The file is where it was, and seems to be what it was."""
        now = DataReference.of(self.path)
        return now.size >= 0 and (now.size, now.modified) == (self.size, self.modified)

    def read(
        self,
        path: str,
        cancelled: Callable[[], bool],
        on_progress: Callable[[float | None, int], object] | None = None,
    ) -> Table:
        """Read a file as this one was read.

        Parameters
        ----------
        path : where it lies now.
        cancelled : asked now and then whether to stop.
        on_progress : as for `gmm_app.data.reading.read_table`.

        Raises
        ------
        DataError
            It cannot be read.
        Cancelled
            It was asked to stop.
        """
        from gmm_app.data.reading import read_table

        return read_table(path, options=self.options, cancelled=cancelled, on_progress=on_progress)

    def description(self) -> str:
        """Size and time, for people; "" where they are not known."""
        if self.size < 0:
            return ""
        when = datetime.fromtimestamp(self.modified, UTC).astimezone()
        return f"{self.size:,} bytes, {when:%Y-%m-%d %H:%M}"
