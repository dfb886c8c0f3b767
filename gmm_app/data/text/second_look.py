"""What late rows say about how a file is written, where its first lines misled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from gmm_app.data.batches import Rejected, RejectedRows
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.text.copies import Ask, mixes_line_ends
from gmm_app.data.text.dialects import Dialect
from gmm_app.data.text.encodings import OLD, UTF8
from gmm_app.data.text.numbers import MISSING, is_hexadecimal
from gmm_app.data.text.rejects import Fault

_VALUES = ("CAST", "TRUTH")


def better_options(
    asked: ImportOptions,
    dialect: Dialect,
    faults: Sequence[Fault],
    source: tuple[Path, str],
    ask: Ask,
) -> ImportOptions | None:
    """Options under which rows that could not be read may be read; None: there are no such.

    Parameters
    ----------
    asked : what was known of the file before it was looked at.
    dialect : how it was read.
    faults : what is wrong with its rows.
    source : what DuckDB read, and what people call it.
    ask : called now and then; raises an error where the work is to stop.
    """
    better = asked
    if asked.encoding is None and any(fault.what == "INVALID ENCODING" for fault in faults):
        better = replace(better, encoding=OLD)
    elif asked.uneven is None and not dialect.options.uneven:
        ragged = any(fault.counts != (0, 0) for fault in faults)
        one_blank = dialect.options.delimiter == " " and ragged
        if one_blank or (_is_torn(faults) and mixes_line_ends(*source, UTF8, ask)):
            better = replace(better, uneven=True)
    casts = [fault for fault in faults if fault.what in _VALUES]
    late = {fault.value.strip() for fault in casts} & (set(MISSING) - set(dialect.missing))
    if asked.missing is None and late:
        better = replace(better, missing=MISSING)
    elif len(casts) == len(faults) and asked.bad_rows == "refuse":
        better = replace(better, kinds=(*asked.kinds, *_texts(asked, casts)))
    return None if better == asked else better


def _is_torn(faults: Sequence[Fault]) -> bool:
    """Whether lines may have been cut where they do not end; DuckDB then finds no row to blame."""
    return not faults or any(fault.what not in _VALUES for fault in faults)


def _texts(asked: ImportOptions, casts: Sequence[Fault]) -> tuple[tuple[str, str], ...]:
    """Columns that hold words after all."""
    numbers = {name for name, _kind in asked.kinds}
    found = {fault.column: fault.value for fault in reversed(casts)}
    return tuple(
        (name, "text")
        for name, value in found.items()
        if name not in numbers and not is_hexadecimal(value)
    )


def sentence(name: str, rejected: RejectedRows) -> str:
    """Why a file is refused: its first bad row, and how many more there are.

    Parameters
    ----------
    name : of the file.
    rejected : rows that cannot be read.
    """
    if not rejected.first:
        return (
            f"{name} cannot be read as rows of values with a delimiter between: choose another "
            "delimiter or quote, or export the data as CSV in UTF-8."
        )
    first = rejected.first[0]
    run = [
        row
        for _, row in takewhile(
            lambda pair: pair[1] == replace(first, line=first.line + pair[0], value=pair[1].value),
            enumerate(rejected.first),
        )
    ]
    run = run if not first.column else run[:1]
    more = rejected.count - len(run)
    others = f", and {more:,} more row{'s' * (more != 1)} cannot be read" if more else ""
    remedy = "mend or remove that line" if len(run) == 1 and not more else "mend or remove them"
    return f"{_place(name, first, run[-1].line)} {_what(first, len(run))}{others}: {remedy}."


def _place(name: str, first: Rejected, last: int) -> str:
    if last > first.line:
        return f"Lines {first.line:,} to {last:,} of {name}"
    where = f", column '{first.column}'," if first.column else ""
    return f"Line {first.line:,} of {name}{where}"


def _what(first: Rejected, n_rows: int) -> str:
    if first.column:
        return f"has {first.value!r} for a number"
    return f"{'has' if n_rows == 1 else 'have'} {first.reason}"
