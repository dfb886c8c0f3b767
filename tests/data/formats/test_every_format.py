"""What holds for all formats alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.reading import read_table
from gmm_app.data.writing.formats import FORMATS, format_of, write_table
from gmm_app.data.writing.layout import Column, Layout
from gmm_app.errors import Cancelled
from tests.data.formats.makers import MAKERS, table


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "with gaps"])
@pytest.mark.parametrize("name", MAKERS)
def test_the_same_table_reads_back_equal(tmp_path: Path, name: str, gaps: bool) -> None:
    columns = table(gaps=gaps)
    MAKERS[name](tmp_path / name, columns)
    found = read_table(tmp_path / name)
    numbers = {key: values for key, values in columns.items() if values.dtype != object}
    assert len(found.columns) == 3
    if not name.endswith(".mat"):  # where names are words
        assert found.columns == tuple(numbers)
    np.testing.assert_array_equal(found.values, list(numbers.values()))
    if not name.endswith(".fcs"):  # which holds numbers alone
        (label,) = found.labels
        words = [label.words[code] if code >= 0 else None for code in label.codes]
        assert words == columns["kind"].tolist()


@pytest.mark.parametrize("name", MAKERS)
def test_reading_stops_when_asked(tmp_path: Path, name: str) -> None:
    MAKERS[name](tmp_path / name, table(50))
    with pytest.raises(Cancelled):
        read_table(tmp_path / name, cancelled=lambda: True)


@pytest.mark.parametrize("suffix", [fmt.suffixes[0] for fmt in FORMATS])
def test_what_the_program_writes_reads_back_equal(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    columns = table(gaps=True)
    words = columns.pop("kind")
    if format_of(path).holds_text:
        columns["kind"] = np.array([word or "none" for word in words], dtype=object)
    kinds = tuple(Column(name, values.dtype) for name, values in columns.items())
    write_table(path, Layout("rows", kinds, words.size), [list(columns.values())])
    found = read_table(path)
    numbers = {name: values for name, values in columns.items() if values.dtype != object}
    assert found.columns == tuple(numbers)
    np.testing.assert_array_equal(found.values, list(numbers.values()))
