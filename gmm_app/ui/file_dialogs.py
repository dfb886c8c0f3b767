"""The system's dialogs that ask for a file; one place, so that tests can answer for a person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gmm_app.data.reading import WAYS_TO_OPEN
from gmm_app.data.several_files import BETWEEN_PATHS
from gmm_app.session.session_file import SUFFIX, is_session


def ask_file_to_open(parent: QWidget, folder: str) -> str:
    """The data file or session that the person chose, several with | between, or ""."""
    ways = (*WAYS_TO_OPEN, ("Sessions", (SUFFIX,)))
    every = " ".join(f"*{suffix}" for _, suffixes in ways for suffix in suffixes)
    filters = [f"Data files and sessions ({every})"]
    for title, suffixes in ways:
        filters.append(f"{title} ({' '.join(f'*{suffix}' for suffix in suffixes)})")
    filters.append("All files (*)")
    paths, _ = QFileDialog.getOpenFileNames(parent, "Open data", folder, ";;".join(filters))
    return BETWEEN_PATHS.join(paths)


def ask_session_to_write(
    parent: QWidget, suggested: str, *, has_file: bool, embedded: bool
) -> tuple[str, bool]:
    """Where the person wants a session, or "", and whether the data are to be kept in it.

    Parameters
    ----------
    has_file : the data have a file of their own, so that there is a choice.
    embedded : they are kept in the session now.
    """
    plain = f"Session (*{SUFFIX})"
    whole = f"Session that keeps a copy of the data inside (*{SUFFIX})"
    filters = [plain, whole] if has_file else [whole]
    at_first = whole if embedded or not has_file else plain
    path, chosen = QFileDialog.getSaveFileName(
        parent, "Save session", suggested, ";;".join(filters), at_first
    )
    if path and not is_session(path):
        path += SUFFIX
    return path, chosen == whole


def ask_file_to_write(parent: QWidget, title: str, suggested: str, filters: dict[str, str]) -> str:
    """Where the person wants a file, or "".

    Parameters
    ----------
    filters : title -> endings with blanks between, such as {"HDF5": ".h5 .hdf5"}. A name without
        one of them gets that of the filter that was chosen, and so does the suggested name if it
        is left as it was.
    """
    named = {
        f"{kind} ({' '.join(f'*{suffix}' for suffix in suffixes.split())})": suffixes.split()
        for kind, suffixes in filters.items()
    }
    path, chosen = QFileDialog.getSaveFileName(parent, title, suggested, ";;".join(named))
    wanted = named.get(chosen, next(iter(named.values())))
    ending = Path(path).suffix
    if not path or _is_among(ending, wanted):
        return path
    known = any(_is_among(ending, suffixes) for suffixes in named.values())
    if known and Path(path) != Path(suggested):
        return path
    path = (path[: -len(ending)] if known else path) + wanted[0]
    return path if _may_be_replaced(parent, title, Path(path)) else ""


def _is_among(ending: str, suffixes: list[str]) -> bool:
    return ending.lower() in map(str.lower, suffixes)


def _may_be_replaced(parent: QWidget, title: str, path: Path) -> bool:
    """Whether there is no such file, or the person gives it up: the dialog has not asked."""
    if not path.exists():
        return True
    question = f"There is already a file {path.name} there. Replace it?"
    return QMessageBox.question(parent, title, question) is QMessageBox.StandardButton.Yes
