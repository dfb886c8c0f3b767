"""The system's dialogs that ask for a file; one place, so that tests can answer for a person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gmm_app.data.reading import WAYS_TO_OPEN
from gmm_app.data.several_files import BETWEEN_PATHS


def ask_file_to_open(parent: QWidget, folder: str) -> str:
    """The data file that the person chose, several with | between, or ""."""
    every = " ".join(f"*{suffix}" for _, suffixes in WAYS_TO_OPEN for suffix in suffixes)
    filters = [f"Data files ({every})"]
    for title, suffixes in WAYS_TO_OPEN:
        filters.append(f"{title} ({' '.join(f'*{suffix}' for suffix in suffixes)})")
    filters.append("All files (*)")
    paths, _ = QFileDialog.getOpenFileNames(parent, "Open data", folder, ";;".join(filters))
    return BETWEEN_PATHS.join(paths)


def ask_file_to_write(parent: QWidget, title: str, suggested: str, filters: dict[str, str]) -> str:
    """Where the person wants a file, or "".

    Parameters
    ----------
    filters : title -> suffix, such as {"JSON": ".json"}; a name without one of the suffixes gets
        that of the filter that was chosen.
    """
    named = {f"{kind} (*{suffix})": suffix for kind, suffix in filters.items()}
    path, chosen = QFileDialog.getSaveFileName(parent, title, suggested, ";;".join(named))
    if path and Path(path).suffix.lower() not in map(str.lower, named.values()):
        path += named.get(chosen, next(iter(named.values())))
    return path
