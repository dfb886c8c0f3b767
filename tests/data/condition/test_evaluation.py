"""What a condition means: examples, words, missing values, and a slow oracle row by row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmm_app.data.condition import evaluation
from gmm_app.data.condition.evaluation import rows_where
from gmm_app.data.table import LabelColumn, Table
from gmm_app.errors import Cancelled
from tests.data.condition.tables import small_table


def rows(condition: str) -> list[int]:
    return np.flatnonzero(rows_where(condition, small_table())).tolist()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a > 1", [1, 3]),
        ("a >= 1 AND b < 5", [3]),
        ("a < 0 Or b = 0", [3, 4]),
        ("a == 1", [0]),
        ("a <> 1", [1, 3, 4]),
        ("not a > 1", [0, 4]),
        ("not (a > 1 or b = 5)", []),
        ("1 < a <= 4", [1, 3]),
        ("a between 1 and 2", [0, 1]),
        ("a not between 1 and 2", [3, 4]),
        ("a between 1 and 2 and b = 5", [0]),
        ("a in (1, -5, 7)", [0, 4]),
        ("a not in (1, -5)", [1, 3]),
        ("a is missing", [2]),
        ("a is null or b is missing", [1, 2]),
        ("a is not null and b is not missing", [0, 3, 4]),
        ("a + b * 2 > 10", [0]),
        ("(a + b) * 2 = 0", [4]),
        ("- a > -2 and -a < 0", [0]),
        ("2 - - a = 6", [3]),
        ("a - 1 - 1 = 2", [3]),
        ("8 / a / 2 = 1", [3]),
        ("b / b = 1", [0, 2, 4]),
        ("1 / b is missing", [1, 3]),
        ("sqrt(a) = 2", [3]),
        ("sqrt(a) is missing", [2, 4]),
        ("abs(a) > 4.5", [4]),
        ("log10(`FSC-A`) = 1", [0]),
        ("log(exp(log)) > 2.5", [3, 4]),
        ("max(a, b) = 5", [0, 4]),
        ("min(a, 3) = 3", [3]),
        ("log > 2", [3, 4]),
        ('"FSC-A" > 25 and [FSC-A] < 45', [2, 3]),
        ('"odd ""name""" = 3', [4]),
        ("species = 'setosa'", [0, 3]),
        ("species != 'setosa'", [1, 4]),
        ("'virginica' = species", [4]),
        ("species = 'it''s'", [1]),
        ("species in ('setosa', 'virginica', 'other')", [0, 3, 4]),
        ("species not in ('setosa')", [1, 4]),
        ("species is missing", [2]),
        ("not species = 'nothing'", [0, 1, 3, 4]),
        (".5e1 = b", [0, 2, 4]),
        ("1 < 2", [0, 1, 2, 3, 4]),
        ("\n a\t>\r\n1 ", [1, 3]),
    ],
)
def test_what_a_condition_chooses(condition: str, expected: list[int]) -> None:
    assert rows(condition) == expected


def test_what_is_unknown_stays_so_unless_the_rest_decides() -> None:
    assert rows("a > 1 or b = 5") == [0, 1, 2, 3, 4]
    assert rows("a > 1 and b = 0") == [3]
    assert rows("not (a > 1 and b = 0)") == [0, 2, 4]
    assert rows("a = a") == [0, 1, 3, 4]
    assert rows("not a = a") == []


def test_an_infinite_value_is_no_missing_one() -> None:
    table = Table(np.array([[np.inf, -np.inf, 1.0, np.nan]]), ("a",), "rows")
    assert rows_where("a > 0", table).tolist() == [True, False, True, False]
    assert rows_where("-a > 0", table).tolist() == [False, True, False, False]
    assert rows_where("a is missing", table).tolist() == [False, False, False, True]


def test_many_rows_are_taken_in_blocks_and_can_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "_BLOCK", 7)
    values = np.arange(100.0)
    table = Table(values[None], ("a",), "rows")
    chosen = rows_where("a > 30 and a < 60 or a = 99", table)
    assert np.array_equal(chosen, (values > 30) & (values < 60) | (values == 99))
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        rows_where("a > 30", table, cancelled=lambda: next(asked))


# --- a slow, obvious oracle ----------------------------------------------------------------------

VALUES = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.5)
WORDS = ("red", "green", "blue")
COLUMNS = ("x", "y", "a-b")
Row = dict[str, float | str | None]


class Said(NamedTuple):
    """A piece of a condition, and its value in a row: None where it is unknown or missing."""

    text: str
    of: Callable[[Row], float | str | bool | None]


