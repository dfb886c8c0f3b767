"""Tables as HDF5 files: a group with one dataset per column.

The group is called after what the rows are ("rows", "components"). Its datasets are equally long,
stand in the order of the columns and are named after them; the group's attribute "columns" has the
headings as they are, since a name in HDF5 may not hold a slash.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import BinaryIO

from gmm_app.data.writing.layout import TEXT, Block, Column, Layout, distinct


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write the table; a missing value is NaN."""
    try:
        _write(file.name, layout, blocks)
    except RuntimeError as error:
        # What the system said stands in HDF5's message alone.
        found = re.search(r"errno = (\d+)", str(error))
        if found is None:
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1]))) from error


def _write(path: str, layout: Layout, blocks: Iterable[Block]) -> None:
    import h5py

    # Files of HDF5 1.8 (2008) keep the order of the columns, and attributes beyond 64 kB.
    with h5py.File(path, "w", libver=("v108", "v108")) as target:
        group = target.create_group(layout.title, track_order=True)
        group.attrs["columns"] = layout.names
        datasets = [
            group.create_dataset(
                column.name,
                (layout.n_rows,),
                h5py.string_dtype() if column.kind == TEXT else column.kind,
            )
            for column in distinct(map(_link, layout.columns))
        ]
        begin = 0
        for block in blocks:
            end = begin + block[0].size
            for dataset, values in zip(datasets, block, strict=True):
                dataset[begin:end] = values
            begin = end


def _link(column: Column) -> Column:
    """The column under a name that HDF5 allows."""
    name = column.name.replace("/", "_").replace("\0", "_")
    return column._replace(name="_" if name in ("", ".") else name)
