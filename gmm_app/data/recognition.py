"""Which format a file has: what its content shows, and else what its name says."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

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
    signature : matches the beginning of every such file; None: nothing marks it.
    member : matches the name of a file in it, if it is a zip archive; None: it is none.
    is_text : whether such files are text.
    """

    title: str
    suffixes: tuple[str, ...]
    module: str
    signature: re.Pattern[bytes] | None = None
    member: re.Pattern[str] | None = None
    is_text: bool = False


def _format(
    title: str, suffixes: str, module: str, signature: bytes = b"", member: str = ""
) -> Format:
    return Format(
        title,
        tuple(suffixes.split()),
        f"gmm_app.data.formats.{module}",
        re.compile(signature, re.DOTALL) if signature else None,
        re.compile(member) if member else None,
    )


_DELIMITED = replace(
    _format("delimited text", ".csv .tsv .txt .csv.gz .tsv.gz .txt.gz", "delimited"), is_text=True
)
_JSON = replace(
    _format(
        "JSON",
        ".json .ndjson .jsonl .json.gz .ndjson.gz .jsonl.gz",
        "json_rows",
        rb"(\xef\xbb\xbf)?\s*(\[\s*)?(\{\s*\"|\[)",
    ),
    is_text=True,
)

FORMATS: tuple[Format, ...] = (
    _DELIMITED,
    _format("Parquet", ".parquet .pq", "parquet", rb"PAR1[^\w ,;|\t\r\n\"']"),
    _format(
        "Arrow",
        ".arrow .arrows .feather .ipc",
        "arrow",
        rb"ARROW1\0\0|FEA1\0{4}|\xff{4}.{3}\0",
    ),
    _JSON,
    _format(
        "Excel and OpenDocument",
        ".xlsx .xlsm .xlsb .xls .ods",
        "workbooks",
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\x09[\0\x02\x04\x08]\x08\0",
        r"xl/|content\.xml$",
    ),
    _format("NumPy arrays", ".npy .npz", "numpy_arrays", rb"\x93NUMPY", r".*\.npy$"),
    _format("MATLAB", ".mat", "matlab", rb"MATLAB [57]\.\d MAT-file"),
    _format("HDF5", ".h5 .hdf5 .hdf", "hdf5", rb"\x89HDF\r\n\x1a\n"),
    _format("flow cytometry", ".fcs .lmd", "fcs", rb"FCS\d\.\d {4}"),
    _format("SQLite", ".sqlite .sqlite3 .db", "sqlite_tables", rb"SQLite format 3\0"),
    _format("DuckDB", ".duckdb .ddb", "duckdb_tables", rb".{8}DUCK.{3}\0"),
)

_NO_DATA = {
    rb"%PDF-": "a PDF document: export the table as CSV or Excel",
    rb"\s*<(!doctype html|html|head|table)": "a web page: open it in a spreadsheet program and "
    "save it as a workbook",
    rb"\s*<\?xml": "an XML document: open it in its own program and save it as CSV or a workbook",
    rb"PK\x03\x04": "a zip archive: unpack it, and open a file in it",
}
"""Beginnings of files that are often given for data, and what to do about them."""

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
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    shown = next((fmt for fmt in FORMATS if fmt.signature and fmt.signature.match(head)), None)
    if shown is None and head.startswith(b"PK\x03\x04"):
        shown = _of_archive(path)
    if shown is not None:
        return shown
    named = _of_name(path)
    if named is not _DELIMITED and (named.is_text or not _is_lines_of_text(head)):
        return named
    _check_document(path.name, head)
    return _DELIMITED


def _is_lines_of_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\n" in head and _CONTROL_BYTES.search(head) is None


def _check_document(name: str, head: bytes) -> None:
    for beginning, advice in _NO_DATA.items():
        if re.match(beginning, head, re.IGNORECASE):
            raise DataError(f"{name} is {advice}.")


def _of_name(path: Path) -> Format:
    name = path.name.lower()
    return next((fmt for fmt in FORMATS if name.endswith(fmt.suffixes)), _DELIMITED)


def _of_archive(path: Path) -> Format | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return next((fmt for fmt in FORMATS if fmt.member and any(map(fmt.member.match, names))), None)
