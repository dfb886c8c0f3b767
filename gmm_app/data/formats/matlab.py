"""MATLAB's .mat files, of all versions."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from gmm_app.data.apart import opened_apart, parts_apart
from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.import_options import ImportOptions

# A damaged file can make SciPy end the program.
_READER = "gmm_app.data.formats.matlab_variables"


def opened(path: Path, options: ImportOptions, wanted: Wanted) -> AbstractContextManager[OpenFile]:
    """The columns and rows of variables; see `gmm_app.data.formats.matlab_variables`."""
    return opened_apart(_READER, path, options, wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The matrices; or the vectors, those of one table under one name, "a, b, c"."""
    return parts_apart(_READER, path)
