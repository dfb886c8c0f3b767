"""Files that hold several tables: which one is read; columns and their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gmm_app.data.batches import Column, Kind
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

_MOST_SHOWN = 8


def chosen_part(
    file_name: str,
    parts: Sequence[str],
    options: ImportOptions,
    columns_of: Callable[[str], Iterable[Column]],
) -> str:
    """The part that the options name, or else the first that has numbers.

    Parameters
    ----------
    file_name : for messages.
    parts : those that the file holds.
    options : perhaps name one.
    columns_of : gives the columns of a part.

    Raises
    ------
    DataError
        The file has no such part, or none at all.
    """
    if not parts:
        raise DataError(f"{file_name} holds no table: choose a file with rows of numbers.")
    if options.part is None:
        return next((part for part in parts if _has_numbers(columns_of(part))), parts[0])
    if options.part not in parts:
        shown = ", ".join(parts[:_MOST_SHOWN]) + (", ..." if len(parts) > _MOST_SHOWN else "")
        raise DataError(f"{file_name} has no part named '{options.part}': choose among {shown}.")
    return options.part


def _has_numbers(columns: Iterable[Column]) -> bool:
    return any(column.kind is Kind.NUMBER for column in columns)


def numbered(n_columns: int) -> tuple[str, ...]:
    """Names for columns that have none: x1, x2, ..."""
    return tuple(f"x{j + 1}" for j in range(n_columns))


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names without blanks around them; one that is empty or comes again gets a number."""
    taken: dict[str, int] = {}
    for j, given in enumerate(names):
        name = base = given.strip() or f"x{j + 1}"
        while name in taken:
            taken[base] += 1
            name = f"{base}_{taken[base]}"
        taken[name] = 1
    return tuple(taken)
