"""Widgets and actions by name, with their type."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

Kind = TypeVar("Kind", bound=QObject)


def find(parent: QObject, kind: type[Kind], name: str = "") -> Kind:
    """The child of that type and objectName; fails the test where there is none."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert isinstance(found, kind), f"there is no {kind.__name__} {name!r}"
    return found
