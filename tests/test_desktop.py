"""The menu entry: what is written, where, and that the desktop's own tools accept it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from gmm_app.desktop import desktop_entry, install_desktop
from gmm_app.errors import ExportError, GmmError

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="menus of this kind are Linux's")


@pytest.fixture
def installed_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment whose path needs quoting and that has gmm-app beside its Python."""
    folder = tmp_path / "a folder" / "bin"
    folder.mkdir(parents=True)
    command = folder / "gmm-app"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return command


@linux_only
def test_writes_below_xdg_data_home(fresh_home: Path, installed_command: Path) -> None:
    written = install_desktop()
    data = fresh_home / "data"
    assert {str(path.relative_to(data)) for path in written} == {
        "applications/gmm-studio.desktop",
        "icons/hicolor/scalable/apps/gmm-studio.svg",
        "mime/packages/gmm-studio.xml",
    }
    assert all(path.is_file() for path in written)


@linux_only
def test_a_relative_data_home_is_passed_over(
    tmp_path: Path, installed_command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert all(path.is_relative_to(tmp_path / ".local/share") for path in install_desktop())


@linux_only
def test_entry_starts_the_command_beside_this_python(
    fresh_home: Path, installed_command: Path
) -> None:
    install_desktop()
    entry = (fresh_home / "data/applications/gmm-studio.desktop").read_text()
    (line,) = [line for line in entry.splitlines() if line.startswith("Exec=")]
    assert shlex.split(line.removeprefix("Exec=")) == [str(installed_command), "%f"]
    assert "text/csv;" in entry
    assert "application/vnd.apache.parquet;" in entry


@linux_only
def test_parquet_files_get_their_type(fresh_home: Path, installed_command: Path) -> None:
    install_desktop()
    tree = ElementTree.parse(fresh_home / "data/mime/packages/gmm-studio.xml")
    globs = [node.attrib["pattern"] for node in tree.iter() if node.tag.endswith("}glob")]
    assert globs == ["*.parquet"]
    if shutil.which("update-mime-database"):
        known = (fresh_home / "data/mime/globs").read_text()
        assert "application/vnd.apache.parquet:*.parquet" in known


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="validator not here")
@pytest.mark.parametrize("folder", ["/usr/bin", '/home/a b/$HOME `x` "q" 100% back\\slash'])
def test_the_desktop_accepts_the_entry(tmp_path: Path, folder: str) -> None:
    path = tmp_path / "gmm-studio.desktop"
    path.write_text(desktop_entry(Path(folder) / "gmm-app"))
    done = subprocess.run(
        ["desktop-file-validate", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@linux_only
def test_installing_twice_leaves_the_same_files(fresh_home: Path, installed_command: Path) -> None:
    first = {path: path.read_bytes() for path in install_desktop()}
    assert {path: path.read_bytes() for path in install_desktop()} == first


@linux_only
def test_without_the_command_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GmmError, match="make setup"):
        install_desktop()


@linux_only
def test_a_file_in_the_way_is_told_plainly(
    tmp_path: Path, installed_command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with pytest.raises(ExportError, match="XDG_DATA_HOME"):
        install_desktop()


@pytest.mark.parametrize(("platform", "word"), [("darwin", "Dock"), ("win32", "taskbar")])
def test_elsewhere_it_says_how_to_pin(
    platform: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(GmmError, match=word):
        install_desktop()
