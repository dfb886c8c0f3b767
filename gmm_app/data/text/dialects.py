"""How a text file is written, found from its first lines and from what a person says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gmm_app.data.batches import Column, Kind
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.text.headings import Asked, Heading, find_heading, unique_names
from gmm_app.data.text.numbers import MISSING, NumberStyle, find_style, kind_of_values
from gmm_app.data.text.records import (
    DELIMITERS,
    Record,
    Records,
    count_records,
    cut,
    has_odd_quotes,
    split_lines,
    with_single_blanks,
)
from gmm_app.errors import DataError

# Some character must stand between values, even where there is one in each line.
_APART = (*DELIMITERS[:-1], "\x1f")
_KINDS = {"number": Kind.NUMBER, "text": Kind.TEXT}


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Attributes
    ----------
    columns : their names, and what their values are as far as the first rows show.
    options : the import options, with everything that was found.
    style : how numbers are written.
    above : how many lines above the first row are skipped, as DuckDB counts them.
    blotted : how many lines at the beginning are left blank in a copy, since their quotes would
        mislead DuckDB; 0: none.
    missing : those words for missing values that are looked for among numbers.
    comment : what lines between the rows begin with that are none; "" for nothing.
    blank : names of columns that have no value in the first rows.
    row_bytes : how many bytes of UTF-8 a line has in the mean.
    has_rows : whether there is any row among the first lines.
    whole : whether all of the lines that it was told of were looked at.
    folded : whether something above the first row is in quotes over several lines.
    marked : whether the file begins with a mark of its encoding; to DuckDB, the first line then
        begins with neither a comment nor a quote.
    """

    columns: tuple[Column, ...]
    options: ImportOptions
    style: NumberStyle
    above: int
    blotted: int
    missing: tuple[str, ...]
    comment: str
    blank: frozenset[str]
    row_bytes: float
    has_rows: bool
    whole: bool
    folded: bool
    marked: bool = False


class _Candidate(NamedTuple):
    """One way to cut up a file, and what comes of it."""

    found: Records
    style: NumberStyle
    heading: Heading
    kinds: tuple[Kind | None, ...]

    @property
    def rows(self) -> tuple[Record, ...]:
        return self.found.records[self.heading.first :]

    @property
    def merit(self) -> float:
        """Lines of one length, of many numbers, below a heading that fits."""
        numbers = sum(kind is Kind.NUMBER for kind in self.kinds) / max(len(self.kinds), 1)
        if self.found.width < 2:
            # A heading with a delimiter in it was not cut up.
            uncut = any(set(name) & set(DELIMITERS[:-1]) for name in self.heading.names)
            return 0.6 + numbers - 0.5 * uncut
        return self.found.consistency + numbers - 0.5 * self.heading.lost


def find_dialect(
    text: str, encoding: str, options: ImportOptions, ask: Callable[[], object]
) -> Dialect:
    """How a file is written.

    Parameters
    ----------
    text : its first lines, whole ones, that end in a newline.
    encoding : of the file.
    options : what is known of it.
    ask : called now and then; raises an error where the work is to stop.

    Raises
    ------
    DataError
        An option cannot be so.
    """
    _check(options)
    missing = _missing_words(options)
    candidates = []
    for delimiter in _delimiters(text, options):
        ask()
        for quote in _quotes(text, options):
            found = cut(text, delimiter, quote, options.skip or 0)
            if found.width > 1 or not delimiter or options.delimiter is not None:
                candidates.append(_judged(found, options, missing, ask))
    best = max(_telling(candidates), key=lambda candidate: candidate.merit)
    return _dialect(text, encoding, best, options, missing)


def _telling(candidates: Sequence[_Candidate]) -> Sequence[_Candidate]:
    """Without blanks where tabs make as many columns: words of a title would look like names."""
    by_tabs = {c.found.width for c in candidates if c.found.delimiter == "\t"}
    kept = [c for c in candidates if c.found.delimiter != " " or c.found.width not in by_tabs]
    return kept or candidates


def _check(options: ImportOptions) -> None:
    for what, mark in (("delimiter", options.delimiter), ("quote", options.quote)):
        if mark is not None and (len(mark) > 1 or mark in ("\n", "\r", "\0")):
            raise DataError(f"The {what} cannot be {mark!r}: give one character.")
    if options.delimiter == "" or (options.delimiter and options.delimiter == options.quote):
        raise DataError("The delimiter must be a character of its own: give another.")
    if options.decimal not in (None, ".", ","):
        raise DataError(f"The decimal mark cannot be '{options.decimal}': give . or , for it.")
    if options.thousands and (options.thousands == options.decimal or len(options.thousands) > 1):
        raise DataError(
            f"The thousands mark cannot be '{options.thousands}': give one character that is not "
            "the decimal mark."
        )
    if options.skip is not None and options.skip < 0:
        raise DataError("The number of lines to skip cannot be negative: give 0 or more.")
    for name, kind in options.kinds:
        if kind not in _KINDS:
            raise DataError(f"Column '{name}' cannot be of kind '{kind}': give number or text.")


