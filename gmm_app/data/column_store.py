"""Tables too large for memory, kept as columns on disk in the user's cache folder.

Each has a folder of its own, whose name stands for the file that it was read from and how:
`values.npy`, one row per column; `labels.npy`, the codes of columns of words; `table.json`, which
is written last. Other things in the cache folder are left alone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from gmm_app.data.batches import Wanted
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.table import LabelColumn, Table
from gmm_app.errors import DataError
from gmm_app.files import atomic_write

_VERSION = 1
_NAME = re.compile(r"[0-9a-f]{40}")
_UNFINISHED = ".unfinished-"
_ROOM = "room.json"
# Whatever writes a table has touched its folder by then.
_ABANDONED_AFTER = 24 * 3600.0
_COPY_BLOCK = 1 << 24
MOST_BYTES = 64_000_000_000
"""How much room stores may take in all, where nobody says."""


@dataclass(frozen=True)
class Store:
    """A table on disk.

    Attributes
    ----------
    folder : where it lies.
    source : what it was read from, for people.
    n_bytes : how much room it takes.
    used : when it was last read, in seconds since 1970.
    """

    folder: Path
    source: str
    n_bytes: int
    used: float


def stores_folder() -> Path:
    """Where tables are kept; the environment variable GMM_STUDIO_CACHE_DIR moves it."""
    base = os.environ.get("GMM_STUDIO_CACHE_DIR") or platformdirs.user_cache_dir("gmm-studio")
    return Path(base) / "columns"


@dataclass(frozen=True)
class ColumnStores:
    """All tables on disk.

    Attributes
    ----------
    root : the folder in which they are.
    most_bytes : how much room they may take; those that were used longest ago give way. None: as
        much as was allowed last.
    """

    root: Path = field(default_factory=stores_folder)
    most_bytes: int | None = None

    @property
    def room(self) -> int:
        """How many bytes they may take in all."""
        if self.most_bytes is not None:
            return self.most_bytes
        try:
            return int(json.loads((self.root / _ROOM).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return MOST_BYTES

    def allow(self, n_bytes: int) -> None:
        """Let them take so much room from now on; what is too much already is removed.

        Raises
        ------
        ExportError
            That cannot be written down in the cache folder.
        """
        with contextlib.suppress(OSError):  # whoever writes the file will say so
            self.root.mkdir(parents=True, exist_ok=True)
        with atomic_write(self.root / _ROOM) as file:
            file.write(str(n_bytes).encode())
        self._make_room(0)

    def stores(self) -> list[Store]:
        """Those that are there, the last used first."""
        found = [self._store(folder) for folder in self._folders()]
        known = [store for store in found if store is not None]
        return sorted(known, key=lambda store: store.used, reverse=True)

    def clear(self, stores: Sequence[Store] | None = None) -> None:
        """Remove some, or all. A table that is open stays readable, but on Windows, where its store
        stays."""
        for store in self.stores() if stores is None else stores:
            _remove(store.folder)

    def find(self, key: str) -> Table | None:
        """The table of that key, if it is there and whole."""
        folder = self.root / key
        if not os.path.isdir(folder):  # unlike Path.is_dir, also where nobody may look
            return None
        try:
            table = _read(folder)
            os.utime(folder / "table.json")
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
            _remove(folder)  # damaged; it can be read again
            return None
        return table

    @contextlib.contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """A folder to write a table into, which is there under its key after the block.

        Raises
        ------
        DataError
            There is no room, or the cache folder cannot be written to.
        """
        folder = self.root / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            self._tidy()
            folder.mkdir(parents=True)
            yield folder
            self._check_room(folder)
            # Where another program was faster, its table is as good.
            with contextlib.suppress(OSError):
                folder.rename(self.root / key)
        except OSError as error:
            raise DataError(
                f"There is no room in {self.root} for a table that does not fit into memory "
                f"({error.strerror or error}): free some space, or choose fewer columns."
            ) from error
        finally:
            _remove(folder)

    def _check_room(self, folder: Path) -> None:
        n_bytes = _size_of(folder)
        if n_bytes > self.room:
            raise DataError(
                f"The table takes {n_bytes / 1e9:,.1f} GB, and tables on disk may take "
                f"{self.room / 1e9:,.1f} GB: allow them more, or choose fewer columns."
            )
        self._make_room(n_bytes)

    def _make_room(self, n_bytes: int) -> None:
        room = self.room - n_bytes
        for store in self.stores():
            room -= store.n_bytes
            if room < 0:
                _remove(store.folder)

    def _tidy(self) -> None:
        """Remove what programs left behind that were killed."""
        with contextlib.suppress(OSError):
            for folder in self.root.glob(f"{_UNFINISHED}*"):
                if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                    _remove(folder)

    def _folders(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return [folder for folder in self.root.iterdir() if _NAME.fullmatch(folder.name)]
        return []

    def _store(self, folder: Path) -> Store | None:
        try:
            described = folder / "table.json"
            source = str(json.loads(described.read_text(encoding="utf-8"))["source"])
            return Store(folder, source, _size_of(folder), described.stat().st_mtime)
        except (OSError, ValueError, KeyError, TypeError):
            return None


def key_of(files: Sequence[Path], options: ImportOptions, columns: Sequence[str] | None) -> str:
    """What stands for these files as they are now, read in this way."""
    described = {
        "version": _VERSION,
        "files": [_state(file) for file in files],
        "options": asdict(options) | {"storage": ""},
        "columns": None if columns is None else list(columns),
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:40]


def _state(file: Path) -> tuple[str, int, int]:
    try:
        state = file.stat()
        return os.path.realpath(file), state.st_size, state.st_mtime_ns
    except (OSError, ValueError):
        return str(file), 0, 0  # whoever opens it will say so


class NumbersOnDisk:
    """Columns of numbers that grow, each in a file, until they are put together in one.

    Parameters
    ----------
    folder : to write into.
    dtype : of the numbers.
    n_columns : how many there are.
    n_rows : about how many rows will come.

    Raises
    ------
    OSError
        There is no room for so many.
    """

    def __init__(self, folder: Path, dtype: str, n_columns: int, n_rows: int) -> None:
        self.n_rows = 0
        self._folder = folder
        self._n_columns = n_columns
        self._dtype = np.dtype(dtype)
        if shutil.disk_usage(folder).free < n_columns * n_rows * self._dtype.itemsize:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def append(self, columns: list[NDArray[np.float64]], n_rows: int) -> None:
        """Write some rows.

        Raises
        ------
        DataError
            A number is too large for their precision.
        """
        for i, column in enumerate(columns):
            with np.errstate(over="ignore"):
                numbers = np.ascontiguousarray(column, self._dtype)
            if np.count_nonzero(np.isinf(numbers)) > np.count_nonzero(np.isinf(column)):
                raise DataError(
                    "There are numbers above 3e38, which 32 bits cannot hold: keep them in 64 bits."
                )
            with open(self._folder / f"{i}.part", "ab") as file:
                file.write(numbers.data)
        self.n_rows += n_rows

    def finished(self, wanted: Wanted) -> NDArray[np.float64]:
        """(n_columns, n_rows), mapped from the disk."""
        path = self._folder / "values.npy"
        shape = (self._n_columns, self.n_rows)
        with open(path, "wb") as whole:
            header = {"descr": self._dtype.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_2_0(whole, header)
            for i in range(self._n_columns if self.n_rows else 0):
                part = self._folder / f"{i}.part"
                with open(part, "rb") as file:
                    while block := file.read(_COPY_BLOCK):
                        wanted.ask()
                        whole.write(block)
                part.unlink()
        return _mapped(path) if self.n_rows else np.empty(shape)


def write_rest(folder: Path, table: Table) -> None:
    """Write what belongs to a table whose numbers are there: names, and columns of words."""
    if table.labels:
        np.save(folder / "labels.npy", np.stack([label.codes for label in table.labels]))
    described = {
        "columns": table.columns,
        "source": table.source,
        "other_columns": table.other_columns,
        "labels": [(label.name, label.words) for label in table.labels],
        "part": table.part,
        "n_unread": table.n_unread,
        "nearly_numbers": table.nearly_numbers,
        "n_bytes": (folder / "values.npy").stat().st_size,
    }
    (folder / "table.json").write_text(json.dumps(described), encoding="utf-8")


def _read(folder: Path) -> Table:
    described: dict[str, Any] = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    path = folder / "values.npy"
    if path.stat().st_size != described["n_bytes"]:
        raise ValueError("the numbers were cut off")
    codes = np.load(folder / "labels.npy", allow_pickle=False) if described["labels"] else ()
    labels = zip(described["labels"], codes, strict=True)
    return Table(
        _mapped(path),
        tuple(described["columns"]),
        str(described["source"]),
        tuple(described["other_columns"]),
        tuple(LabelColumn(name, column, tuple(words)) for (name, words), column in labels),
        part=str(described["part"]),
        n_unread=int(described["n_unread"]),
        nearly_numbers=tuple(described["nearly_numbers"]),
    )


def _mapped(path: Path) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.lib.format.open_memmap(path, mode="r")
    return values


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _remove(folder: Path) -> None:
    """Out of sight first, so that nobody finds half of it."""
    gone = folder.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
    with contextlib.suppress(OSError):
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def memory_to_fill() -> int:
    """Bytes that numbers may take in memory: six tenths of what is free."""
    with contextlib.suppress(OSError):
        found = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())
        if found:
            return int(0.6 * 1024 * int(found[1]))
    with contextlib.suppress(AttributeError, ValueError, OSError):
        return int(0.3 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return 8 << 30
