"""The text of a condition, cut into names, numbers, words and marks."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from gmm_app.data.condition.syntax import FUNCTIONS
from gmm_app.errors import ConditionError

LONGEST = 4000
"""Characters of a condition at most."""

KEYWORDS = frozenset({"and", "or", "not", "between", "in", "is", "null", "missing"})

_PATTERN = re.compile(
    r"""
    (?P<space> \s+ )
  | (?P<number> (?: [0-9]+ \.? [0-9]* | \. [0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )
  | (?P<name> [^\W\d] [\w.]* )
  | (?P<quoted> " (?: [^"] | "" )* " | ` [^`]* ` | \[ [^\]]* \] )
  | (?P<word> ' (?: [^'] | '' )* ' )
  | (?P<mark> <= | >= | <> | != | == | [-+*/()<>=,] )
    """,
    re.VERBOSE,
)
_OPENING = {'"': '"', "`": "`", "[": "]", "'": "'"}
_OTHERWISE = {
    "&": "write and",
    "|": "write or",
    "!": "write not, or != between two values",
    "~": "write not",
    ";": "give one condition and nothing after it",
    "^": "a square is a product, as in CD4 * CD4",
}
_SHOWN = 40


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    KEYWORD = "keyword"
    WORD = "word"
    MARK = "mark"
    END = "end"


class Token(NamedTuple):
    """A piece of a condition.

    Attributes
    ----------
    kind : what it is.
    value : a name or word without its quotes, a keyword in lower case, else as it was written.
    text : as it was written.
    place : of its first character, from 0.
    """

    kind: Kind
    value: str
    text: str
    place: int

    @property
    def where(self) -> str:
        """Its place for people, who count from 1."""
        return f"at character {self.place + 1}"

    def is_(self, kind: Kind, *values: str) -> bool:
        """Whether it is of this kind, and one of these."""
        return self.kind is kind and self.value in values


def tokens_of(text: str) -> list[Token]:
    """The pieces of a condition, and one for its end.

    Raises
    ------
    ConditionError
        It is too long, or has a character that means nothing, a bad number or an open quote.
    """
    if len(text) > LONGEST:
        raise ConditionError(
            f"The condition has {len(text):,} characters: {LONGEST:,} are the most there can be.",
            LONGEST,
        )
    tokens, place = [], 0
    while place < len(text):
        found = _PATTERN.match(text, place)
        if found is None:
            raise _unreadable(text, place)
        if found.lastgroup != "space":
            tokens.append(_token(str(found.lastgroup), found[0], place))
        place = found.end()
        if found.lastgroup == "number" and re.match(r"[\w.]", text[place:]):
            raise _no_number(text, found.start())
    return [*tokens, Token(Kind.END, "", "", len(text.rstrip()))]


def names_in(text: str) -> list[str]:
    """Names that a condition may mean a column by, in their order, each once.

    Raises
    ------
    ConditionError
        As for `tokens_of`.
    """
    tokens = tokens_of(text)
    names = [
        token.value
        for token, following in zip(tokens, tokens[1:], strict=False)
        if token.kind is Kind.NAME
        and not (token.value in FUNCTIONS and following.is_(Kind.MARK, "("))
    ]
    return list(dict.fromkeys(names))


def quoted_name(name: str) -> str:
    """A column's name as a condition has it: bare where that is possible, else in quotes."""
    found = _PATTERN.fullmatch(name)
    if found and found.lastgroup == "name" and _token("name", name, 0).kind is Kind.NAME:
        return name
    return '"' + name.replace('"', '""') + '"'


def shown(text: str) -> str:
    """A piece of a condition for a message: on one line, and not too long."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"


def _token(group: str, text: str, place: int) -> Token:
    if group == "quoted":
        closing = text[-1]
        return Token(Kind.NAME, text[1:-1].replace(2 * closing, closing), text, place)
    if group == "word":
        return Token(Kind.WORD, text[1:-1].replace("''", "'"), text, place)
    # Only plain letters make a keyword: others may become plain in lower case.
    if group == "name" and text.isascii() and text.lower() in KEYWORDS:
        return Token(Kind.KEYWORD, text.lower(), text, place)
    return Token(Kind(group), text, text, place)


def _unreadable(text: str, place: int) -> ConditionError:
    character = text[place]
    if character in _OPENING:
        return ConditionError(
            f"The quote {character} at character {place + 1} is not closed: put "
            f"{_OPENING[character]} after the {'word' if character == chr(39) else 'name'}.",
            place,
        )
    remedy = _OTHERWISE.get(character, "put a column's name in double quotes if it is part of one")
    written = repr(character) if character.isprintable() else f"U+{ord(character):04X}"
    return ConditionError(
        f"{written} at character {place + 1} means nothing in a condition: {remedy}.", place
    )


def _no_number(text: str, place: int) -> ConditionError:
    written = re.match(r"[\w.]+", text[place:])
    return ConditionError(
        f"'{shown(written[0] if written else text[place])}' at character {place + 1} is no number: "
        "write numbers as in 1000, 0.5 or 1e-3, and in double quotes if it is a column's name.",
        place,
    )
