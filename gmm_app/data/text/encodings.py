"""How letters are stored as bytes."""

from __future__ import annotations

import codecs
import re

from gmm_app.errors import DataError

UTF8 = "utf-8"
OLD = "cp1252"
"""What is not UTF-8 is nearly always 8-bit text of older spreadsheets; where Latin-1 has invisible
characters, CP1252 has quotes, dashes and the euro, and elsewhere the two are one."""

_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b\x1c\x7f]")
_NOT_IN_OLD = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NAMES = {"iso8859-1": "latin-1", "utf-8-sig": UTF8}


def find_encoding(name: str, head: bytes) -> str:
    """The encoding that the first bytes of a text file show.

    Raises
    ------
    DataError
        They are no text.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if _CONTROL.search(head):
        encoding = _utf_16_without_mark(head)
        if not encoding:
            raise DataError(
                f"{name} is not text but binary data: export it as CSV, Parquet or NPY, and let "
                "its name end so."
            )
        return encoding
    try:
        # The last character may be cut off, which an incremental decoder does not mind.
        codecs.getincrementaldecoder(UTF8)().decode(head)
    except UnicodeDecodeError:
        return "latin-1" if _NOT_IN_OLD.search(head) else OLD
    return UTF8


def _utf_16_without_mark(head: bytes) -> str:
    """Digits and delimiters leave every other byte zero."""
    first, second = head[::2], head[1::2]
    for encoding, zeros, letters in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros.count(0) > 0.9 * len(zeros) and not _CONTROL.search(letters):
            return encoding
    return ""


def known_encoding(name: str, asked: str, head: bytes) -> str:
    """The usual name of an encoding, for a file with these first bytes.

    Raises
    ------
    DataError
        There is no such, or the file does not have it.
    """
    try:
        found = codecs.lookup(asked).name
        "".encode(found)
    except (LookupError, ValueError) as error:
        raise DataError(
            f"There is no encoding '{asked}': give utf-8, utf-16, latin-1 or cp1252."
        ) from error
    found = _NAMES.get(found, found)
    if found == "utf-16" and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = _utf_16_without_mark(head) or found
    try:
        decoded(head, found)
    except UnicodeError as error:
        raise DataError(f"{name} is not written in {asked}: choose another encoding.") from error
    return found


def decoded(content: bytes, encoding: str) -> str:
    """Text, with one kind of line end and without a mark at its beginning.

    Raises
    ------
    UnicodeError
        It is not in an encoding that asks for a mark, or is made for other things than files.
    """
    text = codecs.getincrementaldecoder(encoding)("replace").decode(content)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
