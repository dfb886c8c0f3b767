"""Which format a file has: what its content shows, and else what its name says."""

from __future__ import annotations

import contextlib
import importlib
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmm_app.data.apart import opened_apart, parts_apart
from gmm_app.data.batches import OpenFile, Wanted
from gmm_app.data.import_options import (
    AS_FOUND,
    COMMON_OPTIONS,
    IMPORT_FIELDS,
    TEXT_OPTIONS,
    ImportOptions,
)
from gmm_app.data.kinds import with_kinds
from gmm_app.data.packing import PACKED_WITH, packing, unpacked
from gmm_app.errors import DataError

_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Format:
    """A kind of data file.

    Attributes
    ----------
    title : its name for people, as in a file dialog.
    suffixes : how names of such files end, in lower case.
    module : the module that reads it, imported when it is first needed. Its
        ``opened(path, options, wanted)`` is a context manager that gives an `OpenFile`; its
        ``parts(path)``, if it has one, gives the names of the sheets, tables or data sets in it.
    apart : whether it is read in a process of its own, because its library cannot be stopped, or a
        damaged file can crash it, keep it busy for ever or make it ask for any amount of memory.
    signature : pattern that the beginning of every such file matches; None: nothing marks it.
    member : pattern for the name of a file in it, if it is a zip archive; None: it is none.
    is_text : whether such files are text.
    options : names of the import options that such files have.
    """

    title: str
    suffixes: tuple[str, ...]
    module: str
    apart: bool = False
    signature: bytes | None = None
    member: str | None = None
    is_text: bool = False
    options: tuple[str, ...] = ()

    @contextmanager
    def opened(self, path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
        """The file, open for reading; what goes wrong within the block becomes a sentence.

        Raises
        ------
        DataError
            It cannot be read.
        Cancelled
            It was asked to stop.
        """
        self._check(path.name, options)
        found: AbstractContextManager[OpenFile] = (
            opened_apart(self.module, path, options, wanted)
            if self.apart
            else self._imported().opened(path, options, wanted)
        )
        # A look at the first rows shows what is wrong with them.
        refuse = options.bad_rows == "refuse" and wanted.limit is None
        with found as file:
            yield with_kinds(file, path.name, options, refuse=refuse)

    def parts(self, path: Path) -> tuple[str, ...]:
        """Names of the tables in the file, of which the options choose one; none: it is one table.

        Raises
        ------
        DataError
            It cannot be read.
        """
        module = self._imported()
        if not hasattr(module, "parts"):
            return ()
        found: tuple[str, ...] = (
            parts_apart(self.module, path) if self.apart else module.parts(path)
        )
        return found

    def _check(self, name: str, options: ImportOptions) -> None:
        """Refuse options that say nothing of such files: they were meant for others."""
        parts = ["part"] if hasattr(self._imported(), "parts") else []
        known = {*self.options, *COMMON_OPTIONS, "bad_rows", *parts}
        for option, field in IMPORT_FIELDS.items():
            if option not in known and getattr(options, option) != getattr(AS_FOUND, option):
                raise DataError(
                    f"{name} is read as {self.title}, of which '{field.label}' ({field.flag}) says "
                    "nothing: leave that out."
                )

    def _imported(self) -> Any:
        return importlib.import_module(self.module)


def _plain_or_packed(*endings: str) -> tuple[str, ...]:
    return tuple(ending + packed for packed in ("", ".gz", ".zst") for ending in endings)


_DELIMITED = Format(
    "delimited text",
    _plain_or_packed(".csv", ".tsv", ".txt", ".dat", ".tab"),
    "gmm_app.data.formats.delimited",
    is_text=True,
    options=TEXT_OPTIONS,
)

FORMATS: tuple[Format, ...] = (
    _DELIMITED,
    Format(
        "Parquet",
        (".parquet", ".pq"),
        "gmm_app.data.formats.parquet",
        # A heading may well begin with PAR1.
        signature=rb"PAR1[^\w ,;|\t\r\n\"']",
    ),
    Format(
        "Arrow",
        (".arrow", ".arrows", ".feather", ".ipc"),
        "gmm_app.data.formats.arrow",
        signature=rb"ARROW1\0\0|FEA1\0{4}|\xff{4}.{3}\0",
    ),
    Format(
        "JSON",
        _plain_or_packed(".json", ".ndjson", ".jsonl"),
        "gmm_app.data.formats.json_rows",
        apart=True,
        signature=rb"(\xef\xbb\xbf)?\s*(\{\s*\"|\[\s*[\[{])",
        is_text=True,
    ),
    Format(
        "Excel and OpenDocument",
        (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
        "gmm_app.data.formats.workbooks",
        apart=True,
        signature=rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\x09[\0\x02\x04\x08]\x08\0",
        member=r"xl/|content\.xml$",
        options=("header", "skip"),
    ),
    Format(
        "NumPy arrays",
        (".npy", ".npz"),
        "gmm_app.data.formats.numpy_arrays",
        signature=rb"\x93NUMPY",
        member=r".*\.npy$",
    ),
    Format(
        "MATLAB",
        (".mat",),
        "gmm_app.data.formats.matlab",
        apart=True,
        signature=rb"MATLAB [57]\.\d MAT-file",
    ),
    Format(
        "HDF5",
        (".h5", ".hdf5", ".hdf"),
        "gmm_app.data.formats.hdf5",
        apart=True,
        signature=rb"\x89HDF\r\n\x1a\n",
    ),
    Format(
        "flow cytometry",
        (".fcs", ".lmd"),
        "gmm_app.data.formats.fcs",
        signature=rb"FCS\d\.\d {4}",
        options=("compensate",),
    ),
    Format(
        "SQLite",
        (".sqlite", ".sqlite3", ".db"),
        "gmm_app.data.formats.sqlite_tables",
        signature=rb"SQLite format 3\0",
    ),
    Format(
        "DuckDB",
        (".duckdb", ".ddb"),
        "gmm_app.data.formats.duckdb_tables",
        signature=rb".{8}DUCK.{3}\0",
    ),
)

_NO_DATA = {
    rb"%PDF-": "a PDF document: export the table as CSV or Excel",
    rb"\s*<(!doctype html|html|head|table)": "a web page: open it in a spreadsheet program and "
    "save it as a workbook",
    rb"\s*<\?xml": "an XML document: open it in its own program and save it as CSV or a workbook",
}
"""Beginnings of files that are often given for data, and what to do about them."""

_ZIP = b"PK\x03\x04"
_CONTROL_BYTES = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")


def format_of(path: Path) -> Format:
    """The format of a file.

    What the beginning of the file shows counts before what its name says: a Parquet file named
    ".csv" is a Parquet file, and lines of text named ".xls", as many instruments write them, are
    delimited text.

    Raises
    ------
    DataError
        The file is a document or archive without a table.
    """
    packed, head = _head(path)
    shown = next((fmt for fmt in FORMATS if fmt.signature and _matches(fmt.signature, head)), None)
    if shown is None and head.startswith(_ZIP):
        shown = _of_archive(path)
    if shown is not None and packed != "none" and not shown.is_text:
        raise DataError(
            f"{path.name} is packed with {PACKED_WITH[packed]}, which only text files may be: "
            "unpack it first."
        )
    if shown is not None:
        return shown
    _check_document(path.name, head)
    named = _of_name(path)
    if named.is_text and head.startswith(_ZIP):
        raise DataError(f"{path.name} is a zip archive: unpack it, and open a file in it.")
    if packed != "none" or _is_lines_of_text(head):
        return named if named.is_text else _DELIMITED
    return named


def _head(path: Path) -> tuple[str, bytes]:
    """How a file is packed, and the first bytes in it; none if they cannot be unpacked."""
    packed = packing(path)
    if packed == "none":
        with open(path, "rb") as plain:
            return packed, plain.read(_HEAD_BYTES)
    with contextlib.suppress(DataError), unpacked(path, path.name) as file:
        return packed, file.read(_HEAD_BYTES)
    return packed, b""


def _is_lines_of_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\n" in head and _CONTROL_BYTES.search(head) is None


def _check_document(name: str, head: bytes) -> None:
    for beginning, advice in _NO_DATA.items():
        if re.match(beginning, head, re.IGNORECASE):
            raise DataError(f"{name} is {advice}.")


def _matches(signature: bytes, head: bytes) -> bool:
    return re.match(signature, head, re.DOTALL) is not None


def _of_name(path: Path) -> Format:
    name = path.name.lower()
    return next((fmt for fmt in FORMATS if name.endswith(fmt.suffixes)), _DELIMITED)


def _of_archive(path: Path) -> Format | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return next((fmt for fmt in FORMATS if fmt.member and _is_among(fmt.member, names)), None)


def _is_among(pattern: str, names: Sequence[str]) -> bool:
    return any(re.match(pattern, name) for name in names)
