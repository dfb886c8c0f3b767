"""Reading in a process of its own: for libraries that a damaged file can crash, or keep busy.

The process reads one file for one caller, who can end it at any moment. It is told what to read by
JSON on its standard input, and answers with messages on its standard output: a letter, the length
of what follows, and that.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD, _BATCH, _ERROR, _PARTS, _END = b"H", b"B", b"E", b"P", b"Z"
_LENGTH = struct.Struct("<cQ")
_ASK_EVERY = 0.05
_LEAST_MEMORY, _MEMORY_PER_BYTE = 1 << 30, 40
_LEAST_SECONDS, _BYTES_PER_SECOND = 4, 100_000

Message = tuple[bytes, bytes]


@contextlib.contextmanager
def opened_apart(
    module: str, path: Path, options: ImportOptions, wanted: Wanted
) -> Iterator[OpenFile]:
    """What `opened` of a module gives, read in a process of its own.

    Parameters
    ----------
    module : full name of a module that reads a format.
    path, options, wanted : as `opened` takes them.

    Raises
    ------
    DataError
        As `opened` raises; or the file makes its reader fail altogether.
    Cancelled
        It was asked to stop.
    """
    request = {
        "module": module,
        "options": options.to_json(),
        "columns": None if wanted.columns is None else list(wanted.columns),
        "limit": wanted.limit,
    }
    with _messages(path, request, wanted) as messages:
        head = json.loads(next(messages)[1])
        columns = tuple(Column(name, Kind(kind)) for name, kind in head["columns"])
        found = ImportOptions.from_json(head["options"])
        yield OpenFile(columns, _batches(messages), head["n_rows"], options=found)


def parts_apart(module: str, path: Path) -> tuple[str, ...]:
    """What `parts` of a module gives, read in a process of its own."""
    with _messages(path, {"module": module}, Wanted()) as messages:
        return tuple(json.loads(next(messages)[1]))


def _batches(messages: Iterator[Message]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for letter, content in messages:
        if letter == _END:
            return
        yield from pa.ipc.open_stream(content)


@contextlib.contextmanager
def _messages(path: Path, request: dict[str, Any], wanted: Wanted) -> Iterator[Iterator[Message]]:
    # A path may hold bytes that no text has.
    request["path"] = os.fsencode(path.absolute()).decode("latin-1")
    wanted.ask()
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with process, _ended(process, wanted):
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
        yield _received(path, process.stdout, wanted)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes], wanted: Wanted) -> Iterator[None]:
    """End the process with the block, or as soon as it is asked to stop."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_ASK_EVERY):
            if wanted.cancelled is not None and wanted.cancelled():
                process.kill()
                return

    watcher = threading.Thread(target=watch, name="stop-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        process.kill()


def _received(path: Path, pipe: IO[bytes], wanted: Wanted) -> Iterator[Message]:
    while True:
        head = pipe.read(_LENGTH.size)
        letter, length = _LENGTH.unpack(head) if len(head) == _LENGTH.size else (b"", 0)
        content = pipe.read(length)
        wanted.ask()
        if letter == b"" or len(content) < length:
            raise DataError(
                f"{path.name} cannot be read: it is damaged, or claims to hold more than fits into "
                "memory. Open it in its own program and save it again, or as CSV."
            )
        if letter == _ERROR:
            raise DataError(content.decode())
        yield letter, content


def main() -> None:
    """Answer the request on standard input."""
    request = json.load(sys.stdin.buffer)
    with os.fdopen(os.dup(1), "wb") as pipe:
        # Nothing that a library prints may come between the messages.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        path = Path(os.fsdecode(request["path"].encode("latin-1")))
        _limit(path)
        module = importlib.import_module(request["module"])
        try:
            if "options" in request:
                _send_rows(pipe, module.opened, path, request)
            else:
                _send(pipe, _PARTS, json.dumps(module.parts(path)).encode())
        except DataError as error:
            _send(pipe, _ERROR, str(error).encode("utf-8", "replace"))


def _limit(path: Path) -> None:
    """Set an end to the memory and the processor's time that a file of that size may take."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    size = path.stat().st_size
    memory = max(_LEAST_MEMORY, _MEMORY_PER_BYTE * size)
    seconds = _LEAST_SECONDS + size // _BYTES_PER_SECOND
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send_rows(
    pipe: IO[bytes],
    opened: Callable[[Path, ImportOptions, Wanted], contextlib.AbstractContextManager[OpenFile]],
    path: Path,
    request: dict[str, Any],
) -> None:
    import pyarrow as pa

    wanted = Wanted(request["columns"], request["limit"])
    with opened(path, ImportOptions.from_json(request["options"]), wanted) as file:
        head = {
            "columns": [(column.name, column.kind) for column in file.columns],
            "options": file.options.to_json(),
            "n_rows": file.n_rows,
        }
        _send(pipe, _HEAD, json.dumps(head).encode())
        for batch in file.batches:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as stream:
                stream.write_batch(batch)
            _send(pipe, _BATCH, sink.getvalue())
    _send(pipe, _END, b"")


def _send(pipe: IO[bytes], letter: bytes, content: Any) -> None:
    pipe.write(_LENGTH.pack(letter, len(content)))
    pipe.write(content)


if __name__ == "__main__":
    main()
