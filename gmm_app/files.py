"""Paths as people write them; writing so that a kill leaves the old file or the whole new one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gmm_app.errors import ExportError


def expanded(path: str | Path) -> Path:
    """The path with a home folder in place of a leading ~; as it is where there is no such home."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


@contextlib.contextmanager
def atomic_write(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file for writing bytes that takes the place of `path` only once it is whole.

    What is written goes to a temporary neighbour in the same folder (its path is the file's
    `.name`, for writers that want a path). Leaving the block flushes it to the disk and renames
    it; an exception in the block, KeyboardInterrupt included, removes it and leaves `path` as it
    was. A device or pipe that exists at `path` is written to directly.

    Yields
    ------
    file : open for writing and seeking.

    Raises
    ------
    ExportError
        The file cannot be written there; the message says why and what to do.
    """
    target = expanded(path)
    _check_name(target)
    try:
        opened = _device(target) if is_device(target) else _replacement(target)
        with opened as file:
            yield file
    except OSError as error:
        raise ExportError(_sentence(target, error)) from error


def check_writable(path: str | Path) -> None:
    """Refuse a place that `atomic_write` could not write to, as far as that shows beforehand.

    Raises
    ------
    ExportError
        As `atomic_write` would raise.
    """
    target = expanded(path)
    _check_name(target)
    try:
        if is_device(target):
            _check_access(target, os.W_OK)
        else:
            _check_access(_final(target).parent, os.W_OK | os.X_OK)
    except OSError as error:
        raise ExportError(_sentence(target, error)) from error


def _check_access(place: Path, mode: int) -> None:
    place.stat()
    if not os.access(place, mode):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def _check_name(target: Path) -> None:
    try:
        possible = b"\0" not in os.fsencode(target)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        name = str(target).encode("ascii", "backslashreplace").decode().replace("\0", "\\0")
        raise ExportError(f"{name} is no possible name of a file: choose another.")


def is_device(target: Path) -> bool:
    """Whether the path is a device, pipe or socket, which is written to as it is."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return False
    # Renaming over a device such as /dev/null would put a plain file in its place.
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextlib.contextmanager
def _device(target: Path) -> Iterator[BinaryIO]:
    with open(target, "wb") as file:
        yield file


def _final(target: Path) -> Path:
    # Through a symbolic link, the file that it points to is replaced and the link stays.
    target = Path(os.path.realpath(target))
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(target.stat().st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    return target


@contextlib.contextmanager
def _replacement(target: Path) -> Iterator[BinaryIO]:
    target = _final(target)
    temporary = target.with_name(f".gmm-{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            _keep_mode(target, temporary)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _keep_mode(target: Path, temporary: Path) -> None:
    with contextlib.suppress(OSError):
        os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))


_REASONS = {
    errno.ENOENT: "its folder does not exist: make the folder or choose another",
    errno.ENOTDIR: "its folder does not exist: make the folder or choose another",
    errno.EACCES: "writing there is not allowed: choose a folder of your own",
    errno.EPERM: "writing there is not allowed: choose a folder of your own",
    errno.EROFS: "that place can only be read: choose another folder",
    errno.ENOSPC: "the disk is full: free some space or choose another disk",
    errno.EDQUOT: "your share of the disk is used up: free some space or choose another disk",
    errno.EISDIR: "it is a folder: give a file name",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
}


def _sentence(target: Path, error: OSError) -> str:
    reason = _REASONS.get(error.errno or 0)
    if reason is None:
        reason = f"{error.strerror or error}: choose another place"
    return f"{target} cannot be written, for {reason}."
