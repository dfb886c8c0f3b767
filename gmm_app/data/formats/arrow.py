"""Arrow's own files: Feather, and the IPC file and stream formats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gmm_app.data.batches import BATCH_ROWS, Column, Kind, OpenFile, Wanted
from gmm_app.data.formats.parts import distinct
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError, GmmError

if TYPE_CHECKING:
    import pyarrow as pa

_FILE, _FIRST_FEATHER = b"ARROW1", b"FEA1"


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The columns and rows of an Arrow file or stream; see `gmm_app.data.reading`."""
    import pyarrow as pa

    try:
        # A file that is mapped and then cut off by its writer would end the program.
        with open(path, "rb") as file:
            schema = _reader(path.name, file).schema
            columns = _columns(schema)
            chosen = wanted.among(columns)
            places = [columns.index(column) for column in chosen]
            file.seek(0)
            batches = _batches(_reader(path.name, file, places), chosen, wanted)
            yield OpenFile(chosen, batches, options=options)
    except GmmError:
        raise
    except MemoryError as error:
        raise DataError(f"{path.name} does not fit into memory: save a part of it.") from error
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError) as error:
        raise DataError(
            f"{path.name} is not a whole Arrow file: it was cut off or is of another kind. Copy or "
            "save it again."
        ) from error


def _reader(
    name: str, file: BinaryIO, places: list[int] | None = None
) -> pa.RecordBatchFileReader | pa.RecordBatchStreamReader:
    import pyarrow as pa

    magic = file.read(len(_FILE))
    file.seek(0)
    if magic.startswith(_FIRST_FEATHER):
        raise DataError(
            f"{name} is a Feather file of the first version, of before 2020: save it again as "
            "Feather version 2."
        )
    options = pa.ipc.IpcReadOptions(included_fields=places)
    source = pa.PythonFile(file, "r")
    if magic == _FILE:
        return pa.ipc.open_file(source, options=options)
    return pa.ipc.open_stream(source, options=options)


def _columns(schema: pa.Schema) -> list[Column]:
    kinds = [_kind(field.type) for field in schema]
    return [Column(name, kind) for name, kind in zip(distinct(schema.names), kinds, strict=True)]


def _kind(kind: pa.DataType) -> Kind:
    import pyarrow.types as of

    if of.is_dictionary(kind):
        return _kind(kind.value_type)
    if of.is_integer(kind) or of.is_floating(kind) or of.is_decimal(kind):
        return Kind.NUMBER
    if of.is_string(kind) or of.is_large_string(kind) or of.is_string_view(kind):
        return Kind.TEXT
    if of.is_boolean(kind):
        return Kind.TRUTH
    return (
        Kind.DATE if of.is_date(kind) or of.is_time(kind) or of.is_timestamp(kind) else Kind.OTHER
    )


def _batches(
    reader: pa.RecordBatchFileReader | pa.RecordBatchStreamReader,
    columns: tuple[Column, ...],
    wanted: Wanted,
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    left = wanted.limit
    for batch in _stored_batches(reader):
        batch.validate(full=True)
        for begin in range(0, batch.num_rows, BATCH_ROWS):
            if left == 0:
                return
            part = batch.slice(begin, BATCH_ROWS if left is None else min(BATCH_ROWS, left))
            left = left if left is None else left - part.num_rows
            values = [
                _decoded(values) if column.kind is Kind.NUMBER else values
                for values, column in zip(part.columns, columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(values, [column.name for column in columns])


def _stored_batches(
    reader: pa.RecordBatchFileReader | pa.RecordBatchStreamReader,
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    if isinstance(reader, pa.RecordBatchFileReader):
        return (reader.get_batch(i) for i in range(reader.num_record_batches))
    return iter(reader)


def _decoded(values: pa.Array) -> pa.Array:
    import pyarrow.types as of

    return values.dictionary_decode() if of.is_dictionary(values.type) else values
