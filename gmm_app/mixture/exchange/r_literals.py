"""Values as R's `dput` writes them, read without running anything.

Of R's language only literals are known: numbers, texts, `NULL`, `c()`, `list()`, `structure()`
and ranges such as `1:3`. List entries that nobody asks for may hold whatever R can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import ModelError

_ATTRIBUTES = {
    **{".Dim": "dim", ".Dimnames": "dimnames", ".Names": "names"},
    **{name: name for name in ("dim", "dimnames", "names")},
}
_CONSTANTS: dict[str, float | None] = {
    **{"TRUE": 1.0, "FALSE": 0.0, "Inf": np.inf, "NaN": np.nan},
    **{"NA": np.nan, "NA_real_": np.nan, "NA_integer_": np.nan, "NA_character_": None},
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_LONGEST_RANGE = 1_000_000

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
_HEX = r"0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?(?:[pP][-+]?\d+)?"
_NUMBER = re.compile(rf"(?:{_HEX}|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)L?")
_NAME = re.compile(r"[A-Za-z.][\w.]*|`(?:[^`\\]|\\.)*`")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|[uU]\{(?P<braced>[0-9a-fA-F]{1,8})\}"
    r"|u(?P<short>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|(?P<other>.))",
    re.DOTALL,
)
_MARKS = {mark: re.compile(re.escape(mark)) for mark in "-:,=()"}
# Long vectors are plain numbers or texts; taken one by one they would be slow.
_PLAIN_NUMBERS = re.compile(r"c\(([-+.\da-fA-FxXpPL,\s]+)\)")
_PLAIN_TEXTS = re.compile(r'c\((\s*"[^"\\]*"(?:\s*,\s*"[^"\\]*")*)\s*\)')
_UNASKED = re.compile(r"[^()\[\]{}\"'`#,]+|#[^\n]*")


@dataclass
class RValue:
    """A vector or a list of R; NULL has no items.

    Attributes
    ----------
    items : floats and texts (None where one is missing) of a vector, RValues of a list.
    names : of the items, "" where one has none.
    attributes : those that say names and dimensions.
    """

    items: Sequence[Any]
    names: list[str] = field(default_factory=list)
    attributes: dict[str, RValue] = field(default_factory=dict)

    def __getitem__(self, name: str) -> RValue:
        """The entry of that name; NULL if there is none."""
        found = self.items[self.names.index(name)] if name in self.names else None
        return found if isinstance(found, RValue) else RValue([])

    def numbers(self) -> NDArray[np.float64]:
        """The numbers in their dimensions.

        Raises
        ------
        ValueError
            Not all are numbers, or their dimensions do not suit them.
        """
        if not all(isinstance(item, float) for item in self.items):
            raise ValueError("not numbers")
        values = np.array(self.items, dtype=np.float64)
        dim = self.attributes.get("dim")
        return values if dim is None else values.reshape(_sizes(dim), order="F")

    def texts(self) -> list[str]:
        """The items as texts, if all are texts; else none."""
        texts = [item for item in self.items if isinstance(item, str)]
        return texts if len(texts) == len(self.items) else []


def _sizes(dim: RValue) -> list[int]:
    return [int(size) for size in dim.numbers()]


def read_r(text: str, wanted: Set[str], at: int = 0) -> RValue:
    """The value that stands in the text.

    Parameters
    ----------
    text : as `dput` writes it.
    wanted : names of list entries to read; those of other names are passed over.
    at : where the value begins.

    Raises
    ------
    ModelError
        Something else than a literal stands there; the message names the line.
    """
    reader = _Reader(text, wanted, at)
    try:
        return reader.value()
    except (ValueError, IndexError, OverflowError, RecursionError):
        reader.refuse()


class _Reader:
    """Reads from one place of a text on."""

    def __init__(self, text: str, wanted: Set[str], at: int) -> None:
        self._text = text
        self._wanted = wanted
        self._at = at

    def value(self) -> RValue:
        """The value that begins here, to its end."""
        value = self._single()
        return self._range(value, self._single()) if self._take(":") else value

    def _single(self) -> RValue:
        if self._take("-"):
            return RValue((-self._single().numbers()).tolist())
        number = self._match(_NUMBER)
        if number is not None:
            return RValue([_number(number[0])])
        quoted = self._match(_TEXT)
        if quoted is not None:
            return RValue([_text(quoted[0])])
        return self._plain_vector() or self._named()

    def _plain_vector(self) -> RValue | None:
        texts = self._match(_PLAIN_TEXTS)
        if texts is not None:
            return RValue(texts[1].split('"')[1::2])
        start = self._at
        found = self._match(_PLAIN_NUMBERS)
        try:
            return RValue([_number(number) for number in found[1].split(",")]) if found else None
        except ValueError:
            self._at = start
            return None

    def _named(self) -> RValue:
        name = self._match(_NAME)
        if name is None:
            self.refuse()
        if name[0] == "NULL":
            return RValue([])
        if name[0] in _CONSTANTS:
            return RValue([_CONSTANTS[name[0]]])
        kinds = {"c": self._vector, "list": self._list, "structure": self._structure}
        if name[0] not in kinds or not self._take("("):
            self._at = name.start()
            self.refuse()
        return kinds[name[0]]()

    def _vector(self) -> RValue:
        items: list[Any] = []
        names: list[str] = []
        for name, value in self._arguments(None):
            items.extend(value.items)
            names.extend(value.names or [name] * len(value.items))
        return RValue(items, names if any(names) else [])

    def _list(self) -> RValue:
        arguments = list(self._arguments(self._wanted))
        return RValue([value for _, value in arguments], [name for name, _ in arguments])

    def _structure(self) -> RValue:
        (_, value), *more = self._arguments(_ATTRIBUTES.keys() | {".Data"})
        attributes = {_ATTRIBUTES[name]: given for name, given in more if name in _ATTRIBUTES}
        names = attributes.get("names", RValue([])).texts()
        return RValue(value.items, names or value.names, value.attributes | attributes)

    def _range(self, first: RValue, last: RValue) -> RValue:
        low, high = (int(end.numbers()[0]) for end in (first, last))
        if abs(high - low) > _LONGEST_RANGE:
            self.refuse()
        step = 1 if low <= high else -1
        return RValue([float(number) for number in range(low, high + step, step)])

    def _arguments(self, wanted: Set[str] | None) -> Iterator[tuple[str, RValue]]:
        """Names ("" for none) and values up to the closing bracket."""
        if self._take(")"):
            return
        while True:
            name = self._argument_name()
            if name and wanted is not None and name not in wanted:
                self._pass_over()
            else:
                yield name, self.value()
            if self._take(")"):
                return
            if not self._take(","):
                self.refuse()

    def _argument_name(self) -> str:
        start = self._at
        found = self._match(_TEXT) or self._match(_NAME)
        if found is not None and self._take("="):
            name = found[0]
            return _text(name) if name[0] in "\"'`" else name
        self._at = start
        return ""

    def _pass_over(self) -> None:
        """Go to the comma or bracket that ends this argument."""
        depth = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if not depth and character in ",)":
                return
            depth += (character in "([{") - (character in ")]}")
            found = None
            for pattern in (_UNASKED, _TEXT, _NAME):
                found = found or pattern.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1
        self.refuse()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past blanks, and past what matches the pattern."""
        blank = _BLANK.match(self._text, self._at)
        start = self._at = blank.end() if blank else self._at
        found = pattern.match(self._text, start)
        if found is not None:
            self._at = found.end()
        return found

    def _take(self, mark: str) -> bool:
        return self._match(_MARKS[mark]) is not None

    def refuse(self) -> NoReturn:
        """Say which line is no literal."""
        line = self._text.count("\n", 0, self._at) + 1
        raise ModelError(f"Line {line} is not as R's dput writes it: write the file again.")


def _number(text: str) -> float:
    plain = text.strip().removesuffix("L")
    return float.fromhex(plain) if "x" in plain or "X" in plain else float(plain)


def _text(quoted: str) -> str:
    return _ESCAPE.sub(_character, quoted[1:-1])


def _character(found: re.Match[str]) -> str:
    kind, digits = str(found.lastgroup), found[str(found.lastgroup)]
    if kind == "other":
        return _ESCAPES.get(digits, digits)
    code = int(digits, 8 if kind == "octal" else 16)
    return chr(code) if code < 0x110000 else found[0]
