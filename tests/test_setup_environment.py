"""`make setup`: ends at once when nothing changed, and sees what did change."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "tools" / "setup_environment.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="make is for Unix")


@pytest.fixture
def setup(tmp_path: Path) -> ModuleType:
    """The script in a project of its own, whose environment is up to date."""
    script = tmp_path / "tools" / SCRIPT.name
    script.parent.mkdir()
    script.write_bytes(SCRIPT.read_bytes())
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name)
    spec = importlib.util.spec_from_file_location("setup_environment", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PYTHON.parent.mkdir(parents=True)
    module.PYTHON.symlink_to(sys.executable)
    module.INSTALLED.write_text(module._stamp())
    module.LIBRARIES_CHECKED.touch()
    return module


def test_up_to_date_ends_without_a_word(setup: ModuleType) -> None:
    done = subprocess.run(
        [sys.executable, setup.__file__ or ""], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_is_seen(setup: ModuleType, name: str) -> None:
    assert setup._is_installed()
    (setup.ROOT / name).write_text("other")
    assert not setup._is_installed()


def test_a_python_that_is_gone_is_seen(setup: ModuleType) -> None:
    setup.PYTHON.unlink()
    setup.PYTHON.symlink_to(setup.ROOT / "gone")
    assert not setup._is_installed()
    assert not setup._works(with_pip=False)


def test_a_moved_environment_is_made_anew(setup: ModuleType) -> None:
    digest = setup.INSTALLED.read_text().splitlines()[1]
    setup.INSTALLED.write_text(f"/elsewhere/.venv\n{digest}\n")
    assert not setup._is_installed()
    assert not setup._works(with_pip=False)


def test_an_old_python_is_told_in_one_line(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.INSTALLED.unlink()
    setup.PYTHON.unlink()
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    assert setup.main() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("setup: Python 99.0 or newer is needed")


def test_the_remedy_is_one_command(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    remedy = setup._remedy({"libEGL.so.1", "libGL.so.1", "libunheardof.so.9"})
    assert "sudo apt-get install -y libegl1 libgl1`" in remedy
