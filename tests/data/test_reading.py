"""Reading delimited text: what people really have in their folders."""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmm_app.data.reading import WAYS_TO_OPEN, read, read_table
from gmm_app.errors import Cancelled, DataError

REFERENCE = Path(__file__).parents[1] / "reference"


def written(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table_of(folder: Path, content: str | bytes, name: str = "data.csv"):
    return read_table(written(folder, content, name))


@pytest.mark.parametrize(
    ("name", "n_rows", "n_columns"),
    [("faithful", 272, 2), ("iris", 150, 4), ("gvhd_control", 6809, 4), ("acidity", 155, 1)],
)
def test_reference_data_equal_numpys_reading(name: str, n_rows: int, n_columns: int) -> None:
    path = REFERENCE / f"{name}.csv"
    oracle = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    dataset = read(path)
    assert dataset.X.shape == (n_rows, n_columns)
    np.testing.assert_array_equal(dataset.X, oracle)
    assert dataset.columns == tuple(path.read_text().splitlines()[0].replace('"', "").split(","))
    assert dataset.source == str(path)
    assert dataset.n_left_out == 0


def test_table_is_one_matrix_with_a_contiguous_row_per_column() -> None:
    table = read_table(REFERENCE / "iris.csv")
    assert table.values.shape == (4, 150)
    assert table.values.dtype == np.float64
    assert table.values.flags.c_contiguous
    assert not table.values.flags.writeable


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = "a,b\n1.5,2\n3,-4e2\n".replace(",", delimiter)
    table = table_of(tmp_path, text)
    assert table.columns == ("a", "b")
    np.testing.assert_array_equal(table.values, [[1.5, 3], [2, -400]])


@pytest.mark.parametrize(
    ("first", "n_rows"),
    [
        *(("1,2,3", n) for n in (1, 2, 3, 100)),
        *(("1.5,-2,3e5", n) for n in (1, 2, 3, 100)),
        *(("NA,2,3", n) for n in (2, 3, 100)),
    ],
)
def test_numbers_without_header_keep_their_first_row(
    tmp_path: Path, first: str, n_rows: int
) -> None:
    lines = [first] + ["4,5,6.5"] * (n_rows - 1)
    table = table_of(tmp_path, "\n".join(lines))
    assert table.columns == ("x1", "x2", "x3")
    expected = [np.nan if cell == "NA" else float(cell) for cell in first.split(",")]
    np.testing.assert_array_equal(table.values[:, 0], expected)
    assert table.n_rows == n_rows


def test_a_single_column_with_and_without_header(tmp_path: Path) -> None:
    assert table_of(tmp_path, "1\n3\n5\n").values.tolist() == [[1, 3, 5]]
    table = table_of(tmp_path, "length\n1\n3\n5\n")
    assert table.columns == ("length",)
    assert table.values.tolist() == [[1, 3, 5]]


def test_columns_set_apart_by_several_blanks(tmp_path: Path) -> None:
    table = table_of(tmp_path, "  1.0   2.0\n  3.0  14.0\n 15 6\n")
    assert table.values.tolist() == [[1, 3, 15], [2, 14, 6]]
    late = table_of(tmp_path, "a b\n" + "1 2\n" * 30_000 + "  3    4 \n")
    assert late.values[:, -1].tolist() == [3, 4]


def test_one_row_reads(tmp_path: Path) -> None:
    assert table_of(tmp_path, "a,b\n1,2").values.tolist() == [[1], [2]]
    assert table_of(tmp_path, "1,2").values.tolist() == [[1], [2]]


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?", "-", "inf"])
def test_words_for_missing_values(tmp_path: Path, word: str) -> None:
    table = table_of(tmp_path, f"a,b\n1,2\n{word},-4\n5,6\n")
    assert table.columns == ("a", "b")
    assert not np.isfinite(table.values[0, 1])
    kept = table.dataset()
    assert kept.n_samples == (2 if word == "inf" else 3)
    assert kept.n_incomplete == (word != "inf")
    dataset = table.dataset(missing="drop")
    assert dataset.X.tolist() == [[1, 2], [5, 6]]
    assert dataset.row_numbers is not None
    assert dataset.row_numbers.tolist() == [0, 2]
    assert dataset.n_left_out == 1
    assert dataset.X.flags.f_contiguous
    # Only the chosen columns count.
    assert table.dataset(["b"]).n_samples == 3


@pytest.mark.parametrize("number", ["+5", "+5.5e-3", "1.", ".5", "1e-320", "infinity", "1e400"])
def test_numbers_written_in_unusual_ways(tmp_path: Path, number: str) -> None:
    table = table_of(tmp_path, f"a,b\n1,{number}\n2,4.5\n")
    assert table.columns == ("a", "b")
    assert table.values[1].tolist() == [float(number), 4.5]


def test_only_numbers_are_numeric_columns(tmp_path: Path) -> None:
    text = (
        "i,f,text,truth,day,moment\n"
        "1,0.5,a,true,2020-01-01,2020-01-01 10:00:00\n"
        "2,1.5,b,false,2020-01-02,2020-01-02 10:00:00\n"
    )
    table = table_of(tmp_path, text)
    assert table.columns == ("i", "f")
    assert table.other_columns == ("text", "truth", "day", "moment")


def test_column_names_of_all_kinds(tmp_path: Path) -> None:
    table = table_of(tmp_path, '"a ""b""",größe,,x,x,"p,q",日本\n1,2,3,4,5,6,7\n2,3,4,5,6,7,8\n')
    assert table.columns[0] == 'a "b"'
    assert table.columns[1] == "größe"
    assert table.columns[5:] == ("p,q", "日本")
    assert len(set(table.columns)) == 7
    assert all(table.columns)
    np.testing.assert_array_equal(table.values[:, 0], np.arange(1, 8))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]
)
def test_line_ends_and_encodings(tmp_path: Path, end: str, encoding: str) -> None:
    text = "größe,b\n1,2\n3,4.5\n".replace("\n", end)
    table = table_of(tmp_path, text.encode(encoding))
    assert table.columns == ("größe", "b")
    np.testing.assert_array_equal(table.values, [[1, 3], [2, 4.5]])