def _computed(compute: Callable[[float, float], float], left: float, right: float) -> float | None:
    try:
        value = compute(left, right)
    except (ZeroDivisionError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _both(left: Said, right: Said, compute: Callable) -> Callable[[Row], float | bool | None]:
    def value(row: Row) -> float | bool | None:
        a, b = left.of(row), right.of(row)
        return None if a is None or b is None else compute(a, b)

    return value


ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
COMPARISONS = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _arithmetic(parts: tuple[Said, str, Said]) -> Said:
    left, operator, right = parts
    compute = ARITHMETIC[operator]
    return Said(
        f"({left.text} {operator} {right.text})",
        _both(left, right, lambda a, b: _computed(compute, a, b)),
    )


def _one(name: str, compute: Callable[[float], float]) -> Callable[[Said], Said]:
    def said(inner: Said) -> Said:
        return Said(
            f"{name}({inner.text})",
            _both(inner, inner, lambda a, _: _computed(lambda x, _: compute(x), a, a)),
        )

    return said


def _two(name: str, compute: Callable[[float, float], float]) -> Callable:
    def said(pair: tuple[Said, Said]) -> Said:
        left, right = pair
        return Said(f"{name}({left.text}, {right.text})", _both(left, right, compute))

    return said


def _column(name: str) -> Said:
    return Said(f'"{name}"' if "-" in name else name, lambda row: row[name])


NUMBERS = st.recursive(
    st.sampled_from(COLUMNS).map(_column)
    | st.sampled_from(VALUES).map(lambda v: Said(f"{v}", lambda _: v)),
    lambda inner: (
        st.tuples(inner, st.sampled_from(sorted(ARITHMETIC)), inner).map(_arithmetic)
        | inner.map(_one("-", lambda a: -a))
        | inner.map(_one("abs", abs))
        | inner.map(_one("sqrt", math.sqrt))
        | st.tuples(inner, inner).map(_two("max", max))
        | st.tuples(inner, inner).map(_two("min", min))
    ),
    max_leaves=4,
)


def _compared(parts: tuple[Said, str, Said]) -> Said:
    left, comparison, right = parts
    return Said(
        f"{left.text} {comparison} {right.text}", _both(left, right, COMPARISONS[comparison])
    )


def _between(parts: tuple[Said, Said, Said]) -> Said:
    value, low, high = parts
    return _and(
        (
            Said("", _both(value, low, COMPARISONS[">="])),
            Said("", _both(value, high, COMPARISONS["<="])),
        )
    )._replace(text=f"{value.text} between {low.text} and {high.text}")


def _among(parts: tuple[Said, list[float]]) -> Said:
    number, values = parts
    listed = ", ".join(f"{value}" for value in values)
    return Said(f"{number.text} in ({listed})", _both(number, number, lambda a, _: a in values))


def _word_among(words: list[str]) -> Said:
    column = _column("colour")
    listed = ", ".join(f"'{word}'" for word in words)
    return Said(f"colour in ({listed})", _both(column, column, lambda a, _: a in words))


def _word_is(parts: tuple[str, str]) -> Said:
    comparison, word = parts
    column, constant = _column("colour"), Said("", lambda _: word)
    return Said(f"colour {comparison} '{word}'", _both(column, constant, COMPARISONS[comparison]))


def _missing(operand: Said) -> Said:
    return Said(f"{operand.text} is missing", lambda row: operand.of(row) is None)


def _not(inner: Said) -> Said:
    return Said(f"not ({inner.text})", _both(inner, inner, lambda a, _: not a))


def _and(parts: tuple[Said, ...]) -> Said:
    def value(row: Row) -> bool | None:
        found = [part.of(row) for part in parts]
        return False if False in found else None if None in found else True

    return Said(" and ".join(f"({part.text})" for part in parts), value)


def _or(parts: tuple[Said, ...]) -> Said:
    def value(row: Row) -> bool | None:
        found = [part.of(row) for part in parts]
        return True if True in found else None if None in found else False

    return Said(" or ".join(f"({part.text})" for part in parts), value)


CONDITIONS = st.recursive(
    st.tuples(NUMBERS, st.sampled_from(sorted(COMPARISONS)), NUMBERS).map(_compared)
    | st.tuples(NUMBERS, NUMBERS, NUMBERS).map(_between)
    | st.tuples(NUMBERS, st.lists(st.sampled_from(VALUES), min_size=1, max_size=3)).map(_among)
    | st.lists(st.sampled_from((*WORDS, "other")), min_size=1, max_size=3).map(_word_among)
    | st.tuples(st.sampled_from(("=", "!=")), st.sampled_from(WORDS)).map(_word_is)
    | NUMBERS.map(_missing)
    | st.just(_missing(_column("colour"))),
    lambda inner: (
        inner.map(_not)
        | st.lists(inner, min_size=2, max_size=3).map(tuple).map(_and)
        | st.lists(inner, min_size=2, max_size=3).map(tuple).map(_or)
    ),
    max_leaves=5,
)
CELLS = st.sampled_from((*VALUES, None))
ROWS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(COLUMNS, CELLS) | {"colour": st.sampled_from((*WORDS, None))}
    ),
    min_size=1,
    max_size=12,
)


def _table_of(rows: list[Row]) -> Table:
    values = np.array([[row[name] for row in rows] for name in COLUMNS], dtype=np.float64)
    codes = [-1 if row["colour"] is None else WORDS.index(str(row["colour"])) for row in rows]
    label = LabelColumn("colour", np.array(codes, dtype=np.int32), WORDS)
    return Table(values, COLUMNS, "rows", ("colour",), (label,))


@settings(max_examples=150, deadline=None)
@given(condition=CONDITIONS, rows=ROWS)
def test_a_condition_chooses_the_rows_that_the_oracle_finds(
    condition: Said, rows: list[Row]
) -> None:
    expected = [condition.of(row) is True for row in rows]
    assert rows_where(condition.text, _table_of(rows)).tolist() == expected
