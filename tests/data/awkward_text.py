"""Awkward files of text, and files that are no files."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

from tests.data.awkward_files import Awkward

INFINITY = float("inf")
TWO = {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def text(content: str | bytes, encoding: str = "utf-8") -> Callable[[Path], object]:
    """A maker of a file with that content."""
    stored = content.encode(encoding) if isinstance(content, str) else content
    return lambda path: path.write_bytes(stored)


def sparse_line(path: Path) -> None:
    """A line of 1 GB that takes no room on the disk."""
    with open(path, "wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(1 << 30)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("nothing here")


def rows(n_rows: int) -> str:
    return "a,b\n" + "".join(f"{i},{i / 2}\n" for i in range(n_rows))


def grown(path: Path) -> None:
    """Added to while it is read."""
    with open(path, "a", encoding="utf-8") as file:
        file.write("1,2\n" * 1000)


BOMB = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"7" * (1 << 24)) * 80
GERMAN = "Messung der Gr\xf6\xdfe \x96 2019\r\nLabor 3\r\na;b\r\n1,5;2\r\n2.003,25;4\r\n"

CASES: list[Awkward] = [
    Awkward("german.csv", text(GERMAN, "latin-1"), {"a": [1.5, 2003.25], "b": [2, 4]}),
    Awkward(
        "thousands.csv",
        text('a,b\n"1,234",2\n"12,345,678",4\n'),
        {"a": [1234, 12_345_678], "b": [2, 4]},
    ),
    Awkward(
        "mixed encodings.csv",
        text("name,b\ngr\u00f6\u00dfe,2\n".encode() + "gr\u00f6\u00dfe,4\n".encode("latin-1")),
        {"b": [2, 4]},
    ),
    Awkward("big end.csv", text("\ufeffa,b\n1,2\n3,4\n", "utf-16-be"), TWO),
    Awkward("titles.csv", text("a study\nof things\n\na,b\n1,2\n3,4\n"), TWO),
    Awkward("units.csv", text("a,b\nmm,kg\n1,2\n3,4\n"), {"a [mm]": [1, 3], "b [kg]": [2, 4]}),
    Awkward("comments.csv", text("# made by hand\na,b\n1,2\n# halfway\n3,4\n"), TWO),
    Awkward("blanks.txt", text("a    b\n1    2\n3 4\n"), TWO),
    Awkward(
        "wide.csv",
        text(",".join(f"c{j}" for j in range(20_000)) + "\n" + ",".join("7" * 20_000)),
        (1, 20_000),
    ),
    Awkward("bomb.csv.gz", text(BOMB), "bomb.csv.gz"),
    Awkward("grown.csv", text(rows(200_000)), (200_000, 2), meanwhile=grown),
    Awkward("loop.csv", loop, "cannot be opened .*symbolic links.*: check the name"),
    Awkward("dangling.csv", dangling, "There is no file"),
    Awkward("pipe.csv", os.mkfifo, "pipe.csv is not an ordinary file"),
    Awkward("folder.csv", Path.mkdir, "folder.csv is a folder"),
    Awkward("missing.csv", lambda path: None, "There is no file .*missing.csv"),
    Awkward("empty.csv", Path.touch, "empty.csv is empty"),
    Awkward("empty.parquet", Path.touch, "empty.parquet is empty"),
    Awkward("line\nbreak.csv", text("a,b\n1,2\n3,4\n"), TWO),
    Awkward("line\nbreak.npy", text(b"\x93NUMPY"), "^line break.npy is not a whole NumPy file"),
    Awkward("blank.csv", text("\n \n\n"), r"blank.csv"),
    Awkward("header only.csv", text("a,b\n"), "header only.csv has a header but no rows"),
    Awkward("no numbers.csv", text("a,b\nx,y\nz,w\n"), r"no numeric column \(it has a, b\)"),
    Awkward("ragged.csv", text("a,b\n1,2\n3,4,5\n6,7\n"), "Line 3 of ragged.csv has 3 values"),
    Awkward("short row.csv", text("a,b,c\n1,2,3\n4,5\n6,7,8\n"), "Line 3 of short row.csv has 2"),
    Awkward("bom.csv", text("a,b\n1,2\n3,4\n", "utf-8-sig"), TWO),
    Awkward("utf-16.csv", text("a,b\n1,2\n3,4\n", "utf-16"), TWO),
    Awkward("latin.csv", text("größe;b\n1;2\n3;4\n", "latin-1"), {"größe": [1, 3], "b": [2, 4]}),
    Awkward("carriage returns.csv", text("a,b\r1,2\r3,4\r"), TWO),
    Awkward("mixed ends.csv", text("a,b\r\n1,2\n3,4\r\n"), TWO),
    Awkward("comma.csv", text("a;b\n1,5;2\n3,25;4\n"), {"a": [1.5, 3.25], "b": [2, 4]}),
    Awkward(
        "huge.csv", text("a,b\n1e400,2\n-1e400,4\n"), {"a": [INFINITY, -INFINITY], "b": [2, 4]}
    ),
    Awkward("inf.csv", text("a,b\ninf,2\n3,4\n"), {"a": [INFINITY, 3], "b": [2, 4]}),
    Awkward("dates.csv", text("day,b\n2020-01-02,2\n2020-02-03,4\n"), {"b": [2, 4]}),
    Awkward("duplicate.csv", text("a,a\n1,2\n3,4\n"), (2, 2)),
    Awkward("unnamed.csv", text("a,,b\n1,2,3\n4,5,6\n"), (2, 3)),
    Awkward("quoted.csv", text('a,b\n"1",2\n"3",4\n'), TWO),
    Awkward("cut.csv.gz", text(gzip.compress(rows(20_000).encode())[:-3000]), "cut.csv.gz"),
    Awkward("not packed.csv.gz", text("a,b\n1,2\n3,4\n"), TWO),
    Awkward("sparse line.csv", sparse_line, "sparse line.csv"),
    Awkward("instrument.xls", text("a\tb\n1\t2\n3\t4\n"), TWO),
    Awkward(
        "page.xls",
        text("<html><table><tr><td>1</td></tr></table></html>"),
        "page.xls is a web page",
    ),
    Awkward("xml.xls", text('<?xml version="1.0"?>\n<Workbook/>'), "xml.xls is an XML document"),
    Awkward(
        "paper.csv", text(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"), "paper.csv is a PDF document"
    ),
    Awkward("text.parquet", text("a,b\n1,2\n3,4\n"), TWO),
    Awkward("noise.csv", text(bytes(range(256)) * 40), "noise.csv"),
    Awkward("NUL.csv", text("a,b\n1,2\n\0,4\n5,6\n"), "NUL.csv"),
    Awkward("open quote.csv", text('a,b\n1,2\n"3,4\n5,6\n'), "open quote.csv"),
    Awkward("vanishes.csv", text(rows(200_000)), (200_000, 2), meanwhile=Path.unlink),
]
