"""How the colours of a flow cytometer spill into each other's channels, and how that is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import DataError

_KEYWORDS = ("spillover", "spill", "comp")


@dataclass(frozen=True)
class Compensation:
    """The spillover matrix of a data set.

    Attributes
    ----------
    places : of the channels that it is about, among all.
    matrix : (n, n); row i says how much of colour i is seen in each of these channels.
    """

    places: tuple[int, ...]
    matrix: NDArray[np.float64]

    def applied(self, values: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
        """The (n_events,) arrays of all channels, with those of the matrix compensated."""
        seen = np.stack([np.asarray(values[place], dtype=np.float64) for place in self.places])
        compensated = list(values)
        for place, column in zip(self.places, np.linalg.solve(self.matrix.T, seen), strict=True):
            compensated[place] = column
        return compensated


def compensation(
    file_name: str, text: Mapping[str, str], channels: Sequence[str]
) -> Compensation | None:
    """The spillover matrix that the keywords of a data set hold; None where there is none.

    Parameters
    ----------
    file_name : for messages.
    text : the keywords, in lower case and without "$".
    channels : $PnN of all channels.

    Raises
    ------
    DataError
        The matrix names a channel that is not there, or cannot be inverted.
    """
    stored = next((text[key] for key in _KEYWORDS if text.get(key, "").strip()), None)
    if stored is None:
        return None
    try:
        size, *parts = (part.strip() for part in stored.split(","))
        n = int(size)
        names, numbers = parts[:n], [float(part) for part in parts[n:]]
        places = tuple(_place(name, channels) for name in names)
        matrix = np.array(numbers).reshape(n, n)
        np.linalg.inv(matrix)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise DataError(
            f"The spillover matrix of {file_name} cannot be used ({error}): export the file again "
            "with a whole matrix, or without one."
        ) from error
    if np.array_equal(matrix, np.eye(n)):
        return None
    return Compensation(places, matrix)


def _place(name: str, channels: Sequence[str]) -> int:
    """Some programs give the number of a channel in place of its name."""
    if name in channels:
        return channels.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(channels):
        return int(name) - 1
    raise ValueError(f"there is no channel {name}")
