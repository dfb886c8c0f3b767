"""Which column a name in a condition means, and what to say where there is none of that name."""

from __future__ import annotations

import difflib
from itertools import islice
from typing import TYPE_CHECKING

from gmm_app.data.condition.syntax import Column, Label
from gmm_app.data.condition.tokens import Token, quoted_name, shown
from gmm_app.errors import ConditionError

if TYPE_CHECKING:
    from gmm_app.data.table import Table

# Likeness to thousands of names would keep whoever types waiting.
_MOST_COMPARED = 2_000
_MOST_NAMED = 6


class Names:
    """The columns of a table, as the text of a condition names them."""

    def __init__(self, table: Table, text: str) -> None:
        self._text = text
        self._numbers = frozenset(table.columns)
        self._words = {label.name: label.words for label in table.labels}
        self._others = frozenset(table.other_columns)
        self._all = (*table.columns, *self._words)

    @property
    def example(self) -> str:
        """A condition that can be asked of this table."""
        return f"{quoted_name(self._all[0])} > 0" if self._numbers else "x > 0"

    def column(self, token: Token) -> Column | Label:
        """The column that a token names.

        Raises
        ------
        ConditionError
            There is no such column, or its words were not kept.
        """
        if token.value in self._numbers:
            return Column(token.value)
        if token.value in self._words:
            return Label(token.value)
        name, at = shown(token.value), token.where
        if token.value in self._others:
            sentence = (
                f"Column '{name}' {at} holds neither numbers nor few different words: conditions "
                "are on columns of these."
            )
        else:
            sentence = f"There is no column '{name}', {at}: {self._remedy(token)}"
        raise ConditionError(sentence, token.place)

    def _remedy(self, token: Token) -> str:
        longer = [
            name
            for name in self._all
            if len(name) > len(token.text) and self._text.startswith(name, token.place)
        ]
        if longer:
            whole = max(longer, key=len)
            return f"the name {shown(whole)} must stand in quotes, as {quoted_name(whole)}."
        if token.text[0] == '"' and any(token.value in words for words in self._words.values()):
            return f"a word stands in single quotes, as '{shown(token.value)}'."
        likely = self._alike(token.value)
        if likely:
            return f"did you mean {shown(quoted_name(likely))}?"
        named = ", ".join(shown(name) for name in islice(self._all, _MOST_NAMED))
        more = len(self._all) - _MOST_NAMED
        return f"choose among {named}{f' and {more:,} more' if more > 0 else ''}."

    def _alike(self, name: str) -> str | None:
        folded = name.casefold()
        same = (other for other in self._all if other.casefold() == folded)
        close = difflib.get_close_matches(name, self._all[:_MOST_COMPARED], n=1, cutoff=0.65)
        return next(same, close[0] if close else None)
