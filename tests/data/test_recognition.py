"""A file's format is what its content shows, and else what its name says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard

from gmm_app.data.reading import read_table
from gmm_app.data.recognition import FORMATS, format_of
from gmm_app.errors import DataError
from tests.data.formats.makers import MAKERS, table


@pytest.mark.parametrize("name", MAKERS)
def test_by_content(tmp_path: Path, name: str) -> None:
    MAKERS[name](tmp_path / name, table(20))
    expected = format_of(tmp_path / name)
    assert name.endswith(expected.suffixes)
    if name == "new.mat":
        return
    for other in ("data.csv", "data", "data.xlsx", "data.parquet"):
        copy = tmp_path / other
        copy.write_bytes((tmp_path / name).read_bytes())
        assert format_of(copy) is expected


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("name", ["data", "data.csv", "data.csv.gz", "data.csv.zst", "data.xlsx"])
def test_what_is_packed_is_seen_by_content(tmp_path: Path, pack, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(pack(b"a,b\n1,2\n3,4\n5,6\n"))
    assert read_table(path).values.tolist() == [[1, 3, 5], [2, 4, 6]]
    path.write_bytes(pack(b'{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n'))
    assert read_table(path).values.tolist() == [[1, 3], [2, 4]]
    path.write_bytes(pack(b"\x93NUMPY"))
    with pytest.raises(DataError, match="which only text files may be: unpack it first"):
        read_table(path)
    path.write_bytes(pack(b"1,2\n" * 5000)[:16])
    with pytest.raises(DataError, match="not a whole"):
        read_table(path)


@pytest.mark.parametrize("name", ["data.csv.gz", "data.csv.zst"])
def test_what_was_unpacked_and_kept_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"a,b\n1,2\n3,4\n5,6\n")
    assert read_table(path).values.tolist() == [[1, 3, 5], [2, 4, 6]]


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
