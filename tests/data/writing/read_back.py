"""Written tables as other programs' libraries read them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flowio
import h5py
import numpy as np
import openpyxl
import pyarrow.ipc
import pyarrow.parquet
from openpyxl.utils.escape import unescape

Columns = dict[str, list[Any]]
"""Headings and what stands under them; None: missing."""


def _delimited(path: Path, delimiter: str) -> Columns:
    with open(path, newline="", encoding="utf-8") as file:
        headings, *rows = csv.reader(file, delimiter=delimiter)
    cells = [[_cell(cell) for cell in row] for row in rows]
    return dict(zip(headings, map(list, zip(*cells, strict=True)), strict=True))


def _cell(text: str) -> Any:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _excel(path: Path) -> Columns:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    columns: Columns = {}
    for heading, *cells in sheet.iter_cols():
        assert {cell.data_type for cell in (heading, *cells)} <= {"s", "inlineStr", "n"}
        columns[unescape(heading.value)] = [cell.value for cell in cells]
    return columns


def _parquet(path: Path) -> Columns:
    return _arrow_columns(pyarrow.parquet.read_table(path))


def _arrow(path: Path) -> Columns:
    with pyarrow.ipc.open_file(path) as reader:
        return _arrow_columns(reader.read_all())


def _arrow_columns(table: Any) -> Columns:
    return dict(zip(table.column_names, map(_listed, table.columns), strict=True))


def _listed(column: Any) -> list[Any]:
    return list(column.to_pylist())


def _hdf5(path: Path) -> Columns:
    with h5py.File(path) as file:
        (group,) = file.values()
        assert len(set(group.attrs["columns"])) == len(group)
        values = [dataset[:] for dataset in group.values()]
        return dict(zip(group.attrs["columns"], map(_with_gaps, values), strict=True))


def _fcs(path: Path) -> Columns:
    data = flowio.FlowData(path)
    assert (data.version, data.data_type) == ("3.1", "D")
    names = [full or short for full, short in zip(data.pns_labels, data.pnn_labels, strict=True)]
    values = data.as_array(preprocess=False).T
    largest = np.minimum(np.nanmax(values, axis=1), 1e20)
    assert np.all((largest < data.pnr_values) | (largest == 1e20))
    return dict(zip(names, map(_with_gaps, values), strict=True))


def _with_gaps(values: np.ndarray) -> list[Any]:
    if values.dtype.kind == "O":
        return [text.decode() for text in values]
    return [None if value != value else value for value in values.tolist()]


READERS: dict[str, Callable[[Path], Columns]] = {
    ".csv": lambda path: _delimited(path, ","),
    ".txt": lambda path: _delimited(path, ","),
    ".tsv": lambda path: _delimited(path, "\t"),
    ".xlsx": _excel,
    ".parquet": _parquet,
    ".pq": _parquet,
    ".arrow": _arrow,
    ".feather": _arrow,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".fcs": _fcs,
}
