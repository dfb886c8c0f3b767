"""Folders of autosaved work, one for each program that runs, locked for as long as it lives."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import sys
from pathlib import Path

from gmm_app.errors import GmmError
from gmm_app.session.archive import ArrayWriter
from gmm_app.session.session_file import write_session, write_table
from gmm_app.session.stored_session import Heading, heading
from gmm_app.session.work import Work

_WORK, _TABLE, _LOCK, _CLOSED = "work.gmm", ".table", "lock", "closed"
_MOST_CLOSED = 3
_MOST_TRIES = 3

_log = logging.getLogger(__name__)


class Slot:
    """A folder that this program alone writes to; the system frees it when the program dies.

    Attributes
    ----------
    folder : where the work is kept.
    """

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock = lock
        self._table: tuple[object, str] = (None, "")

    @classmethod
    def new(cls, root: Path) -> Slot:
        """A new folder in `root`, which is made if need be; raises OSError where it cannot be."""
        for _ in range(_MOST_TRIES):
            folder = root / secrets.token_hex(8)
            folder.mkdir(parents=True, mode=0o700)
            slot = cls.taken(folder)
            if slot is not None:
                return slot
            # Another program, which has just started, took it for an empty one that was left.
        raise BlockingIOError(f"no folder in {root} can be locked")

    @classmethod
    def taken(cls, folder: Path) -> Slot | None:
        """The slot in a folder, if no living program has it."""
        lock = _try_lock(folder / _LOCK)
        return None if lock is None else cls(folder, lock)

    @property
    def work_file(self) -> Path:
        """The session file in it."""
        return self.folder / _WORK

    @property
    def is_closed(self) -> bool:
        """Its program did not die: a person left the work without saving it."""
        return (self.folder / _CLOSED).exists()

    def write(self, work: Work) -> None:
        """Write the work; data that no file of their own has are written once, beside it.

        Raises
        ------
        ExportError
            It cannot be written.
        """
        data = {}
        if work.keeps_data:
            if self._table[0] is not work.table:
                name = f"{secrets.token_hex(8)}{_TABLE}"
                write_table(work.table, self.folder / name)
                self._table = (work.table, name)
            data = {"beside": self._table[1]}
        write_session(work, self.work_file, data, ArrayWriter(), autosaved=True)
        with contextlib.suppress(OSError):
            self._clear_up(data.get("beside", ""))

    def _clear_up(self, table: str) -> None:
        """Remove what came before: other tables, and the word that nobody was at this work."""
        for former in self.folder.glob(f"*{_TABLE}"):
            if former.name != table:
                former.unlink()
        (self.folder / _CLOSED).unlink(missing_ok=True)

    def keep(self) -> None:
        """Leave the work there for another time."""
        with contextlib.suppress(OSError):
            (self.folder / _CLOSED).touch()
        self.release()

    def release(self) -> None:
        """Let others have it."""
        with contextlib.suppress(OSError):
            os.close(self._lock)

    def remove(self) -> None:
        """Throw the work away."""
        self.release()
        shutil.rmtree(self.folder, ignore_errors=True)


class Left:
    """Work that a program has left behind, which died or was closed without saving it.

    Attributes
    ----------
    slot : where it lies; this program has it as long as it offers it.
    heading : what it is, and from when.
    """

    def __init__(self, slot: Slot, of: Heading) -> None:
        self.slot = slot
        self.heading = of


def left_behind(root: Path) -> list[Left]:
    """All work below `root` that no living program has, the newest first.

    What cannot be read is passed over, and removed where there is nothing in it.
    """
    found = []
    for folder in _folders(root):
        slot = Slot.taken(folder)
        if slot is None:
            continue
        if not slot.work_file.exists():
            slot.remove()  # it died before it had anything to keep
            continue
        try:
            found.append(Left(slot, heading(slot.work_file)))
        except GmmError as error:
            _log.warning("autosaved work cannot be read: %s", error)
            slot.release()
    return sorted(found, key=lambda left: -left.heading.written)


def forget_oldest_closed(root: Path) -> None:
    """Of work that was left without saving it, keep only the newest few."""
    n_closed = 0
    for left in left_behind(root):
        n_closed += left.slot.is_closed
        if left.slot.is_closed and n_closed > _MOST_CLOSED:
            left.slot.remove()
        else:
            left.slot.release()


def _folders(root: Path) -> list[Path]:
    try:
        return [entry for entry in root.iterdir() if entry.is_dir()]
    except OSError:
        return []


def _try_lock(path: Path) -> int | None:
    """An open file that is locked until it is closed, by whatever end its program comes to."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    return file
