"""Going through the tokens of a condition, and saying what was expected where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gmm_app.data.condition.tokens import Kind, Token, shown, tokens_of
from gmm_app.errors import ConditionError

DEEPEST = 32
"""Brackets, signs and nots within each other at most: recursion has its bounds."""


class Cursor:
    """A place among the tokens of a condition.

    Parameters
    ----------
    text : the condition.
    """

    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._position = 0
        self._depth = 0

    @property
    def now(self) -> Token:
        """The token at this place."""
        return self._tokens[self._position]

    @property
    def following(self) -> Token:
        """The token after this place; at the end, that of the end."""
        return self._tokens[min(self._position + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Go on by one token; the one that was here."""
        self._position += 1
        return self._tokens[self._position - 1]

    def take(self, kind: Kind, *values: str) -> bool:
        """Go on if one of these stands here; whether it does."""
        found = self.now.is_(kind, *values)
        self._position += found
        return found

    def require(self, kind: Kind, value: str, otherwise: str = "") -> None:
        """Go on past what must stand here; `otherwise` says what else might."""
        if not self.take(kind, value):
            raise self.expected(f"'{value}'{otherwise}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Read what stands within a bracket, or after a sign or a not."""
        if self._depth == DEEPEST:
            raise ConditionError(
                f"More than {DEEPEST} brackets, signs or nots stand within each other "
                f"{self.now.where}: write it flatter.",
                self.now.place,
            )
        self._depth += 1
        yield
        self._depth -= 1

    def expected(self, what: str) -> ConditionError:
        """The error that something else stands here than `what`."""
        now = self.now
        found = "the condition ends" if now.kind is Kind.END else f"there is '{shown(now.text)}'"
        if self._position == 0:
            where = f"The condition must begin with {what}"
        else:
            before = self._tokens[self._position - 1]
            where = f"After '{shown(before.text)}' {before.where} there must be {what}"
        return ConditionError(f"{where}, and {found}.", now.place)

    def refuse_rest(self) -> None:
        """Raise if the condition does not end here."""
        now = self.now
        if now.kind is Kind.END:
            return
        if now.is_(Kind.MARK, ")"):
            remedy = "closes nothing: take it away"
        elif now.is_(Kind.MARK, ","):
            remedy = "cannot stand there: write numbers as in 1000 and 0.5"
        else:
            remedy = "cannot follow there: join conditions by and, or or"
        raise ConditionError(f"'{shown(now.text)}' {now.where} {remedy}.", now.place)
