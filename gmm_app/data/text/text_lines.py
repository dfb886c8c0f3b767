"""What single lines of a text file show: numbers, headings, a wrong number of values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from gmm_app.errors import DataError

DELIMITERS = (",", ";", "\t", "|")
MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "Null"),
    *("None", "?", "-", ".", "#DIV/0!", "#VALUE!"),
)
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")
_YEAR = re.compile(r"(19|20)\d\d")


def cells(line: str, delimiter: str) -> list[str]:
    """The values of a line without blanks and quotes around them."""
    return [cell.strip(" \"'") for cell in line.split(delimiter)]


def is_number(cell: str) -> bool:
    """Whether a value reads as a number, with a decimal point or comma."""
    return _NUMBER.fullmatch(cell) is not None


def holds_numbers(line: str, delimiter: str) -> bool:
    """Whether a line has at least one number and nothing else but missing values."""
    known = [cell for cell in cells(line, delimiter) if cell not in MISSING]
    return bool(known) and all(is_number(cell) for cell in known)


def is_heading_of_years(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the first line has years for headings, as in "country,2019,2020".

    That is so where texts and at least two years, all different, stand in it, and in the lines
    below no more than half of the values under the years could be years too.
    """
    known = [cells(line, delimiter) for line in lines if line.strip()]
    if not known:
        return False
    first, *below = known
    numbers = [j for j, cell in enumerate(first) if is_number(cell)]
    years = {first[j] for j in numbers if _YEAR.fullmatch(first[j])}
    if not 2 <= len(years) == len(numbers) < len(first):
        return False
    values = [row[j] for row in below if len(row) == len(first) for j in numbers]
    return sum(_YEAR.fullmatch(value) is not None for value in values) * 2 <= len(values)


def check_ragged(name: str, lines: Sequence[str]) -> None:
    """Where no delimiter fits all lines, name the first lines that break the rule of the rest.

    Raises
    ------
    DataError
        Lines are set apart by several spaces or have different numbers of values.
    """
    first = lines[0] if lines else ""
    if re.search(r"[\d.] {2,}[-\d]", first) or re.match(r" +[-\d]", first):
        raise DataError(
            f"The columns of {name} are set apart by several spaces: put one comma or tab between "
            "them."
        )
    if any('"' in line for line in lines):
        return
    # The delimiter may be lacking in a title, so that all lines have a say.
    delimiter = max(DELIMITERS, key=lambda character: sum(character in line for line in lines))
    counts = [
        (number, line.count(delimiter)) for number, line in enumerate(lines, 1) if line.strip()
    ]
    wanted = Counter(count for _number, count in counts).most_common(1)[0][0] if counts else 0
    if wanted == 0:
        return
    for found, run in groupby(counts, key=lambda pair: pair[1]):
        if found != wanted:
            numbers = [number for number, _count in run]
            raise DataError(
                ragged_sentence(name, numbers[0], found + 1, wanted + 1, last=numbers[-1])
            )


def ragged_sentence(name: str, line: int, found: int, wanted: int, *, last: int = 0) -> str:
    """The sentence for a line (from 1), or lines to `last`, with another number of values."""
    values = f"{found} value{'s' * (found != 1)} where other lines have {wanted}"
    if last > line:
        return f"Lines {line:,} to {last:,} of {name} have {values}: mend or remove these lines."
    return f"Line {line:,} of {name} has {values}: mend or remove that line."
