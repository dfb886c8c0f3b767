"""What was remembered between runs, read with care: the file may hold anything."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings


def saved_text(settings: QSettings, key: str, default: str = "") -> str:
    """The text under `key`, or `default` where there is none."""
    value = settings.value(key)
    return value if isinstance(value, str) else default


def saved_texts(settings: QSettings, key: str) -> list[str]:
    """The texts under `key`; whatever else stands there is passed over."""
    value = settings.value(key)
    # QSettings gives a list of one back as a plain text, and an empty one as None.
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if isinstance(text, str) and text]


def saved_bytes(settings: QSettings, key: str) -> QByteArray:
    """The bytes under `key`, none where there are none."""
    value = settings.value(key)
    return value if isinstance(value, QByteArray) else QByteArray()
