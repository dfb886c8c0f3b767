"""Tables as Arrow files, which are Feather (version 2) too; one record batch per block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from gmm_app.data.writing.layout import TEXT, Block, Layout

if TYPE_CHECKING:
    import pyarrow as pa


def write(file: BinaryIO, layout: Layout, blocks: Iterable[Block]) -> None:
    """Write the table, uncompressed, so that it can be mapped into memory; missing is null."""
    import pyarrow as pa

    schema = schema_of(layout)
    with pa.ipc.new_file(file, schema) as writer:
        for block in blocks:
            writer.write_batch(batch_of(block, schema))


def schema_of(layout: Layout) -> pa.Schema:
    """The columns as Arrow has them."""
    import pyarrow as pa

    kinds = {
        c.kind: pa.string() if c.kind == TEXT else pa.from_numpy_dtype(c.kind)
        for c in layout.columns
    }
    return pa.schema([(column.name, kinds[column.kind]) for column in layout.columns])


def batch_of(block: Block, schema: pa.Schema) -> pa.RecordBatch:
    """A block with nulls where numbers are missing."""
    import pyarrow as pa

    arrays = [
        pa.array(column, kind, from_pandas=True)
        for column, kind in zip(block, schema.types, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)
