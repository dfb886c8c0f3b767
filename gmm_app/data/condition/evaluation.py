"""Which rows of a table fulfil a condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.condition.parser import parse
from gmm_app.data.condition.syntax import (
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
    Among,
    And,
    Call,
    Chain,
    Column,
    Compared,
    Condition,
    Constant,
    Label,
    LabelAmong,
    Missing,
    Negative,
    Not,
    Number,
    Or,
)
from gmm_app.errors import Cancelled

if TYPE_CHECKING:
    from gmm_app.data.table import LabelColumn, Table

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

# Few enough for the processor's cache, however many columns and operators there are.
_BLOCK = 1 << 15


class Truth(NamedTuple):
    """For each row: surely true, surely false; where neither, a missing value leaves it open."""

    true: Mask
    false: Mask


def rows_where(
    text: str, table: Table, *, cancelled: Callable[[], bool] | None = None
) -> NDArray[np.bool_]:
    """For each row of a table, whether it fulfils a condition.

    A comparison with a missing value is neither true nor false, and nor is its opposite, as in SQL;
    only rows for which the whole condition is true fulfil it. What cannot be computed, such as the
    logarithm of a negative number or a quotient by 0, is missing.

    Parameters
    ----------
    text : the condition, as `parser.parse` reads it.
    table : the rows.
    cancelled : asked now and then whether to stop.

    Raises
    ------
    ConditionError
        It is not a condition on this table's columns.
    Cancelled
        It was asked to stop.
    """
    condition = parse(text, table)
    numbers = dict(zip(table.columns, table.values, strict=True))
    labels = {label.name: label for label in table.labels}
    fulfilled = np.empty(table.n_rows, dtype=np.bool_)
    for begin in range(0, table.n_rows, _BLOCK):
        if cancelled is not None and cancelled():
            raise Cancelled
        rows = slice(begin, begin + _BLOCK)
        with np.errstate(all="ignore"):
            fulfilled[rows] = _Block(numbers, labels, rows).truth(condition).true
    return fulfilled


class _Block:
    """Some rows of a table, of which nodes of a condition are evaluated.

    A constant has one value, not one for each row.
    """

    def __init__(
        self, numbers: dict[str, Numbers], labels: dict[str, LabelColumn], rows: slice
    ) -> None:
        self._numbers = numbers
        self._labels = labels
        self._rows = rows

    def truth(self, condition: Condition) -> Truth:
        match condition:
            case And(parts):
                return self._all_of(parts)
            case Or(parts):
                return _opposite(self._all_of(tuple(Not(part) for part in parts)))
            case Not(part):
                return _opposite(self.truth(part))
            case Compared(first, rest):
                return self._compared(first, rest)
            case Among(operand, values):
                number = self.number(operand)
                return _known(np.isin(number, values), np.isnan(number))
            case LabelAmong(label, words):
                return self._label_among(label, words)
            case Missing(operand):
                missing = self._is_missing(operand)
                return Truth(missing, ~missing)

    def number(self, node: Number) -> Numbers:
        match node:
            case Constant(value):
                return np.asarray(value)
            case Column(name):
                return self._numbers[name][self._rows]
            case Negative(operand):
                return -self.number(operand)
            case Chain(first, rest):
                total = self.number(first)
                for operator, operand in rest:
                    total = _finite(ARITHMETIC[operator](total, self.number(operand)))
                return total
            case Call(function, arguments):
                values = [self.number(argument) for argument in arguments]
                return _finite(FUNCTIONS[function].compute(*values))

    def _all_of(self, parts: tuple[Condition, ...]) -> Truth:
        first, *rest = parts
        true, false = self.truth(first)
        for part in rest:
            next_true, next_false = self.truth(part)
            true, false = true & next_true, false | next_false
        return Truth(true, false)

    def _compared(self, first: Number, rest: tuple[tuple[str, Number], ...]) -> Truth:
        left = self.number(first)
        true: Mask = np.asarray(True)
        false: Mask = np.asarray(False)
        for comparison, operand in rest:
            right = self.number(operand)
            missing = np.isnan(left) | np.isnan(right)
            holds = _known(COMPARISONS[comparison](left, right), missing)
            true, false = true & holds.true, false | holds.false
            left = right
        return Truth(true, false)

    def _label_among(self, label: Label, words: tuple[str, ...]) -> Truth:
        column = self._labels[label.name]
        codes = column.codes[self._rows]
        wanted = [code for code, word in enumerate(column.words) if word in words]
        return _known(np.isin(codes, wanted), codes < 0)

    def _is_missing(self, operand: Number | Label) -> Mask:
        if isinstance(operand, Label):
            return self._labels[operand.name].codes[self._rows] < 0
        return np.isnan(self.number(operand))


def _known(holds: Mask, missing: Mask) -> Truth:
    return Truth(holds & ~missing, ~holds & ~missing)


def _opposite(truth: Truth) -> Truth:
    return Truth(truth.false, truth.true)


def _finite(numbers: Numbers) -> Numbers:
    """The numbers, missing where they could not be computed."""
    return np.where(np.isfinite(numbers), numbers, np.nan)
