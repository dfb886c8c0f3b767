"""The same table written in every format, by the format's own library."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import zstandard
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
"""(n_rows,) arrays by name: float64 with NaN, or str with None, for what is missing."""


def table(n_rows: int = 1000, gaps: bool = False) -> dict[str, NDArray[Any]]:
    """Three columns of numbers that need all their digits, one of words; perhaps with gaps."""
    rng = np.random.default_rng(7)
    columns: dict[str, NDArray[Any]] = {
        "length": rng.standard_normal(n_rows) * 10.0 ** rng.integers(-12, 12, n_rows),
        "width of it": rng.integers(-1000, 1000, n_rows).astype(np.float64),
        "dose [µg]": rng.random(n_rows),
        "kind": np.array([f"kind {i % 3}" for i in range(n_rows)], dtype=object),
    }
    if gaps:
        for values in columns.values():
            values[rng.random(n_rows) < 0.1] = None if values.dtype == object else np.nan
    return columns


def as_rows(columns: Columns) -> list[list[Any]]:
    """Rows of plain values, None for what is missing."""
    cells = [[None if v != v else v for v in values.tolist()] for values in columns.values()]
    return [list(row) for row in zip(*cells, strict=True)]


def _arrow(columns: Columns) -> Any:
    import pyarrow as pa

    return pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})


def delimited(path: Path, columns: Columns, delimiter: str = ",", decimal: str = ".") -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for row in as_rows(columns):
        shown = ["" if v is None else str(v) for v in row[:-1]]
        writer.writerow([*(cell.replace(".", decimal) for cell in shown), row[-1]])
    content = text.getvalue().encode()
    if path.suffix == ".gz":
        content = gzip.compress(content)
    if path.suffix == ".zst":
        content = zstandard.ZstdCompressor().compress(content)
    path.write_bytes(content)


def feather(path: Path, columns: Columns) -> None:
    from pyarrow import feather as library

    library.write_feather(_arrow(columns), str(path), compression="zstd")


def arrow_stream(path: Path, columns: Columns) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, _arrow(columns).schema) as out:
        out.write_table(_arrow(columns), max_chunksize=300)


def parquet(path: Path, columns: Columns) -> None:
    from pyarrow import parquet as library

    library.write_table(_arrow(columns), str(path))


def _lines(columns: Columns) -> list[str]:
    return [json.dumps(dict(zip(columns, row, strict=True))) for row in as_rows(columns)]


def ndjson(path: Path, columns: Columns) -> None:
    path.write_text("\n".join(_lines(columns)) + "\n", encoding="utf-8")


def ndjson_gz(path: Path, columns: Columns) -> None:
    path.write_bytes(gzip.compress("\n".join(_lines(columns)).encode()))


def json_objects(path: Path, columns: Columns) -> None:
    path.write_text("[" + ",\n ".join(_lines(columns)) + "]", encoding="utf-8")


def json_arrays(path: Path, columns: Columns) -> None:
    cells = dict(zip(columns, zip(*as_rows(columns), strict=True), strict=True))
    path.write_text(json.dumps(cells), encoding="utf-8")


_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _xlsx_cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


def xlsx_of(path: Path, sheets: Mapping[str, str]) -> None:
    """A workbook whose sheets have the given rows, as XML."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="r{i}"/>'
        for i, name in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in numbers
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_LINKS}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        "</Relationships>",
    }
    for i, rows in zip(numbers, sheets.values(), strict=True):
        files[f"xl/worksheets/sheet{i}.xml"] = (
            f'<worksheet xmlns="{_SHEETS}"><sheetData>{rows}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def xlsx(path: Path, columns: Columns, title: str = "Sheet") -> None:
    """Written here, since the libraries write 16 digits, as Excel does not."""
    rows = (
        f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in [list(columns), *as_rows(columns)]
    )
    xlsx_of(path, {title: "".join(rows)})


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'


def ods(path: Path, columns: Columns, title: str = "Sheet") -> None:
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
        for row in [list(columns), *as_rows(columns)]
    )
    spaces = " ".join(
        f'xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
        f"<office:spreadsheet><table:table table:name={quoteattr(title)}>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")


def npz(path: Path, columns: Columns) -> None:
    # An array of strings has no value for a missing one but the empty string.
    plain: dict[str, Any] = {
        name: np.array([v or "" for v in values]) if values.dtype == object else values
        for name, values in columns.items()
    }
    np.savez_compressed(path, **plain)


def hdf5(path: Path, columns: Columns) -> None:
    import h5py

    with h5py.File(path, "w", libver=("v108", "v108")) as file:
        group = file.create_group("rows", track_order=True)
        group.attrs["columns"] = list(columns)
        for name, values in columns.items():
            words = values.dtype == object
            kind = h5py.string_dtype() if words else values.dtype
            group.create_dataset(
                name.replace("/", "_"),
                data=[v or "" for v in values] if words else values,
                dtype=kind,
            )


