"""Zip archives, which may unpack to more than a computer holds."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gmm_app.errors import DataError

_MOST_UNPACKED = 1 << 30
_LARGEST_RATIO = 100


def check_unpacked(name: str, packed: int, unpacked: int) -> None:
    """Refuse what is small and claims to be large: data never pack that well.

    Raises
    ------
    DataError
        It would unpack to more than 1 GB and 100 times its size.
    """
    if unpacked > max(_MOST_UNPACKED, _LARGEST_RATIO * packed):
        raise DataError(
            f"{name} would unpack to {unpacked / 1e9:,.1f} GB, which is "
            f"{unpacked // max(packed, 1):,} times its size: save the data again with its own "
            "program."
        )


def check_archive(path: Path) -> None:
    """Refuse a zip archive whose members claim to be far larger than the file is.

    Raises
    ------
    DataError
        As `check_unpacked` says.
    zipfile.BadZipFile
        It is no whole archive.
    """
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    check_unpacked(path.name, path.stat().st_size, unpacked)
