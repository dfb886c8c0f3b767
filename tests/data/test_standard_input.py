"""Data that come through a pipe."""

import io
import sys
from pathlib import Path

import pytest

from gmm_app.data.reading import read_table
from gmm_app.data.standard_input import in_a_file
from gmm_app.errors import DataError


class _Piped:
    def __init__(self, content: bytes, *, terminal: bool = False) -> None:
        self.buffer = io.BytesIO(content)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_what_is_piped_in_is_read_and_then_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Piped(b"a,b\n1,2\n3,4\n"))
    with in_a_file("-") as path:
        assert read_table(path).values.tolist() == [[1, 3], [2, 4]]
    assert not path.exists()


def test_a_path_stays_as_it_is(tmp_path: Path) -> None:
    with in_a_file(tmp_path / "-") as path:
        assert path == tmp_path / "-"


def test_a_terminal_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Piped(b"", terminal=True))
    with pytest.raises(DataError, match="Nothing is piped in"), in_a_file("-"):
        pass
