"""What a damaged file makes its library raise becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gmm_app.errors import DataError, GmmError


@contextmanager
def told_in_a_sentence(
    path: Path, too_large: str, broken: Callable[[Exception], str]
) -> Iterator[None]:
    """For libraries that raise nearly anything where the content of a file is damaged.

    Parameters
    ----------
    path : of the file.
    too_large : what to do where it does not fit into memory.
    broken : gives what is wrong, and the remedy, after the file's name.

    Raises
    ------
    DataError
        In place of anything but this program's own errors.
    """
    try:
        yield
    except GmmError:
        raise
    except MemoryError as error:
        raise DataError(f"{path.name} does not fit into memory: {too_large}.") from error
    except Exception as error:
        raise DataError(f"{path.name} is {broken(error)}") from error
