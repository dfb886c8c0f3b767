"""Puts the program into the person's menu and offers it for the data files it can open (Linux)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from gmm_app.errors import ExportError, GmmError
from gmm_app.files import atomic_write

APP_ID = "gmm-studio"
MIME_TYPES = (
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.apache.parquet",
    "application/x-parquet",
)

DESKTOP_ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=GMM Studio
GenericName=Gaussian mixtures
Comment=Find Gaussian mixtures in your data
Exec={command} %f
Icon={icon}
Terminal=false
Categories=Science;Math;DataVisualization;
Keywords=gaussian;mixture;EM;statistics;clustering;
MimeType={mime_types};
StartupWMClass={app_id}
"""

# Older systems do not know Parquet at all.
MIME_PACKAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/vnd.apache.parquet">
    <comment>Parquet table</comment>
    <alias type="application/x-parquet"/>
    <magic priority="50"><match type="string" offset="0" value="PAR1"/></magic>
    <glob pattern="*.parquet"/>
  </mime-type>
</mime-info>
"""


def install_desktop() -> list[Path]:
    """Add the menu entry, the icon and the file types for the person who runs this.

    Returns
    -------
    list of Path
        The files written, all below the XDG data folder (`~/.local/share` unless
        XDG_DATA_HOME says otherwise).

    Raises
    ------
    GmmError
        If this system has no such menu or the command `gmm-app` is not to be found.
    ExportError
        If a file cannot be written.
    """
    _refuse_elsewhere(sys.platform)
    data_home = _data_home()
    icon = data_home / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg"
    entry = data_home / "applications" / f"{APP_ID}.desktop"
    mime = data_home / "mime" / "packages" / f"{APP_ID}.xml"
    contents = {
        icon: files("gmm_app.resources").joinpath(f"{APP_ID}.svg").read_text(encoding="utf-8"),
        entry: desktop_entry(_command()),
        mime: MIME_PACKAGE,
    }
    for path, text in contents.items():
        _write(path, text)
    _refresh("update-mime-database", mime.parent.parent)
    _refresh("update-desktop-database", entry.parent)
    return list(contents)


def desktop_entry(command: Path) -> str:
    """The text of the menu entry that starts `command`.

    Parameters
    ----------
    command : absolute path of the program.

    Returns
    -------
    str
        A desktop entry (freedesktop.org, Desktop Entry Specification 1.5).
    """
    return DESKTOP_ENTRY.format(
        command=_quoted(str(command)),
        icon=APP_ID,
        mime_types=";".join(MIME_TYPES),
        app_id=APP_ID,
    )


def _quoted(path: str) -> str:
    """A path as the Exec key wants it: quoted, then escaped as every value is."""
    for character in '\\"`$':
        path = path.replace(character, f"\\{character}")
    quoted = f'"{path}"'.replace("%", "%%")
    return quoted.replace("\\", "\\\\")


def _refuse_elsewhere(platform: str) -> None:
    if platform == "darwin":
        raise GmmError(
            "macOS has no such menu: start gmm-app, then choose Options > Keep in Dock on its icon."
        )
    if platform == "win32":
        raise GmmError(
            "Windows has no such menu: start gmm-app-window, then right-click its icon in the "
            "taskbar and choose to pin it."
        )


def _data_home() -> Path:
    named = os.environ.get("XDG_DATA_HOME", "")
    # The specification says to pass over a relative path.
    return Path(named) if os.path.isabs(named) else Path.home() / ".local" / "share"


def _command() -> Path:
    beside = Path(sys.executable).with_name("gmm-app")
    if beside.exists():
        return beside
    found = shutil.which("gmm-app")
    if found is None:
        raise GmmError(
            "The command gmm-app is not installed beside this Python: run `make setup` or "
            "`pip install .` in the program's folder first."
        )
    return Path(found).absolute()


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"The folder {path.parent} cannot be made ({error.strerror}): set XDG_DATA_HOME to a "
            "folder of your own."
        ) from error
    with atomic_write(path) as file:
        file.write(text.encode())


def _refresh(tool: str, folder: Path) -> None:
    """Tell the desktop at once, if it has the tool; without it the desktop notices later."""
    if shutil.which(tool) is not None:
        subprocess.run([tool, str(folder)], check=False, capture_output=True)
