"""From the text of a condition to its nodes, with columns and types checked on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from gmm_app.data.condition.cursor import Cursor
from gmm_app.data.condition.names import Names
from gmm_app.data.condition.operands import Node, Side, as_condition, as_number, word_comparison
from gmm_app.data.condition.syntax import (
    COMPARISONS,
    FUNCTIONS,
    Among,
    And,
    Call,
    Chain,
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
    Word,
)
from gmm_app.data.condition.tokens import Kind, Token, shown
from gmm_app.errors import ConditionError

if TYPE_CHECKING:
    from gmm_app.data.table import Table

_OPERAND = "a number or a column"

Item = TypeVar("Item")


def parse(text: str, table: Table) -> Condition:
    """Read a condition on the rows of a table.

    Parameters
    ----------
    text : comparisons of numbers and columns (= == != <> < <= > >=, between, in, is missing, is
        null), joined by and, or, not; + - * / and the functions abs, exp, log, log10, max, min,
        sqrt; columns of words are compared with 'words'. Names that are no plain identifiers
        stand in double quotes, backquotes or square brackets.
    table : whose columns may be named.

    Raises
    ------
    ConditionError
        It is not a condition on this table's columns; one sentence says where and what to do.
    """
    return _Parser(text, Names(table, text)).whole()


class _Parser:
    """Recursive descent, a method for each rule; an operand's type is checked where it is used."""

    def __init__(self, text: str, names: Names) -> None:
        self._at = Cursor(text)
        self._names = names

    def whole(self) -> Condition:
        begin = self._at.now
        node = self._either()
        self._at.refuse_rest()
        return self._as_condition(node, begin)

    # --- conditions ----------------------------------------------------------------------------

    def _either(self) -> Node:
        return self._joined("or", self._every, Or)

    def _every(self) -> Node:
        return self._joined("and", self._opposite, And)

    def _joined(self, word: str, rule: Callable[[], Node], join: type[And] | type[Or]) -> Node:
        begin = self._at.now
        first = rule()
        if not self._at.now.is_(Kind.KEYWORD, word):
            return first
        parts = [self._as_condition(first, begin)]
        while self._at.take(Kind.KEYWORD, word):
            begin = self._at.now
            parts.append(self._as_condition(rule(), begin))
        return join(tuple(parts))

    def _opposite(self) -> Node:
        if not self._at.take(Kind.KEYWORD, "not"):
            return self._predicate()
        begin = self._at.now
        with self._at.deeper():
            return Not(self._as_condition(self._opposite(), begin))

    def _predicate(self) -> Node:
        begin = self._at.now
        operand = self._sum()
        if self._at.now.is_(Kind.MARK, *COMPARISONS):
            return self._comparison(operand, begin)
        if self._at.take(Kind.KEYWORD, "is"):
            return self._missing(operand, begin)
        turned = self._at.now.is_(Kind.KEYWORD, "not")
        last = self._at.following if turned else self._at.now
        if not last.is_(Kind.KEYWORD, "between", "in"):
            return operand
        while self._at.advance() is not last:
            pass
        rule = self._between if last.value == "between" else self._among
        condition = rule(operand, begin)
        return Not(condition) if turned else condition

    def _comparison(self, operand: Node, begin: Token) -> Condition:
        sides: list[Side] = [(operand, begin)]
        marks = []
        while self._at.now.is_(Kind.MARK, *COMPARISONS):
            marks.append(self._at.advance())
            after = self._at.now
            sides.append((self._sum(), after))
        if any(isinstance(side, Label | Word) for side, _ in sides):
            return word_comparison(sides, marks)
        first, *rest = [as_number(side, token) for side, token in sides]
        values = [mark.value for mark in marks]
        return Compared(first, tuple(zip(values, rest, strict=True)))

    def _missing(self, operand: Node, begin: Token) -> Condition:
        turned = self._at.take(Kind.KEYWORD, "not")
        if not self._at.take(Kind.KEYWORD, "null", "missing"):
            raise self._at.expected("missing or null")
        if not isinstance(operand, Label):
            operand = as_number(operand, begin)
        return Not(Missing(operand)) if turned else Missing(operand)

    def _between(self, operand: Node, begin: Token) -> Condition:
        number = as_number(operand, begin)
        low = self._number(self._sum)
        self._at.require(Kind.KEYWORD, "and")
        high = self._number(self._sum)
        return And((Compared(number, ((">=", low),)), Compared(number, (("<=", high),))))

    def _among(self, operand: Node, begin: Token) -> Condition:
        self._at.require(Kind.MARK, "(")
        if isinstance(operand, Label):
            words = self._listed(self._word)
            return LabelAmong(operand, tuple(words))
        number = as_number(operand, begin)
        return Among(number, tuple(self._listed(self._signed_constant)))

    def _listed(self, item: Callable[[], Item]) -> list[Item]:
        """What stands in the brackets that have been opened, with commas between."""
        items = [item()]
        while self._at.take(Kind.MARK, ","):
            items.append(item())
        self._at.require(Kind.MARK, ")", " or a comma")
        return items

    def _word(self) -> str:
        if self._at.now.kind is not Kind.WORD:
            raise self._at.expected("a word in single quotes")
        return self._at.advance().value

    def _signed_constant(self) -> float:
        sign = -1.0 if self._at.take(Kind.MARK, "-") else 1.0
        if self._at.now.kind is not Kind.NUMBER:
            raise self._at.expected("a number")
        return sign * self._constant().value

    # --- numbers -------------------------------------------------------------------------------

    def _sum(self) -> Node:
        return self._chained(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chained(("*", "/"), self._signed)

    def _chained(self, marks: tuple[str, str], rule: Callable[[], Node]) -> Node:
        begin = self._at.now
        first = rule()
        if not self._at.now.is_(Kind.MARK, *marks):
            return first
        number, rest = as_number(first, begin), []
        while self._at.now.is_(Kind.MARK, *marks):
            mark = self._at.advance()
            rest.append((mark.value, self._number(rule)))
        return Chain(number, tuple(rest))

    def _signed(self) -> Node:
        if self._at.take(Kind.MARK, "-"):
            with self._at.deeper():
                return Negative(self._number(self._signed))
        return self._atom()

    def _atom(self) -> Node:
        token = self._at.now
        if token.kind is Kind.NUMBER:
            return self._constant()
        if token.kind is Kind.WORD:
            return Word(self._at.advance().value)
        if token.kind is Kind.NAME:
            return self._call() if self._calls() else self._names.column(self._at.advance())
        if not self._at.take(Kind.MARK, "("):
            raise self._at.expected(_OPERAND)
        with self._at.deeper():
            inside = self._either()
        self._at.require(Kind.MARK, ")")
        return inside

    def _constant(self) -> Constant:
        token = self._at.advance()
        value = float(token.value)
        if math.isinf(value):
            raise ConditionError(
                f"The number {shown(token.text)} {token.where} is too large: give one below 1e308.",
                token.place,
            )
        return Constant(value)

    def _calls(self) -> bool:
        bare = self._at.now.text == self._at.now.value
        return bare and self._at.following.is_(Kind.MARK, "(")

    def _call(self) -> Call:
        name = self._at.advance()
        function = FUNCTIONS.get(name.value)
        if function is None:
            raise ConditionError(
                f"There is no function '{shown(name.value)}', {name.where}: "
                f"conditions have {', '.join(FUNCTIONS)}.",
                name.place,
            )
        self._at.advance()
        with self._at.deeper():
            arguments = self._listed(lambda: self._number(self._sum))
        if len(arguments) != function.n_arguments:
            wanted = "one number" if function.n_arguments == 1 else "two numbers"
            raise ConditionError(
                f"{name.value} {name.where} takes {wanted}, not {len(arguments):,}.",
                name.place,
            )
        return Call(name.value, tuple(arguments))

    def _number(self, rule: Callable[[], Node]) -> Number:
        begin = self._at.now
        return as_number(rule(), begin)

    def _as_condition(self, node: Node, begin: Token) -> Condition:
        return as_condition(node, begin, self._names.example)