@pytest.mark.parametrize("ends", [(b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\r", b"\n")])
@pytest.mark.parametrize("at", [0, 1, 29_999])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_line_ends_that_change_midway(
    tmp_path: Path, ends: tuple[bytes, bytes], at: int, encoding: str
) -> None:
    lines = ["größe,b", *(f"{i}.5,{i}" for i in range(30_000))]
    content = b"".join(
        line.encode(encoding) + ends[number > at] for number, line in enumerate(lines)
    )
    table = table_of(tmp_path, content)
    assert table.columns == ("größe", "b")
    assert table.source == str(tmp_path / "data.csv")
    numbers = np.arange(30_000)
    np.testing.assert_array_equal(table.values, [numbers + 0.5, numbers])
    packed = table_of(tmp_path, gzip.compress(content), "data.csv.gz")
    np.testing.assert_array_equal(packed.values, table.values)


def test_mixed_line_ends_are_not_blamed_for_a_short_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Line 4 of data.csv has 1 value"):
        table_of(tmp_path, b"a,b\r\n1,2\n3,4\r\n5\n6,7\n8,9\n")


@pytest.mark.skipif(os.name != "posix", reason="names of any bytes are POSIX's")
@pytest.mark.parametrize("name", [b"b\xff.csv", b"\xff/x y.csv", b"b\xff.csv.gz"])
def test_names_that_are_not_utf_8(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.parent.mkdir(exist_ok=True)
    content = b"a,b\n1,2\n3,4\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    table = read_table(path)
    assert table.source == str(path)
    np.testing.assert_array_equal(table.values, [[1, 3], [2, 4]])


def test_decimal_comma(tmp_path: Path) -> None:
    table = table_of(tmp_path, "id;a;b\n1;1,5;2,25\n2;-3,5;4\n")
    assert table.columns == ("id", "a", "b")
    np.testing.assert_array_equal(table.values, [[1, 2], [1.5, -3.5], [2.25, 4]])
    single = table_of(tmp_path, "width\n1,5\n3,5\n")
    assert single.columns == ("width",)
    assert single.values.tolist() == [[1.5, 3.5]]


def test_thousands_in_one_column_and_decimal_commas_in_all(tmp_path: Path) -> None:
    text = 'Länge [mm];Gewicht, g;Art;OG;"a;b"\n;NA;b;1.234,5;0\n5,168;1,52;b;1;1\n1,5;2;c;2;2\n'
    table = table_of(tmp_path, text)
    assert table.columns == ("Länge [mm]", "Gewicht, g", "OG", "a;b")
    assert table.other_columns == ("Art",)
    np.testing.assert_array_equal(
        table.values, [[np.nan, 5.168, 1.5], [np.nan, 1.52, 2], [1234.5, 1, 2], [0, 1, 2]]
    )


@pytest.mark.parametrize(
    "text",
    [
        "country,2019,2020\nNorway,1.5,2.5\nSweden,3.5,4.5\n",
        "country,2019,2020\nNorway,1,2\nSweden,3,4\n",
        '"country","2019","2020"\n"Norway",1,2000\n"Sweden",3,4\n',
        "country,region,2019,2020\nNorway,N,1,2\nSweden,N,3,4\n",
    ],
)
def test_years_above_numbers_are_headings(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    assert table.columns == ("2019", "2020")
    assert table.other_columns[0] == "country"
    assert table.n_rows == 2


@pytest.mark.parametrize(
    "text",
    [
        "Norway,2019,2020\nSweden,2018,2021\nDenmark,1999,NA\n",
        "Norway,15,2020\nSweden,3.5,12\nDenmark,7,9\n",
        "Norway,2019,2019\nSweden,3.5,12\nDenmark,7,9\n",
        "1,2019,2020\n2,3.5,12\n3,7,9\n",
    ],
)
def test_rows_with_years_in_them_stay_rows(tmp_path: Path, text: str) -> None:
    table = table_of(tmp_path, text)
    assert table.columns[-2:] == ("x2", "x3")
    assert table.n_rows == 3


def test_thousands_between_tabs_are_not_taken_for_fractions(tmp_path: Path) -> None:
    table = table_of(tmp_path, "n\tm\n1\t12,345\n2\t23,456\n")
    assert table.columns == ("n", "m")
    np.testing.assert_array_equal(table.values[1], [12345, 23456])


def test_gzip(tmp_path: Path) -> None:
    table = table_of(tmp_path, gzip.compress(b"a,b\n1,2\n3,4\n"), "data.csv.gz")
    np.testing.assert_array_equal(table.values, [[1, 3], [2, 4]])


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    table = table_of(tmp_path, "My measurements\n\na,b\n1,2\n3,4\n")
    assert table.columns == ("a", "b")
    np.testing.assert_array_equal(table.values, [[1, 3], [2, 4]])


def test_a_fraction_after_many_whole_numbers(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n" + "1,2\n" * 30_000 + "1.5,2\n")
    assert table.values[0, -1] == 1.5


def test_text_after_many_numbers_makes_a_column_of_text(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n" + "1,2\n" * 30_000 + "oops,2\n")
    assert table.columns == ("b",)
    assert table.other_columns == ("a",)


def test_a_column_whose_values_begin_late_is_numeric(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,b\n" + ",2\n" * 30_000 + "7,2\n")
    assert table.columns == ("a", "b")
    assert table.missing_counts == (30_000, 0)


def test_rows_keep_their_order_over_many_blocks(tmp_path: Path) -> None:
    n_rows = 300_000
    column = np.arange(n_rows)
    text = "i,j\n" + "".join(f"{i},{i}.25\n" for i in range(n_rows))
    table = table_of(tmp_path, text)
    np.testing.assert_array_equal(table.values, [column, column + 0.25])


@pytest.mark.parametrize("name", ["a'b.csv", "a[1].csv", "a*.csv", "a?.csv", "größe $x.csv"])
def test_names_with_special_characters_are_taken_literally(tmp_path: Path, name: str) -> None:
    written(tmp_path, "x\n9\n9\n", "a1.csv")
    written(tmp_path, "x\n9\n9\n", "ab.csv")
    assert table_of(tmp_path, "x\n1\n2\n", name).values.tolist() == [[1, 2]]


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2020"
    folder.mkdir()
    assert table_of(folder, "x\n1\n2\n").columns == ("x",)


def test_unknown_endings_are_read_as_text(tmp_path: Path) -> None:
    assert table_of(tmp_path, "a,b\n1,2\n3,4\n", "data.dat").columns == ("a", "b")


def test_chosen_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,c,name\n1,2,3,x\n4,5,6,y\n")
    dataset = read(path, columns=["c", "a"])
    assert dataset.columns == ("c", "a")
    assert dataset.X.tolist() == [[3, 1], [6, 4]]
    assert read(path, columns="b").columns == ("b",)
    with pytest.raises(DataError, match="no column 'd': choose among a, b, c"):
        read(path, columns=["a", "d"])
    with pytest.raises(DataError, match="'name' .* does not hold numbers"):
        read(path, columns=["name"])


BAD = {
    "empty": (b"", "is empty"),
    "header only": (b"a,b\n", "a header but no rows"),
    "no numeric column": (b"a,b\nx,y\nz,w\n", "no numeric column .it has a, b."),
    "nan everywhere": (b"a,b\nNA,NaN\n,?\n", "Every value .* is missing"),
    "blank lines": (b"\n\n\n", "Every value .* is missing"),
    "a short line": (b"a,b\n1,2\n3\n4,5\n", "Line 3 .* has 1 value where other lines have 2"),
    "a long line": (b"a,b\n1,2\n3,4,5\n4,5\n", "Line 3 .* has 3 values"),
    "a late short line": (b"a,b\n" + b"1,2\n" * 40_000 + b"3\n", "Line 40,002 .* has 1 value"),
    "a long first row": (b"1,2,3\n" + b"4,5\n" * 50, "Line 1 .* has 3 values"),
    "a footer of words": (
        b"a,b\n" + b"1,2\n" * 50 + b"Total: 50 rows\n",
        "Line 52 .* has 1 value where other lines have 2: mend or remove that line",
    ),
    "a late footer": (b"a,b\n" + b"1234,5678\n" * 15_000 + b"Total: 9 rows\n", "Line 15,002 "),
    "two footers": (
        b"a,b\n" + b"1,2\n" * 50 + b"Sum: 5 m\nMean: 1 m\n",
        "Lines 52 to 53 .* have 1",
    ),
    "wide titles": (
        b"My table,,\nunits,x,y\n" + b"1,2\n" * 50,
        "Line 1 .* has 'My table' for a number, and 1 more row cannot be read: mend or remove",
    ),
    "hexadecimal": (b"a,b\n1,0x10\n2,4.5\n", "Line 2 .* has '0x10' for a number"),
    "noise": (np.random.default_rng(0).bytes(5000), "is not text but binary"),
    "short noise": (np.random.default_rng(1).bytes(200), "is not text but binary"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_content_gets_one_plain_sentence(tmp_path: Path, kind: str) -> None:
    content, expected = BAD[kind]
    with pytest.raises(DataError, match=expected) as caught:
        read(written(tmp_path, content))
    message = str(caught.value)
    assert "data.csv" in message
    assert "\n" not in message
    assert message.endswith(".")
    assert ": " in message, "a remedy follows a colon"


def test_truncated_gzip(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((20_000, 2)).tolist()
    packed = gzip.compress("".join(f"{a!r},{b!r}\n" for a, b in rows).encode())
    with pytest.raises(DataError, match="is not a whole gzip file"):
        table_of(tmp_path, packed[: len(packed) // 2], "data.csv.gz")


def test_missing_file_folder_and_device(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="There is no file"):
        read(written(tmp_path, "a\n1\n") / "below.csv")
    with pytest.raises(DataError, match="There is no file ~no-such-user"):
        read("~no-such-user/data.csv")
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(DataError, match="cannot be opened"):
        read("nul\0byte.csv")
    if os.path.exists("/dev/null"):
        with pytest.raises(DataError, match="not an ordinary file"):
            read("/dev/null")


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions of this kind are POSIX's")
def test_no_permission(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n")
    path.chmod(0)
    script = (
        "import os, sys\n"
        "import gmm_app.data.reading as reading, gmm_app.errors as errors\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: reading.read(sys.argv[1])\n"
        "except errors.DataError as error: print(error)\n"
    )
    # The private folder must be passable for whoever is not root.
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        if folder.stat().st_uid == os.getuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert done.stdout.startswith(f"Reading {path} is not allowed")
    assert done.stderr == ""


def test_cancelled_at_once_and_midway(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1.25,2\n" * 2_000_000)
    before = threading.active_count()
    with pytest.raises(Cancelled):
        read_table(path, cancelled=lambda: True)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        read_table(path, cancelled=cancelled)
    assert len(asked) > 2
    assert threading.active_count() == before


def test_a_window_in_another_thread_stays_live_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    with open(path, "w") as file:
        file.write("a,b,c,d\n")
        block = "".join(f"{i}.5,{i},{i}.25,7\n" for i in range(10_000))
        for _ in range(100):
            file.write(block)
    done = threading.Event()
    lateness: list[float] = []

    def tick() -> None:
        while not done.is_set():
            before = time.perf_counter()
            done.wait(0.01)
            lateness.append(time.perf_counter() - before - 0.01)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        table = read_table(path)
    finally:
        done.set()
        ticker.join()
    assert table.n_rows == 1_000_000
    assert max(lateness[:-1]) < 0.1


def test_duckdb_writes_nothing_beside_the_data(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(REFERENCE / "iris.csv", tmp_path / "iris.csv")
    read("iris.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["iris.csv"]


def test_ways_to_open_name_endings() -> None:
    assert all(suffix.startswith(".") for _title, suffixes in WAYS_TO_OPEN for suffix in suffixes)
    assert {".csv", ".parquet", ".npy"} <= {
        s for _title, suffixes in WAYS_TO_OPEN for s in suffixes
    }


finite = st.floats(allow_nan=False, allow_infinity=False, width=64)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(finite, min_size=width, max_size=width), min_size=2, max_size=12
        )
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
    header=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_numbers_come_back_bit_for_bit(
    tmp_path: Path, rows, delimiter: str, end: str, header: bool, quoting
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    if header:
        writer.writerow([f"name {j}" for j in range(len(rows[0]))])
    writer.writerows(rows)
    table = table_of(tmp_path, text.getvalue())
    np.testing.assert_array_equal(table.values.T, rows)


def test_german_spreadsheet(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Größe;Länge\r\n1,5;2\r\n2,5;3,25\r\n".encode("latin-1"))
    assert table.columns == ("Größe", "Länge")
    np.testing.assert_array_equal(table.values, [[1.5, 2.5], [2, 3.25]])


def test_old_encoding_that_shows_late(tmp_path: Path) -> None:
    content = "name;b\n" + "x;1,5\n" * 40_000 + "ä;2,5\n"
    table = table_of(tmp_path, content.encode("latin-1"))
    assert table.columns == ("b",)
    assert table.values[0, -1] == 2.5