def _missing_words(options: ImportOptions) -> tuple[str, ...]:
    """The empty word is always one, since no number and no label can be told from it."""
    return MISSING if options.missing is None else tuple(dict.fromkeys(("", *options.missing)))


def _delimiters(text: str, options: ImportOptions) -> Sequence[str]:
    if options.delimiter is not None:
        return (options.delimiter,)
    return (*(delimiter for delimiter in DELIMITERS if delimiter in text), "")


def _quotes(text: str, options: ImportOptions) -> Sequence[str]:
    if options.quote is not None:
        return (options.quote,)
    n_quotes = text.count('"')
    if not n_quotes and text.count("'") > text.count("\n"):
        return ("'",)
    return ('"', "") if n_quotes % 2 else ('"',)


def _judged(
    found: Records,
    options: ImportOptions,
    missing: tuple[str, ...],
    ask: Callable[[], object],
) -> _Candidate:
    filled = [record.cells for record in found.records if len(record.cells) == found.width]
    # The heading is not known yet; where it is one line, it does not change what most rows are.
    words = set(missing)
    below = filled[1:] or filled
    columns = [[row[j] for row in below if row[j] not in words] for j in range(found.width)]
    ask()
    telling = [cells for cells in columns if cells]
    style = find_style(telling, found.delimiter, (options.decimal, options.thousands))
    heading = find_heading(
        found, style, Asked(options.header, options.units, options.skip, missing)
    )
    ask()
    rows = [
        record.cells
        for record in found.records[heading.first :]
        if len(record.cells) == found.width and not record.comment
    ]
    mostly = options.bad_rows == "leave out"
    kinds = [
        kind_of_values([row[j] for row in rows], style, missing, mostly=mostly)
        for j in range(found.width)
    ]
    return _Candidate(found, style, heading, tuple(kinds))


def _dialect(
    text: str,
    encoding: str,
    best: _Candidate,
    options: ImportOptions,
    missing: tuple[str, ...],
) -> Dialect:
    found, style, heading, _ = best
    names = unique_names(heading.names, heading.units, found.width)
    asked = {name: _KINDS[kind] for name, kind in options.kinds}
    kinds = [
        asked.get(name, Kind.NUMBER if kind is None else kind)
        for name, kind in zip(names, best.kinds, strict=True)
    ]
    delimiter = found.delimiter or next(mark for mark in _APART if mark not in text)
    looked_for = _looked_for(best, missing, delimiter, all_of_them=options.missing is not None)
    uneven = options.uneven
    if uneven is None:
        uneven = delimiter == " " and with_single_blanks(text) != text
    options = replace(
        options,
        encoding=encoding,
        delimiter=delimiter,
        quote=found.quote,
        decimal=style.decimal,
        thousands=style.thousands,
        header=bool(heading.names),
        units=bool(heading.units),
        skip=heading.skip,
        missing=missing,
        uneven=uneven,
    )
    comment = _comment(text, best)
    above, blotted, folded = _above(text, best, options, comment)
    return Dialect(
        columns=tuple(Column(*pair) for pair in zip(names, kinds, strict=True)),
        options=options,
        style=style,
        above=above,
        blotted=blotted,
        missing=looked_for,
        comment=comment,
        blank=frozenset(
            name
            for name, kind in zip(names, best.kinds, strict=True)
            if kind is None and name not in asked
        ),
        row_bytes=len(text.encode("utf-8", "replace")) / max(text.count("\n"), 1),
        has_rows=bool(best.rows),
        whole=found.whole,
        folded=folded,
    )


def _above(
    text: str, best: _Candidate, options: ImportOptions, comment: str
) -> tuple[int, int, bool]:
    """How many lines above the first row DuckDB is to skip, how many must be blotted for that, and
    whether some belong together.

    It counts what is in one pair of quotes as one line, and does not count comments.
    """
    found, first = best.found, best.heading.first
    n_lines = found.records[first - 1].end if first else options.skip or 0
    lines, _ = split_lines(text, n_lines)
    if has_odd_quotes(lines, found.delimiter, found.quote):
        return n_lines, n_lines, False
    above, whole = (
        count_records(lines, found.delimiter, found.quote, mark) for mark in (comment, "")
    )
    return above, 0, whole < n_lines


def _looked_for(
    best: _Candidate, missing: tuple[str, ...], delimiter: str, *, all_of_them: bool
) -> tuple[str, ...]:
    """To look for each word in each value takes time, and most files have one of them or none.

    DuckDB takes no word that holds the delimiter.
    """
    if all_of_them:
        return tuple(word for word in missing if delimiter not in word)
    seen = {cell for record in best.rows for cell in record.cells}
    return tuple(word for word in missing if word == "" or word in seen)


def _comment(text: str, best: _Candidate) -> str:
    """A character that begins lines among the rows, each of which would not fit between them."""
    comments = [record for record in best.rows if record.comment]
    marks = {record.cells[0][0] for record in comments}
    if len(marks) != 1 or any(len(record.cells) == best.found.width for record in comments):
        return ""
    mark = marks.pop()
    # DuckDB would cut off the rest of a line that has it further on.
    rows = [record for record in best.rows if not record.comment]
    return "" if any(mark in cell for record in rows for cell in record.cells) else mark
