"""What may stand where: numbers, words and conditions, told apart with what to do otherwise."""

from __future__ import annotations

from gmm_app.data.condition.syntax import (
    Column,
    Condition,
    Label,
    LabelAmong,
    Not,
    Number,
    Operand,
    Word,
)
from gmm_app.data.condition.tokens import Token, quoted_name, shown
from gmm_app.errors import ConditionError

Node = Condition | Operand
Side = tuple[Node, Token]
"""A node, and the token at which it begins."""

_UNEQUAL = ("!=", "<>")
_OF_WORDS = ("=", "==", *_UNEQUAL)


def as_number(node: Node, begin: Token) -> Number:
    """The node, which must be a number.

    Raises
    ------
    ConditionError
        It is a condition, or has to do with words.
    """
    if isinstance(node, Label):
        raise _needs_word(node, begin)
    if isinstance(node, Word):
        raise ConditionError(
            f"The word '{shown(node.text)}' {begin.where} stands where a number must: take the "
            "quotes away, or put double ones around a column's name.",
            begin.place,
        )
    if isinstance(node, Condition):
        raise ConditionError(
            f"A condition begins {begin.where}, where a number must stand: join conditions by and, "
            "or or.",
            begin.place,
        )
    return node


def as_condition(node: Node, begin: Token, example: str) -> Condition:
    """The node, which must be a condition.

    Parameters
    ----------
    node, begin : what was read, and where it begins.
    example : a condition to show.

    Raises
    ------
    ConditionError
        It is a number or a word.
    """
    if isinstance(node, Condition):
        return node
    column = isinstance(node, Column | Label)
    what = "column" if column else "word" if isinstance(node, Word) else "number"
    raise ConditionError(
        f"The {what} {begin.where} is no condition: compare it, as in {shown(example)}.",
        begin.place,
    )


def word_comparison(sides: list[Side], marks: list[Token]) -> Condition:
    """A column of words compared with a word, whichever is first.

    Raises
    ------
    ConditionError
        It is not those two, or not by = or !=.
    """
    labels = [node for node, _ in sides if isinstance(node, Label)]
    words = [node for node, _ in sides if isinstance(node, Word)]
    if not (labels and words):
        raise _not_words(sides)
    mark = marks[-1]
    if len(marks) > 1 or mark.value not in _OF_WORDS:
        raise ConditionError(
            f"A word cannot be compared by the '{mark.text}' {mark.where}: use = or !=, once.",
            mark.place,
        )
    condition = LabelAmong(labels[0], (words[0].text,))
    return Not(condition) if mark.value in _UNEQUAL else condition


def _not_words(sides: list[Side]) -> ConditionError:
    for node, token in sides:
        if isinstance(node, Label):
            return _needs_word(node, token)
        if isinstance(node, Column):
            return ConditionError(
                f"Column '{shown(node.name)}' {token.where} holds numbers: compare it with a "
                "number, without quotes.",
                token.place,
            )
    begin = sides[0][1]
    return ConditionError(
        f"The comparison {begin.where} names no column of words: name one.", begin.place
    )


def _needs_word(label: Label, token: Token) -> ConditionError:
    return ConditionError(
        f"Column '{shown(label.name)}' {token.where} holds words: compare it with one in single "
        f"quotes, as in {shown(quoted_name(label.name))} = 'word'.",
        token.place,
    )
