"""Makes .venv in the project's root with all that the program needs; called by `make setup`.

It uses nothing but the standard library, and runs far enough on an old Python to say that it is
too old. When nothing has changed since the last time it ends at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / ".installed"
LIBRARIES_CHECKED = VENV / ".libraries-checked"
OLDEST_PYTHON = (3, 11)

# The Debian package of each shared library that Qt, its platform plugins and Numba link to and that
# a bare machine may lack.
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libgomp.so.1.0.0": "libgomp1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinput.so.0": "libxcb-xinput0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# Pictures and tests need what these link to. They are patterns in the site-packages folder.
NEEDED = (
    "PySide6/QtGui.*so",
    "PySide6/QtSvg.*so",
    "PySide6/QtWidgets.*so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
)
# Windows on a screen, and the better of Numba's ways to share work between the processor's cores.
WANTED = (
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqwayland*.so",
    "PySide6/Qt/plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "numba/np/ufunc/omppool.*so",
)


class SetupError(Exception):
    """The environment cannot be made; the message says what the person can do."""


def main() -> int:
    try:
        if not _is_installed():
            _install()
        if not LIBRARIES_CHECKED.exists():
            _provide_libraries()
            LIBRARIES_CHECKED.touch()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: interrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0


def _stamp() -> str:
    """The folder, and a digest that changes with what should be installed and with the Python."""
    digest = hashlib.sha256(os.path.realpath(PYTHON).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return f"{VENV}\n{digest.hexdigest()}\n"


def _is_installed() -> bool:
    return PYTHON.exists() and INSTALLED.exists() and INSTALLED.read_text() == _stamp()


def _was_moved() -> bool:
    """Whether the folder was made elsewhere, so that the commands in it start a wrong Python."""
    return INSTALLED.exists() and INSTALLED.read_text().partition("\n")[0] != str(VENV)


def _install() -> None:
    uv = shutil.which("uv")
    if not _works(with_pip=uv is None):
        _make_environment(uv)
    say("installing what the program needs into .venv: the first time this takes a few minutes")
    if uv is None:
        installer = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    else:
        installer = [uv, "pip", "install", "--python", str(PYTHON)]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    _run(
        [*installer, *quiet, "-c", str(ROOT / "constraints.txt"), "-e", f"{ROOT}[dev]"],
        "the packages could not be installed (see above); is there a network?",
    )
    LIBRARIES_CHECKED.unlink(missing_ok=True)
    INSTALLED.write_text(_stamp())
    say("the environment is ready")


def _works(with_pip: bool) -> bool:
    """Whether the environment's Python starts, is new enough and was made for this folder."""
    if not PYTHON.exists() or _was_moved():
        return False
    modules = "sys, pip" if with_pip else "sys"
    probe = f"import {modules}; print(sys.version_info >= {OLDEST_PYTHON}, sys.prefix)"
    return _output(str(PYTHON), "-c", probe).strip() == f"True {VENV}"


def _make_environment(uv: str | None) -> None:
    if VENV.exists():
        say("the .venv here is from another Python or folder: making it anew")
        shutil.rmtree(VENV)
    oldest = ".".join(map(str, OLDEST_PYTHON))
    if uv is not None:
        _run([uv, "venv", "--quiet", "--python", f">={oldest}", str(VENV)], "uv made no .venv")
        return
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Python {oldest} or newer is needed, and {sys.executable} is "
            f"{sys.version.split()[0]}: install a newer one and run `make PYTHON=python{oldest}`"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            "this Python cannot make virtual environments: install its venv package with "
            "`apt-get install python3-venv` (as root), then run this again"
        ) from None
    _run([sys.executable, "-m", "venv", str(VENV)], "no virtual environment could be made in .venv")


def _provide_libraries() -> None:
    """Install the shared libraries that Qt and Numba lack if this may be done, or say how to."""
    packages = _packages_for(_missing_libraries(NEEDED + WANTED))
    if packages and _may_install():
        _apt_install(packages)
    missing = _missing_libraries(NEEDED + WANTED)
    if not missing:
        return
    sentence = f"{', '.join(sorted(missing))}: {_remedy(missing)}"
    if _missing_libraries(NEEDED):
        raise SetupError(f"Qt lacks shared libraries, {sentence}")
    say(f"windows may not open without {sentence}")


def _missing_libraries(patterns: tuple[str, ...]) -> set[str]:
    """Names of the shared libraries that the loader does not find for the files that match."""
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return set()
    site = Path(_output(str(PYTHON), "-c", "import site; print(site.getsitepackages()[0])").strip())
    paths = [str(path) for pattern in patterns for path in site.glob(pattern)]
    lines = _output("ldd", *paths).splitlines()
    return {line.split()[0] for line in lines if line.endswith("=> not found")}


def _packages_for(libraries: set[str]) -> list[str]:
    return sorted({DEBIAN_PACKAGES[name] for name in libraries & DEBIAN_PACKAGES.keys()})


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: list[str]) -> None:
    say(f"installing shared libraries that Qt and Numba need: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment,
        )
        if done.returncode != 0:
            print(done.stderr, end="", file=sys.stderr)


def _remedy(libraries: set[str]) -> str:
    packages = " ".join(_packages_for(libraries))
    if shutil.which("apt-get") is None or not packages:
        return "install them with your system's package manager, then run this again"
    as_root = "" if os.geteuid() == 0 else "sudo "
    return f"run `{as_root}apt-get update; {as_root}apt-get install -y {packages}`, then this again"


def _output(*command: str) -> str:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.stdout


def _run(command: list[str], failure: str) -> None:
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise SetupError(failure)


def say(sentence: str) -> None:
    print(f"setup: {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
