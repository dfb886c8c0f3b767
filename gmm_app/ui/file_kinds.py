"""What plots and reports can be written as, by the ends of their files' names. No Qt."""

from __future__ import annotations

from pathlib import Path

from gmm_app.errors import ExportError

PICTURES = {"PNG": ".png", "SVG": ".svg", "PDF": ".pdf"}
REPORTS = {"HTML": ".html", "PDF": ".pdf", "Text": ".txt"}


def check_kind(path: str | Path, what: str, kinds: dict[str, str]) -> str:
    """The ending of a file's name, in lower case.

    Parameters
    ----------
    path : of the file.
    what : is to be written: "picture", "report".
    kinds : title -> ending.

    Raises
    ------
    ExportError
        It is none of these kinds.
    """
    ending = Path(path).suffix.lower()
    if ending not in kinds.values():
        *others, last = kinds.values()
        raise ExportError(f"{path} is no {what}: end its name in {', '.join(others)} or {last}.")
    return ending
