"""Delimited text, as it is found and as it is asked for: options, headings, rows left out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard

from gmm_app.data.batches import Kind, OpenFile, RejectedRows, Wanted
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.preview import preview
from gmm_app.data.reading import opened, read_table, with_second_looks
from gmm_app.errors import DataError

PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
}


def written(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def looked_at(
    path: Path, options: ImportOptions = AS_FOUND, limit: int | None = None
) -> tuple[OpenFile, int]:
    """The file when all of its rows have come, and how many there were."""

    def read_once(options: ImportOptions) -> tuple[OpenFile, int]:
        with opened([path], options, Wanted(limit=limit)) as file:
            return file, sum(batch.num_rows for batch in file.batches)

    return with_second_looks(read_once, options)


def found_in(path: Path, options: ImportOptions = AS_FOUND) -> ImportOptions:
    return looked_at(path, options)[0].options


def rejected_of(path: Path, **options) -> RejectedRows:
    return looked_at(path, ImportOptions(bad_rows="leave out", **options))[0].rejected


GERMAN = (
    "Messreihe Süd – Labor „Nord“;;\r\n"
    "Stand: 3. März 2020, 10 °C\r\n"
    "Größe;Länge;Preis in €\r\n"
    "1,5;2;1.234,5\r\n"
    "2,5;3,25;17\r\n"
    "-1e3;n/a;2.000.000\r\n"
)


def test_german_file_with_titles_opens_right_by_itself(tmp_path: Path) -> None:
    path = written(tmp_path, GERMAN.encode("cp1252"))
    table = read_table(path)
    assert table.columns == ("Größe", "Länge", "Preis in €")
    np.testing.assert_array_equal(
        table.values, [[1.5, 2.5, -1000], [2, 3.25, np.nan], [1234.5, 17, 2e6]]
    )
    found = found_in(path)
    assert (found.encoding, found.delimiter, found.decimal, found.thousands) == (
        *("cp1252", ";", ",", "."),
    )
    assert (found.skip, found.header, found.units) == (2, True, False)


def test_what_was_found_reads_the_same_again(tmp_path: Path) -> None:
    path = written(tmp_path, GERMAN.encode("cp1252"))
    found = found_in(path)
    again = found_in(path, found)
    assert again == found
    assert ImportOptions.from_json(found.to_json()) == found
    np.testing.assert_array_equal(read_table(path).values, read_table(path, options=found).values)


TABLE = "a,b\n1.5,2\n-3,400\n"


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (TABLE, {}),
        (TABLE.encode("utf-16"), {"encoding": "utf-16"}),
        (TABLE.encode("utf-16-be"), {"encoding": "utf-16-be"}),
        ("# x\n1,2\na,b\n1.5,2\n#\n-3,400\n", {"skip": 2}),
        (b"\xef\xbb\xbf" + TABLE.encode(), {"encoding": "utf-8"}),
        (TABLE.replace(",", "§"), {"delimiter": "§"}),
        (TABLE.replace(",", ":"), {"delimiter": ":"}),
        (TABLE.replace(",", "   "), {"delimiter": " "}),
        ("a,b\n~1.5~,2\n-3,~400~\n", {"quote": "~"}),
        ("a;b\n1,5;2\n-3;400\n", {"decimal": ","}),
        ("a,b\n1.5,2\n-3,4'00\n".replace("4'00", "400"), {"thousands": "'"}),
        ("1,2\na,b\n1.5,2\n-3,400\n", {"skip": 1}),
        ("so\nmany\n\ntitles\n" + TABLE, {"skip": 4}),
        ("a,b\nm,kg\n1.5,2\n-3,400\n", {"skip": 2, "header": False}),
    ],
)
def test_each_option_is_followed(tmp_path: Path, content, options) -> None:
    asked = ImportOptions(**options)
    path = written(tmp_path, content)
    table = read_table(path, options=asked)
    assert table.values.tolist() == [[1.5, -3], [2, 400]]
    if asked.header is not False:
        assert table.columns == ("a", "b")
    found = found_in(path, asked).to_json()
    assert options.items() <= (found | {"header": found.get("header")}).items()


def test_header_can_be_denied_and_insisted_on(tmp_path: Path) -> None:
    path = written(tmp_path, "1,2\n3,4\n5,6\n")
    assert read_table(path).columns == ("x1", "x2")
    table = read_table(path, options=ImportOptions(header=True))
    assert table.columns == ("1", "2")
    assert table.n_rows == 2


def test_words_for_missing_values_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,c\n1,-99,x\n2,3,gone\n,gone,y\n")
    options = ImportOptions(missing=("-99", "gone"))
    table = read_table(path, options=options)
    np.testing.assert_array_equal(table.values, [[1, 2, np.nan], [np.nan, 3, np.nan]])
    assert table.labels[0].words == ("x", "y")


def test_words_for_missing_values_that_come_late(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,x\n" * 100_000 + "NA,NA\n2,x\n")
    table = read_table(path)
    assert table.columns == ("a",)
    assert table.missing_counts == (1,)
    assert table.labels[0].words == ("x",)
    assert table.labels[0].codes[-2:].tolist() == [-1, 0]


def test_kinds_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "id,v,w\n1,2,1\n2,oops,1\n3,4,1\n")
    table = read_table(path, options=ImportOptions(kinds=(("id", "text"),)))
    assert table.columns == ("w",)
    assert [label.words for label in table.labels] == [("1", "2", "3"), ("2", "oops", "4")]
    with pytest.raises(DataError, match="Line 3 of data.csv, column 'v', has 'oops' for a number"):
        read_table(path, options=ImportOptions(kinds=(("v", "number"),)))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"encoding": "klingon"}, "no encoding 'klingon'"),
        ({"delimiter": "ab"}, "delimiter cannot be 'ab'"),
        ({"delimiter": ""}, "must be a character of its own"),
        ({"quote": "''"}, "quote cannot be"),
        ({"decimal": "x"}, "decimal mark cannot be 'x'"),
        ({"decimal": ",", "thousands": ","}, "thousands mark cannot be ','"),
        ({"skip": -1}, "cannot be negative"),
        ({"encoding": "utf-16"}, "data.csv is not written in utf-16"),
        ({"encoding": "idna"}, "data.csv is not written in idna"),
        ({"kinds": (("a", "colour"),)}, "cannot be of kind 'colour'"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        read_table(written(tmp_path, TABLE), options=ImportOptions(**options))


HEADINGS = {
    "comments": ("# made 2020, by me\n# second\na,b\n1,2\n3,4\n", ("a", "b")),
    "names in a comment": ("# made by me\n# a b\n1 2\n3 4\n", ("a", "b")),
    "comments among rows": ("a,b\n1,2\n# a break, really, long\n3,4\n", ("a", "b")),
    "comments above and among rows": ("# x\na,b\n1,2\n# more\n3,4\n", ("a", "b")),
    "comments with blanks before": ("# t\n\n # x\n1,2,9\n#\n3,4,9\n", ("x1", "x2", "x3")),
    "units": ("a,b\nmm,°C\n1,2\n3,4\n", ("a [mm]", "b [°C]")),
    "units in brackets": ("a,b\n[mm],(kg)\n1,2\n3,4\n", ("a [mm]", "b [kg]")),
    "one title": ("Title\na,b\n1,2\n3,4\n", ("a", "b")),
    "titles as wide as the table": ("Title,\n,\na,b\n1,2\n3,4\n", ("a", "b")),
    "title without names": ("Title\n1,2,9\n3,4,9\n", ("x1", "x2", "x3")),
    "quotes within a title": ('"Data" of 5" pipes\n\na,b\n1,2\n3,4\n', ("a", "b")),
    "a quote before a title": ('"Data\na,b\n1,2\n3,4\n', ("a", "b")),
    "titles over two lines": ('"Data\nof 2020"\na,b\n1,2\n3,4\n', ("a", "b")),
    "twice the same": ("a,a\n1,2\n3,4\n", ("a", "a_2")),
    "the same but for case": ("A,a\n1,2\n3,4\n", ("A", "a_2")),
    "no name": ("a,\n1,2\n3,4\n", ("a", "x2")),
    "delimiters at the ends": ("a,b,\n1,2,\n3,4,\n", ("a", "b")),
    "row names of R": ("a b\nr1 1 2\nr2 3 4\n", ("a", "b")),
    "a name over two lines": ('"a\nb",c\n1,2\n3,4\n', ("a\nb", "c")),
    "words of a title above tabs": ("A title\na\tb\n1\t2\n3\t4\n", ("a", "b")),
    "a name over two lines after a mark": ('\ufeff"a\nb",c\n1,2\n3,4\n', ("a\nb", "c")),
    "a name over two lines, from Excel": ('"a\nb",c\r\n1,2\r\n3,4\r\n', ("a\nb", "c")),
    "a title over two lines, from Excel": ('"t\nu"\r\na,b\r\n1,2\r\n3,4\r\n', ("a", "b")),
    "blanks after delimiters": ("a, b\n1, 2\n3, 4\n", ("a", "b")),
}


@pytest.mark.parametrize("kind", HEADINGS)
def test_what_stands_above_the_rows(tmp_path: Path, kind: str) -> None:
    content, names = HEADINGS[kind]
    table = read_table(written(tmp_path, content))
    assert table.columns == names
    assert table.values[:2].tolist() == [[1, 3], [2, 4]]


def test_kinds_of_columns(tmp_path: Path) -> None:
    text = "n,word,truth,day,moment,time\n1,x,true,2020-01-02,2.1.2020 10:00,10:00:01\n"
    file, _ = looked_at(written(tmp_path, text + "2,y,False,2020-01-03,3.1.2020 11:00,11:00:02\n"))
    assert [column.kind for column in file.columns] == [
        *(Kind.NUMBER, Kind.TEXT, Kind.TRUTH, Kind.DATE, Kind.DATE, Kind.DATE),
    ]


ROWS = "".join(f"{i},{i}.5,word\n" for i in range(2000))
BAD_ROWS = (
    'a,b,"c\nd"\n' + ROWS + '1,2,"a word\nover lines"\n'
    "oops,2,x\n" + ROWS * 30 + '7,"8\n9",x\n5,6\n1,2,3,4\nno,no,x\n' + ROWS
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize(("encoding", "titles"), [("utf-8", ""), ("utf-16", "Title\n\n")])
def test_rows_left_out_are_told_with_their_lines(
    tmp_path: Path, end: str, packed: str, encoding: str, titles: str
) -> None:
    content = (titles + BAD_ROWS).replace("\n", end)
    path = written(tmp_path, PACK[packed](content.encode(encoding)), f"data.csv{packed}")
    file, n_rows = looked_at(path, ImportOptions(bad_rows="leave out"))
    assert n_rows == 32 * 2000 + 1
    lines = content.split(end)
    first = file.rejected.first
    assert file.rejected.count == len(first) == 5
    assert [lines[row.line - 1] for row in first] == [
        *("oops,2,x", '7,"8', "5,6", "1,2,3,4", "no,no,x"),
    ]
    assert [(row.column, row.value, row.reason) for row in first] == [
        ("a", "oops", "not a number"),
        ("b", "8", "not a number"),
        ("", "5,6", "2 values where other lines have 3"),
        ("", "1,2,3,4", "4 values where other lines have 3"),
        ("a", "no", "not a number"),
    ]


def test_a_file_with_bad_rows_is_refused_by_default(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n3\n5,6\n7,8,9\n1,2\n")
    with pytest.raises(
        DataError,
        match="Line 3 of data.csv has 1 value where other lines have 2, and 1 more row cannot",
    ):
        read_table(path)
    table = read_table(path, options=ImportOptions(bad_rows="leave out"))
    assert table.values.tolist() == [[1, 5, 1], [2, 6, 2]]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'a,b\n1,2\n"3,4\n', (3, "a quote that is not closed or not doubled")),
        (b"a,b\n1,x\n2,\xff\n", (3, "bytes that are not UTF-8")),
    ],
)
def test_other_reasons(tmp_path: Path, content: bytes, row: tuple[int, str]) -> None:
    rejected = rejected_of(written(tmp_path, content), encoding="utf-8", quote='"')
    assert rejected.count == 1
    found = rejected.first[0]
    assert (found.line, found.reason) == row


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 30_000 + "x\n" * 1500 + "1,2\n")
    rejected = rejected_of(path)
    assert rejected.count == 1500
    assert len(rejected.first) == 1000
    assert rejected.first[-1].line == 31_001


def test_wide_tables(tmp_path: Path) -> None:
    names = [f"v{i}" for i in range(20_000)]
    rows = np.arange(60_000).reshape(3, 20_000) / 8
    lines = [",".join(names), *(",".join(map(str, row)) for row in rows.tolist())]
    table = read_table(written(tmp_path, "\n".join(lines)))
    assert table.columns == tuple(names)
    np.testing.assert_array_equal(table.values.T, rows)


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_packed_files_that_are_damaged(tmp_path: Path, packed: str) -> None:
    values = np.random.default_rng(0).standard_normal((20_000, 2)).tolist()
    content = "".join(f"{a!r},{b!r}\n" for a, b in values).encode()
    whole = PACK[packed](content)
    np.testing.assert_array_equal(
        read_table(written(tmp_path, whole, f"w.csv{packed}")).values.T, values
    )
    for damaged in (whole[:-9], whole[: len(whole) // 2], whole[: len(whole) // 4]):
        with pytest.raises(DataError, match="is not a whole .* file: it was cut off or damaged"):
            read_table(written(tmp_path, damaged, f"d.csv{packed}"))
    # A sum tells that one digit is another.
    if packed == ".gz":
        stored = bytearray(gzip.compress(content, 0))
        stored[len(stored) // 2] = ord("7") if stored[len(stored) // 2] != ord("7") else ord("8")
        with pytest.raises(DataError, match="is not a whole gzip file"):
            read_table(written(tmp_path, bytes(stored), "f.csv.gz"))


def test_thousands_that_do_not_fit_late_make_a_column_of_text(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b\n" + "1.234,5;1\n" * 30_000 + "1.5;2\n")
    table = read_table(path)
    assert table.columns == ("b",)
    rejected = rejected_of(path)
    assert [(row.line, row.column, row.value) for row in rejected.first] == [(30_002, "a", "1.5")]


def test_limit(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 30_000)
    assert looked_at(path, limit=7)[1] == 7


def test_a_look_at_the_first_rows_shows_those_that_cannot_be_read(tmp_path: Path) -> None:
    found = preview(written(tmp_path, "a,b\n1,2\n3\n5,6\n"))
    assert found.n_rows == 2
    assert [(row.line, row.value) for row in found.rejected.first] == [(3, "3")]
    # What is text when the file is read is text in the look, too.
    late = preview(written(tmp_path, "a,b\n" + "1,2\n" * 1000 + "oops,2\n"))
    assert [column.kind for column in late.columns] == [Kind.TEXT, Kind.NUMBER]


def test_progress_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1.25,2\n" * 2_000_000)
    told: list[tuple[float | None, int]] = []
    read_table(path, on_progress=lambda share, n_rows: told.append((share, n_rows)))
    shares = [share for share, _ in told if share is not None]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert told[-1][1] == 2_000_000
