"""Atomic writing."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gmm_app.errors import ExportError
from gmm_app.files import atomic_write, check_writable, expanded

ROOT = Path(__file__).parents[1]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    for content in (b"one", b"two, longer"):
        with atomic_write(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file(tmp_path: Path, failure: type[BaseException]) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")
    with pytest.raises(failure), atomic_write(path) as file:
        file.write(b"half")
        raise failure
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["out.txt"]


def test_the_old_file_stands_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
        assert Path(file.name).parent == tmp_path
    assert path.read_bytes() == b"new"


def test_killed_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")
    script = (
        "import os, signal, sys\n"
        "from gmm_app.files import atomic_write\n"
        "with atomic_write(sys.argv[1]) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="file modes and links are POSIX's")
def test_modes_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    with atomic_write(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    plain, fresh = tmp_path / "plain.txt", tmp_path / "fresh.txt"
    plain.write_bytes(b"")
    with atomic_write(fresh):
        pass
    assert fresh.stat().st_mode == plain.stat().st_mode


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_written_to_and_stays_a_device() -> None:
    with atomic_write("/dev/null") as file:
        file.write(b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    wrong = {
        tmp_path / "nowhere" / "out.txt": "folder does not exist",
        tmp_path / "file" / "out.txt": "folder does not exist",
        tmp_path: "it is a folder",
        tmp_path / ("x" * 300): "name is too long",
    }
    for path, expected in wrong.items():
        with pytest.raises(ExportError, match=expected) as caught, atomic_write(path) as file:
            file.write(b"x")
        assert "\n" not in str(caught.value)
        with pytest.raises(ExportError) as beforehand:
            check_writable(path)
        assert str(beforehand.value) == str(caught.value)
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["a\0b.csv", "a\ud800b.csv"])
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="no possible name") as caught:
        check_writable(tmp_path / name)
    with pytest.raises(ExportError, match="no possible name"):
        atomic_write(tmp_path / name).__enter__()
    assert str(caught.value).isprintable()
    assert names(tmp_path) == []


def test_a_home_that_does_not_exist_is_left_as_it_is() -> None:
    assert expanded("~/x.csv") == Path.home() / "x.csv"
    assert expanded("~no-such-user/x.csv") == Path("~no-such-user/x.csv")
    with pytest.raises(ExportError, match="folder does not exist"):
        atomic_write("~no-such-user/x.csv").__enter__()


def test_asking_beforehand_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    check_writable(path)
    assert names(tmp_path) == []
    path.write_bytes(b"old")
    check_writable(path)
    check_writable("/dev/null")
    assert path.read_bytes() == b"old"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ExportError, match="the disk is full: free some space"),
        atomic_write(tmp_path / "out.txt"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the full device")
def test_a_real_full_device_is_named() -> None:
    with pytest.raises(ExportError, match="the disk is full"), atomic_write("/dev/full") as file:
        file.write(b"x" * 100_000)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions of this kind are POSIX's")
def test_no_permission(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    script = (
        "import os, sys\n"
        "from gmm_app.errors import ExportError\n"
        "from gmm_app.files import atomic_write, check_writable\n"
        "os.chdir(sys.argv[1])\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "for write in (lambda: atomic_write('out.txt').__enter__(), "
        "lambda: check_writable('out.txt')):\n"
        "    try: write()\n"
        "    except ExportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    refusal = "writing there is not allowed: choose a folder of your own"
    assert done.stdout.count(refusal) == 2
    assert done.stderr == ""
