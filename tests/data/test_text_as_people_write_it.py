"""Tables of numbers, written in all the ways that text files are: read back as they were."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmm_app.data.reading import read_table
from gmm_app.errors import DataError

TITLES = ("A study of things", "made in Gr\u00f6\u00dfenwahn", "second line, with a comma", "")
COMMENTS = ("# by hand", "# again: 1, 2 and 3", "#")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252")


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, str, np.ndarray]:
    """The content of a file, the ending of its name, and the numbers in it."""
    n_columns = draw(st.integers(2, 4))
    numbers = draw(
        st.lists(
            st.lists(st.integers(-10_000, 10_000), min_size=n_columns, max_size=n_columns),
            min_size=3,
            max_size=12,
        )
    )
    # With two decimals, since 12,345 may be either.
    values = np.array(numbers) / 100.0
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = "." if delimiter == "," else draw(st.sampled_from([".", ","]))
    quote = draw(st.sampled_from(["", '"']))
    rows = [delimiter.join(f"{value:.2f}".replace(".", decimal) for value in row) for row in values]
    names = [f"{quote}{name}{quote}" for name in ("alpha", "beta", "gamma", "delta")[:n_columns]]
    between = draw(st.lists(st.sampled_from(COMMENTS), max_size=2))
    places = draw(st.lists(st.integers(1, len(rows) - 1), min_size=len(between)))
    for comment, place in zip(between, places, strict=False):
        rows.insert(place, comment)
    above = draw(st.lists(st.sampled_from((*TITLES, *COMMENTS)), max_size=3))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from(["", end, end + end]))
    text = end.join([*above, delimiter.join(names), *rows]) + last
    content = text.encode(draw(st.sampled_from(ENCODINGS)))
    if draw(st.booleans()):
        return gzip.compress(content), ".csv.gz", values
    return content, draw(st.sampled_from([".csv", ".txt", ".tsv"])), values


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files())
def test_numbers_come_back_or_a_sentence_says_why_not(
    tmp_path: Path, written: tuple[bytes, str, np.ndarray]
) -> None:
    content, ending, values = written
    path = tmp_path / f"data{ending}"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except DataError as error:
        # What is doubtful may be refused; to lose a row without a word is what may not be.
        assert path.name in str(error)
        return
    np.testing.assert_allclose(table.values.T, values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("end", ["", "\n", "\r", "\n3,4\n"])
def test_a_line_beyond_all_measure_is_not_passed_over(tmp_path: Path, end: str) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n1,2\n" + "7" * (40 << 20) + end, encoding="utf-8")
    with pytest.raises(DataError, match=r"line of long\.csv is longer than 2 MB"):
        read_table(path)


def test_many_lines_that_end_in_carriage_returns(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(b"a,b\r" + b"1,2\r" * 1_000_000)
    assert read_table(path).n_rows == 1_000_000
