"""Damage to files, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile

_TELLING = (0, 1, 0x7F, 0x80, 0xFF, ord('"'), ord("\n"), ord(","), ord("9"), ord("-"))
_NEAR = 2000


def damaged(content: bytes, seed: int) -> bytes:
    """The content with one kind of damage; that of a zip archive mostly within one of its files."""
    draw = random.Random(seed)
    if content.startswith(b"PK\x03\x04") and draw.random() < 0.8:
        return _within_archive(content, draw)
    return _damaged(content, draw)


def _within_archive(content: bytes, draw: random.Random) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        names = old.namelist()
        chosen = draw.choice([*names, max(names, key=lambda name: old.getinfo(name).file_size)])
        for name in names:
            kept = old.read(name)
            new.writestr(name, _damaged(kept, draw) if name == chosen else kept)
    return result.getvalue()


def _damaged(content: bytes, draw: random.Random) -> bytes:
    place = _place(len(content), draw)
    kind = draw.choice(("cut", "flip", "set", "set", "remove", "insert", "repeat"))
    changed = bytearray(content)
    n = draw.choice((1, 2, 4, 50))
    if kind == "cut":
        return content[:place]
    if kind == "remove":
        del changed[place : place + n]
    elif kind == "insert":
        changed[place:place] = draw.randbytes(n)
    elif kind == "repeat":
        changed[place:place] = content[place : place + 40 * n]
    else:
        for _ in range(n):
            at = _place(len(content), draw)
            bit = changed[at] ^ 1 << draw.randrange(8)
            changed[at] = bit if kind == "flip" else draw.choice((*_TELLING, draw.randrange(256)))
    return bytes(changed)


def _place(size: int, draw: random.Random) -> int:
    """Anywhere, but more often near the beginning or the end, where formats say what they hold."""
    near = min(size, _NEAR)
    first = draw.choice((0, size - near, draw.randrange(size - near + 1)))
    return first + draw.randrange(near)
