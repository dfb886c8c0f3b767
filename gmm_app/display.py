"""Whether this process can show a window. Knows no Qt, so that it can be asked before Qt loads."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping

X11_SOCKETS = "/tmp/.X11-unix"
X11_FIRST_PORT = 6000
TIMEOUT_SECONDS = 1.0


def display_available(environ: Mapping[str, str]) -> bool:
    """Say whether a window can be shown.

    Parameters
    ----------
    environ : the environment variables, usually `os.environ`.

    Returns
    -------
    bool
        True on macOS and Windows, where QT_QPA_PLATFORM names a platform, and where the Wayland
        or X11 display that the variables name takes a connection.
    """
    if sys.platform in ("darwin", "win32") or environ.get("QT_QPA_PLATFORM"):
        return True
    return _wayland_answers(environ) or _x11_answers(environ.get("DISPLAY", ""))


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    folder = environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or os.path.isabs(name)):
        return False
    return _connects(socket.AF_UNIX, os.path.join(folder, name))


def _x11_answers(display: str) -> bool:
    parts = re.fullmatch(r"(?P<host>.*):(?P<number>\d+)(\.\d+)?", display)
    if parts is None:
        return False
    host, number = parts["host"], int(parts["number"])
    if host in ("", "unix"):
        path = f"{X11_SOCKETS}/X{number}"
        # A leading zero byte names Linux's abstract socket, which needs no file.
        return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")
    return _connects(socket.AF_INET, (host, X11_FIRST_PORT + number))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(address)
        except (OSError, OverflowError):  # refused, absent, too long a path, too high a port
            return False
    return True
