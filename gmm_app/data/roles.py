"""What a column is used for: a feature that is fitted, weights, known components, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from gmm_app.data.choice import DataChoice


class Role(Enum):
    """What a column of a table is used for; at most one has weights, one known components."""

    FEATURE = "feature"
    WEIGHT = "weight"
    KNOWN = "known label"
    IGNORED = "ignored"


def role_of(name: str, choice: DataChoice) -> Role:
    """What a choice uses a column for."""
    if name == choice.weights:
        return Role.WEIGHT
    if name == choice.known:
        return Role.KNOWN
    return Role.FEATURE if name in choice.columns else Role.IGNORED


def with_role(choice: DataChoice, name: str, role: Role, order: Sequence[str]) -> DataChoice:
    """The choice with another use of one column; another that had its role has none then.

    Parameters
    ----------
    choice : as it is.
    name, role : of the column.
    order : names of all columns that can be features, in the order of the table.
    """
    features = set(choice.columns) - {name}
    if role is Role.FEATURE:
        features.add(name)
    weights = None if choice.weights == name else choice.weights
    known = None if choice.known == name else choice.known
    return replace(
        choice,
        columns=tuple(column for column in order if column in features),
        weights=name if role is Role.WEIGHT else weights,
        known=name if role is Role.KNOWN else known,
    )
