"""How a data file is read: what a person, a preset or a session says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from gmm_app.errors import DataError

BadRows = Literal["refuse", "leave out"]
"""What becomes of a file with rows that cannot be read: it is refused, or read without them."""

Storage = Literal["auto", "memory", "disk"]
Precision = Literal["float64", "float32"]


_MOST_LINES = 1 << 31


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_yes_or_no(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and value < _MOST_LINES)


def _are_words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(word, str) for word in value)


def _are_pairs(value: Any) -> bool:
    return isinstance(value, tuple) and all(_are_words(pair) and len(pair) == 2 for pair in value)


_SOUND: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("part", "encoding", "delimiter", "quote", "decimal", "thousands"), _is_text),
    **dict.fromkeys(("header", "units", "uneven", "compensate"), _is_yes_or_no),
    "skip": _is_count,
    "missing": lambda value: value is None or _are_words(value),
    "kinds": _are_pairs,
}
"""What values of the options can be at all; whether they suit a file is seen when it is read."""


@dataclass(frozen=True)
class ImportField:
    """What forms and the command line say of one of the options.

    Attributes
    ----------
    label : its name, for people.
    help : one sentence.
    choices : values that it is likely to have, with words for each.
    open : whether it may have other values.
    flag : its option on the command line.
    """

    label: str
    help: str
    choices: dict[Any, str] = field(default_factory=dict)
    open: bool = True
    flag: str = ""

    @property
    def is_yes_or_no(self) -> bool:
        return set(self.choices) == {True, False}

    @property
    def words(self) -> dict[str, Any]:
        """Its usual values as a person types them: the value itself where that is a word."""
        return {
            value if isinstance(value, str) and len(value) > 1 else named: value
            for value, named in self.choices.items()
        }


@dataclass(frozen=True)
class ImportOptions:
    """How to read a file. None: as the file itself shows.

    Attributes
    ----------
    part : name of the sheet, table, data set or array, where a file holds several.
    encoding : of text, by its usual name: "utf-8", "utf-16", "latin-1", "cp1252".
    delimiter : one character between the values of a line of text.
    quote : one character around values that hold a delimiter; "" for none.
    decimal : "." or ",".
    thousands : a mark between groups of three digits: ",", ".", "'" or a blank; "" for none.
    header : whether the first line that is not skipped has the columns' names.
    units : whether the line below the names of the columns has their units.
    skip : how many lines to pass over at the beginning.
    missing : words that stand for a missing value.
    kinds : pairs of a column's name and the kind it is to be read as: "number" or "text".
    uneven : whether lines end in several ways, or different numbers of blanks stand between
        values, so that a copy is read in which they are alike.
    bad_rows : whether a file with rows that cannot be read is refused or read without them.
    compensate : whether flow cytometry data are compensated by the matrix in the file.
    storage : where the numbers are kept; "auto": in memory where they fit, on disk otherwise.
    precision : of numbers on disk; those in memory have 64 bits.
    """

    part: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    units: bool | None = None
    skip: int | None = None
    missing: tuple[str, ...] | None = None
    kinds: tuple[tuple[str, str], ...] = ()
    uneven: bool | None = None
    bad_rows: BadRows = "refuse"
    compensate: bool | None = None
    storage: Storage = "auto"
    precision: Precision = "float64"

    def __post_init__(self) -> None:
        for name, is_sound in _SOUND.items():
            if not is_sound(value := getattr(self, name)):
                raise DataError(
                    f"The import option '{name}' cannot be {value!r}: give another value, or none."
                )
        if self.bad_rows not in get_args(BadRows):
            raise DataError(f"Bad rows cannot be '{self.bad_rows}': give refuse or leave out.")
        if self.storage not in get_args(Storage):
            raise DataError(f"Storage cannot be '{self.storage}': give auto, memory or disk.")
        if self.precision not in get_args(Precision):
            raise DataError(f"Precision cannot be '{self.precision}': give float64 or float32.")

    def to_json(self) -> dict[str, Any]:
        """What is not as in a new one, as plain values."""
        return {
            name: value
            for name, value in asdict(self).items()
            if value != getattr(AS_FOUND, name, None)
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ImportOptions:
        """Made from what `to_json` gave; what this version does not know is passed over.

        Raises
        ------
        DataError
            Somebody has made other values of them.
        """
        if not isinstance(values, Mapping):
            raise DataError("Import options are pairs of names and values: save them again.")
        known = {field.name for field in fields(cls)} & values.keys()
        return cls(**{name: _frozen(values[name]) for name in known})


def _frozen(value: Any) -> Any:
    """A list as a tuple, as are those in it."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


