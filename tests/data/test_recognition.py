"""A file's format is what its content shows, and else what its name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmm_app.data.recognition import FORMATS, format_of
from tests.data.formats.makers import MAKERS, table


@pytest.mark.parametrize("name", [name for name in MAKERS if not name.endswith(".gz")])
def test_by_content(tmp_path: Path, name: str) -> None:
    MAKERS[name](tmp_path / name, table(20))
    expected = format_of(tmp_path / name)
    assert name.endswith(expected.suffixes)
    if name == "new.mat":
        return
    for other in ("data.csv", "data", "data.xlsx", "data.parquet"):
        if name.endswith("json") and not other.endswith("csv"):
            continue
        copy = tmp_path / other
        copy.write_bytes((tmp_path / name).read_bytes())
        assert format_of(copy) is expected


@pytest.mark.parametrize(
    "heading", ["PAR1,PAR2", "FEA1,FEA2", "FCS3.0,FSC", "12345678DUCK,b", "MATLAB 5.0,b", "[a],b"]
)
def test_headings_that_begin_as_other_formats_do(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"{heading}\n1,2\n")
    assert format_of(path).title == "delimited text"


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.title)
def test_by_name_where_the_content_shows_nothing(tmp_path: Path, fmt) -> None:
    for suffix in fmt.suffixes:
        path = tmp_path / f"DATA{suffix.upper()}"
        path.write_bytes(bytes(100))
        assert format_of(path) is fmt
