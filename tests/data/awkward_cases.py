"""All awkward files."""

from __future__ import annotations

from tests.data import awkward_binary, awkward_text

CASES = [*awkward_text.CASES, *awkward_binary.CASES]