def _word(name: str) -> str:
    """MATLAB's names are words."""
    return name.split(maxsplit=1)[0]


def mat(path: Path, columns: Columns) -> None:
    from scipy.io import savemat

    cells = dict(columns)
    for name, values in columns.items():
        if values.dtype == object:
            cells[name] = np.array([v or "" for v in values], dtype=object)
    savemat(
        path,
        {_word(name): values for name, values in cells.items()},
        do_compression=True,
        oned_as="column",
    )


def mat_hdf5(path: Path, columns: Columns) -> None:
    """As MATLAB 7.3 lays it out: behind a header, transposed, with cells as references."""
    import h5py

    with h5py.File(path, "w", userblock_size=512, track_order=True) as file:
        cells = file.create_group("#refs#")
        for name, values in columns.items():
            if values.dtype == object:
                kind, stored = b"cell", np.empty((1, values.size), dtype=h5py.ref_dtype)
                for i, word in enumerate(values):
                    units = np.frombuffer((word or "").encode("utf-16-le"), "<u2")[:, None]
                    cell = cells.create_dataset(str(i), data=units if units.size else np.zeros(2))
                    cell.attrs["MATLAB_class"] = np.bytes_(b"char")
                    if not units.size:
                        cell.attrs["MATLAB_empty"] = np.uint8(1)
                    stored[0, i] = cell.ref
                made = file.create_dataset(_word(name), data=stored, dtype=h5py.ref_dtype)
            else:
                kind = b"double"
                made = file.create_dataset(_word(name), data=values[None, :])
            made.attrs["MATLAB_class"] = np.bytes_(kind)
    with open(path, "r+b") as head:
        head.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


def fcs_of(
    channels: list[dict[str, str]],
    events: bytes,
    n_events: int,
    extra: dict[str, str] | None = None,
) -> bytes:
    """An FCS 3.1 file: each channel has its keywords (N, B, R, E, S) after "$Pn"."""
    keywords = {"BYTEORD": "1,2,3,4", "DATATYPE": "D", "MODE": "L", "NEXTDATA": "0"}
    keywords |= {"PAR": str(len(channels)), "TOT": str(n_events)}
    for n, channel in enumerate(channels, 1):
        keywords |= {f"P{n}{key}": value for key, value in channel.items()}
    keywords |= extra or {}
    begin = 4096
    end = begin + len(events) - 1
    keywords |= {"BEGINDATA": str(begin), "ENDDATA": str(end)}
    for key in ("BEGINANALYSIS", "ENDANALYSIS", "BEGINSTEXT", "ENDSTEXT"):
        keywords.setdefault(key, "0")
    text = "".join(f"|${key}|{value}" for key, value in keywords.items()).encode() + b"|"
    places = (58, 58 + len(text) - 1, begin, end, 0, 0)
    head = b"FCS3.1    " + b"".join(b"%8d" % place for place in places)
    return (head + text).ljust(begin) + events


def fcs(path: Path, columns: Columns) -> None:
    numbers = {name: v for name, v in columns.items() if v.dtype != object}
    channels = [{"N": name, "B": "64", "E": "0,0", "R": "1024"} for name in numbers]
    events = np.column_stack(list(numbers.values())).astype("<f8").tobytes()
    path.write_bytes(fcs_of(channels, events, len(next(iter(numbers.values())))))


def sqlite(path: Path, columns: Columns, title: str = "rows") -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with sqlite3.connect(path) as connection:
        connection.execute(f'CREATE TABLE "{title}" ({names})')
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f'INSERT INTO "{title}" VALUES ({marks})', as_rows(columns))
    connection.close()


def duckdb(path: Path, columns: Columns, title: str = "rows") -> None:
    import duckdb as library

    with library.connect(str(path)) as connection:
        connection.register("given", _arrow(columns))
        connection.execute(f'CREATE TABLE "{title}" AS FROM given')


Maker = Callable[[Path, Columns], None]

MAKERS: dict[str, Maker] = {
    "data.csv": delimited,
    "data.csv.gz": delimited,
    "data.csv.zst": delimited,
    "data.tsv": partial(delimited, delimiter="\t"),
    "german.csv": partial(delimited, delimiter=";", decimal=","),
    "bars.txt": partial(delimited, delimiter="|"),
    "data.feather": feather,
    "data.arrow": arrow_stream,
    "data.parquet": parquet,
    "data.ndjson": ndjson,
    "data.ndjson.gz": ndjson_gz,
    "objects.json": json_objects,
    "arrays.json": json_arrays,
    "data.xlsx": xlsx,
    "data.ods": ods,
    "data.npz": npz,
    "data.h5": hdf5,
    "data.mat": mat,
    "new.mat": mat_hdf5,
    "data.fcs": fcs,
    "data.sqlite": sqlite,
    "data.duckdb": duckdb,
}
"""By the name of the file that they write."""
