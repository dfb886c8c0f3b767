"""Tables as text with tabs between the cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from gmm_app.data.writing import csv_rows
from gmm_app.data.writing.layout import Block, Layout


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write as `csv_rows.write` does, with tabs."""
    csv_rows.write(file, layout, blocks, delimiter="\t")
