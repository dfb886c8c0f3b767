"""Copies of text files that DuckDB can read: in UTF-8, with one kind of line end."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from gmm_app.data.packing import unpacked
from gmm_app.data.text.dialects import Dialect
from gmm_app.data.text.encodings import UTF8
from gmm_app.data.text.numbers import grouped_digits
from gmm_app.data.text.records import split_lines, with_single_blanks
from gmm_app.errors import DataError

_BLOCK = 1 << 20
# A longer line is no line of values; it is copied in pieces.
_LONGEST_LINE = 1 << 24

Ask = Callable[[], object]


def needs_copy(dialect: Dialect) -> bool:
    """Whether the file cannot be read as it is."""
    options = dialect.options
    misleads = dialect.blotted or (dialect.marked and (dialect.comment or dialect.folded))
    return bool(options.encoding != UTF8 or options.uneven or options.thousands or misleads)


@contextlib.contextmanager
def copied(path: Path, name: str, dialect: Dialect, ask: Ask) -> Iterator[Path]:
    """A temporary copy with the same lines, in UTF-8, without marks between thousands.

    Parameters
    ----------
    path : of the file.
    name : what people call it.
    dialect : how it is written.
    ask : called now and then; raises an error where the work is to stop.

    Raises
    ------
    DataError
        The file is damaged, or there is no room for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="gmm-") as folder:
        copy = Path(folder) / "data.csv"
        with unpacked(path, name) as binary, _kept(copy, name) as write:
            to_blot = dialect.blotted
            for text in _blocks(binary, dialect.options.encoding or UTF8):
                ask()
                blotted, rest = split_lines(text, to_blot)
                n_lines = blotted.count("\n")
                to_blot -= n_lines
                write("\n" * n_lines + _rewritten(rest, dialect))
        yield copy


@contextlib.contextmanager
def _kept(copy: Path, name: str) -> Iterator[Callable[[str], object]]:
    with open(copy, "wb") as file:

        def write(text: str) -> None:
            try:
                file.write(text.encode(UTF8, "replace"))
            except OSError as error:
                raise DataError(
                    f"{name} must be copied to be read, and there is no room for that "
                    f"({error.strerror}): free some space, or save it as UTF-8 without marks "
                    "between thousands."
                ) from error

        yield write


def _blocks(binary: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in blocks that end where a line ends."""
    if encoding == UTF8:
        encoding = "utf-8-sig"
    # newline=None makes all line ends alike.
    text = io.TextIOWrapper(binary, encoding, "replace", newline=None)
    rest = ""
    while block := text.read(_BLOCK):
        lines, end, begun = block.rpartition("\n")
        if not end and len(rest) < _LONGEST_LINE:
            rest += block
            continue
        yield rest + lines + end
        rest = begun
    if rest:
        yield rest
    text.detach()


def _rewritten(text: str, dialect: Dialect) -> str:
    text = text.removeprefix("\ufeff")
    if dialect.options.uneven and dialect.options.delimiter == " ":
        text = with_single_blanks(text)
    if dialect.options.thousands:
        text = _without_thousands(text, dialect)
    return text


def _without_thousands(text: str, dialect: Dialect) -> str:
    """Numbers that fill a whole value lose the marks between groups of three digits."""
    mark = dialect.options.thousands or ""
    ends = re.escape((dialect.options.delimiter or "") + (dialect.options.quote or ""))
    decimals = rf"(?:{re.escape(dialect.style.decimal)}\d*)?"
    whole = rf"(?<![^\n{ends}])[+-]?{grouped_digits(mark)}(?={decimals}(?:[\n{ends}]|\Z))"
    return re.sub(whole, lambda found: found[0].replace(mark, ""), text)


def has_unlike_ends(head: bytes) -> bool:
    """Whether the first line ends in LF and others in CR LF, as where Excel has broken a heading.

    DuckDB takes the first line end for that of all.
    """
    first = head.find(b"\n")
    return first >= 0 and head[first - 1 : first] != b"\r" and b"\r\n" in head


def mixes_line_ends(path: Path, name: str, encoding: str, ask: Ask) -> bool:
    """Whether lines end in different ways, such as CR LF here and LF there.

    Raises
    ------
    DataError
        The file is damaged.
    """
    with unpacked(path, name) as binary:
        text = io.TextIOWrapper(binary, encoding, "replace", newline=None)
        while text.read(_BLOCK):
            ask()
            if isinstance(text.newlines, tuple):
                return True
        text.detach()
    return False
