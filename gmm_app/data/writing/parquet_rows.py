"""Tables as Parquet files; one row group per block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from gmm_app.data.writing.arrow_rows import batch_of, schema_of
from gmm_app.data.writing.layout import Block, Layout


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write the table; missing is null."""
    import pyarrow.parquet as pq

    schema = schema_of(layout)
    # Measured numbers hardly repeat: a dictionary of them takes time and saves nothing.
    with pq.ParquetWriter(file, schema, use_dictionary=False) as writer:
        for block in blocks:
            writer.write_batch(batch_of(block, schema))