AS_FOUND = ImportOptions()
"""Everything as the file itself shows."""


IMPORT_FIELDS: dict[str, ImportField] = {
    "part": ImportField(
        "Part",
        "The sheet, table or data set to read, where a file has several.",
        flag="--sheet",
    ),
    "delimiter": ImportField(
        "Delimiter",
        "What stands between the values of a line: any one character.",
        {",": "comma", ";": "semicolon", "\t": "tab", " ": "blank", "|": "bar |"},
        flag="--delimiter",
    ),
    "decimal": ImportField(
        "Decimal mark",
        "What stands before the decimals of a number.",
        {".": "point", ",": "comma"},
        open=False,
        flag="--decimal",
    ),
    "thousands": ImportField(
        "Thousands mark",
        "What stands between groups of three digits.",
        {"": "none", ",": "comma", ".": "point", " ": "blank", "'": "apostrophe"},
        open=False,
        flag="--thousands",
    ),
    "quote": ImportField(
        "Quote",
        "What stands around values that hold a delimiter.",
        {'"': "double", "'": "single", "": "none"},
        flag="--quote",
    ),
    "encoding": ImportField(
        "Encoding",
        "How letters are stored: UTF-8 as a rule, CP1252 or Latin-1 in files of older programs.",
        {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "CP1252", "latin-1": "Latin-1"},
        flag="--encoding",
    ),
    "header": ImportField(
        "Heading",
        "Whether the first line holds the names of the columns.",
        {True: "first line", False: "none"},
        open=False,
        flag="--header",
    ),
    "units": ImportField(
        "Row of units",
        "Whether the line below the heading has the units of the columns.",
        {True: "below the heading", False: "none"},
        open=False,
        flag="--units",
    ),
    "skip": ImportField(
        "Lines to skip",
        "How many lines stand above the heading or the rows.",
        flag="--skip",
    ),
    "missing": ImportField(
        "Missing values",
        "Words that stand for a missing value, with commas between.",
        flag="--missing-words",
    ),
    "uneven": ImportField(
        "Uneven lines",
        "Whether different numbers of blanks stand between values, or lines end in several ways.",
        {True: "evened out", False: "as they are"},
        open=False,
        flag="--uneven",
    ),
    "bad_rows": ImportField(
        "Bad rows",
        "Whether a file with rows that cannot be read is refused, or read without them.",
        {"refuse": "refuse the file", "leave out": "leave them out"},
        open=False,
        flag="--bad-rows",
    ),
    "compensate": ImportField(
        "Compensate",
        "Undo the spillover between the channels of a cytometer, by the matrix in the file.",
        {True: "by the file's matrix", False: "no"},
        open=False,
        flag="--compensate",
    ),
    "storage": ImportField(
        "Numbers are kept",
        "Where the numbers are kept while they are open: by themselves in memory if they fit.",
        {"auto": "where they fit", "memory": "in memory", "disk": "on disk"},
        open=False,
        flag="--storage",
    ),
    "precision": ImportField(
        "On disk as",
        "Numbers on disk: 64 bits keep every digit, 32 bits seven of them in half the room.",
        {"float64": "64 bits", "float32": "32 bits"},
        open=False,
        flag="--precision",
    ),
}
"""The options that a person sets one by one, in the order in which a form shows them."""

TEXT_OPTIONS = (
    *("delimiter", "decimal", "thousands", "quote", "encoding", "header", "units", "skip"),
    *("missing", "uneven", "bad_rows"),
)
"""The options that files of delimited text have."""

COMMON_OPTIONS = ("storage", "precision")
"""The options that all files have."""
