"""Delimited text written in ways drawn at random reads back by itself, number for number."""

from __future__ import annotations

import codecs
import csv
import io
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from gmm_app.data.reading import read_table

N_FILES = 80


class Way(NamedTuple):
    """How a file is written."""

    delimiter: str
    decimal: str
    thousands: str
    end: str
    encoding: str
    missing: str
    titles: tuple[str, ...]
    remarks: bool


def drawn_way(rng: random.Random) -> Way:
    delimiter = rng.choice(",;\t|")
    decimal = rng.choice(".,") if delimiter in ";\t" else "."
    titles = ("Title here", "# a title", "Report of 2020")
    return Way(
        delimiter,
        decimal,
        "." if delimiter == ";" and decimal == "," and rng.random() < 0.3 else "",
        rng.choice(["\n", "\r\n", "\r"]),
        rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
        rng.choice(["", "NA", "n/a", "-", ".", "NaN"]),
        tuple(rng.choice(titles) for _ in range(rng.choice([0, 0, 1, 2]))),
        rng.random() < 0.25,
    )


def as_text(number: float, way: Way) -> str:
    text = f"{number:{',' if way.thousands else ''}.3f}"
    return text.translate({ord(","): way.thousands, ord("."): way.decimal})


def content(rng: random.Random, way: Way, names: list[str], columns: list[list]) -> bytes:
    file = io.StringIO()
    file.write("".join(title + way.end for title in way.titles))
    writer = csv.writer(file, delimiter=way.delimiter, lineterminator=way.end)
    writer.writerow(names)
    for row in zip(*columns, strict=True):
        if way.remarks and rng.random() < 0.1:
            file.write("# remark" + way.end)
        cells = (cell if isinstance(cell, str) else as_text(cell, way) for cell in row)
        writer.writerow([way.missing if cell == "nan" else cell for cell in cells])
    mark = codecs.BOM_UTF16_BE if way.encoding == "utf-16-be" else b""
    return mark + file.getvalue().encode(way.encoding)


@pytest.mark.parametrize("seed", range(N_FILES))
def test_text_written_in_any_way_reads_back(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    way = drawn_way(rng)
    fold = " " if way.end == "\r" else "\n"  # csv quotes no LF among lines that end in CR
    words = ["x", "y y", 'q"q', f"a{way.delimiter}b", f"li{fold}ne", "é"]
    n_rows = rng.choice([2, 5, 30, 250])
    kinds = [
        "number",
        *(rng.choice(["number", "number", "word"]) for _ in range(rng.randint(1, 4))),
    ]
    names = [f"n{i}{rng.choice(['', ' é', f'{fold}two'])}" for i in range(len(kinds))]
    columns: list[list] = [
        [rng.choice(words) for _ in range(n_rows)]
        if kind == "word"
        else [
            np.nan if i and rng.random() < 0.05 else round(rng.uniform(-9e6, 9e6), 3)
            for i in range(n_rows)
        ]
        for kind in kinds
    ]
    path = tmp_path / "data.csv"
    path.write_bytes(content(rng, way, names, columns))
    table = read_table(path)
    numeric = [i for i, kind in enumerate(kinds) if kind == "number"]
    assert table.columns == tuple(names[i] for i in numeric), way
    np.testing.assert_array_equal(table.values, [columns[i] for i in numeric], str(way))
