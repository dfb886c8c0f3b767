"""A display counts only when it takes a connection."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from gmm_app import display
from gmm_app.display import display_available

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have one")


def _listening(family: socket.AddressFamily, address: str | tuple[str, int]) -> socket.socket:
    server = socket.socket(family, socket.SOCK_STREAM)
    server.bind(address)
    server.listen()
    return server


@pytest.fixture
def x11_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(display, "X11_SOCKETS", str(tmp_path))
    return tmp_path


def test_nothing_named_is_no_display() -> None:
    assert not display_available({})


def test_a_named_platform_is_taken_at_its_word() -> None:
    assert display_available({"QT_QPA_PLATFORM": "offscreen"})
    assert not display_available({"QT_QPA_PLATFORM": ""})


@pytest.mark.parametrize("name", [":7", ":7.0", "unix:7"])
def test_x11_counts_while_its_socket_listens(x11_sockets: Path, name: str) -> None:
    with _listening(socket.AF_UNIX, str(x11_sockets / "X7")):
        assert display_available({"DISPLAY": name})
    # The file stays behind when a server dies.
    assert (x11_sockets / "X7").exists()
    assert not display_available({"DISPLAY": name})


def test_x11_on_an_abstract_socket(x11_sockets: Path) -> None:
    with _listening(socket.AF_UNIX, f"\0{x11_sockets}/X7"):
        assert display_available({"DISPLAY": ":7"})


def test_x11_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    with _listening(socket.AF_INET, ("127.0.0.1", 0)) as server:
        monkeypatch.setattr(display, "X11_FIRST_PORT", server.getsockname()[1] - 10)
        assert display_available({"DISPLAY": "localhost:10.0"})
        assert not display_available({"DISPLAY": "localhost:99999"})


@pytest.mark.parametrize("name", ["nonsense", ":", ":x", "host"])
def test_a_display_that_is_none(x11_sockets: Path, name: str) -> None:
    assert not display_available({"DISPLAY": name})


def test_wayland_counts_while_its_socket_listens(tmp_path: Path) -> None:
    relative = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    absolute = {"WAYLAND_DISPLAY": str(tmp_path / "wayland-0")}
    assert not display_available(relative)
    with _listening(socket.AF_UNIX, str(tmp_path / "wayland-0")):
        assert display_available(relative)
        assert display_available(absolute)
        assert not display_available({"WAYLAND_DISPLAY": "wayland-0"})


def test_a_path_too_long_for_a_socket_is_no_display(tmp_path: Path) -> None:
    name = "w" * 200
    assert not display_available({"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": str(tmp_path)})
