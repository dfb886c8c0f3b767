"""Awkward files of the formats that are not text."""

from __future__ import annotations

import io
import pickle
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gmm_app.data.import_options import ImportOptions
from tests.data.awkward_files import Awkward
from tests.data.awkward_text import TWO, text
from tests.data.formats import makers

Make = Callable[[Path], object]
GIGABYTE = 1 << 30


def table(maker: makers.Maker, n_rows: int = 1000) -> Make:
    return lambda path: maker(path, makers.table(n_rows))


def changed(make: Make, change: Callable[[bytes], bytes]) -> Make:
    """A maker of the file that another makes, with its content changed."""

    def made(path: Path) -> None:
        make(path)
        path.write_bytes(change(path.read_bytes()))

    return made


def cut(make: Make, share: float = 0.6) -> Make:
    return changed(make, lambda content: content[: int(share * len(content))])


def replaced(make: Make, old: bytes, new: bytes) -> Make:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return changed(make, change)


def flipped(make: Make, *places: int) -> Make:
    """One bit of some bytes is another; those at the end count from there."""

    def change(content: bytes) -> bytes:
        result = bytearray(content)
        for place in places:
            result[place] ^= 0x10
        return bytes(result)

    return changed(make, change)


def archive(**members: str | bytes) -> Make:
    def made(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in members.items():
                file.writestr(name, content)

    return made


def zeros(path: Path, member: str, n_bytes: int) -> None:
    """An archive of a file of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open(member, "w", force_zip64=True) as target,
    ):
        for _ in range(n_bytes >> 24):
            target.write(bytes(1 << 24))


def lying_zeros(path: Path) -> None:
    """An array of 512 MB that the archive says has 100 bytes."""
    header = io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (1 << 26,)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("x.npy", header.getvalue() + bytes(1 << 29))
    content = bytearray(path.read_bytes())
    for place in (22, content.rfind(b"PK\x01\x02") + 24):
        content[place : place + 4] = struct.pack("<I", 100)
    path.write_bytes(bytes(content))


def npy(header: str, values: bytes = bytes(80)) -> bytes:
    padded = header.encode() + b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded + values


def pickled_npz(path: Path) -> None:
    np.savez(path, a=np.arange(3.0), b=np.array([{}, 1], dtype=object), allow_pickle=True)


def pickled_npy(path: Path) -> None:
    np.save(path, np.array([{}, 1], dtype=object), allow_pickle=True)


def sheet(rows: str) -> Make:
    return lambda path: makers.xlsx_of(path, {"Sheet": rows})


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def word(content: str) -> str:
    return f'<c t="inlineStr"><is><t>{content}</t></is></c>'


def number(content: Any) -> str:
    return f"<c><v>{content}</v></c>"


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
FARTHEST = '<row r="1"><c r="A1"><v>1</v></c><c r="ZZZZZZ4294967295"><v>1</v></c></row>'
REPORT = (
    row(word("Measured in May"))
    + row("<c/>")
    + row(word("a"), word("b"))
    + row(number(1), number(2))
    + row(number(3), number(4))
)
FAILED = (
    row(word("a"), word("b"))
    + row(number(1), '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    + row(number(3), number(4))
)
ONE_WORD = row(word("a"), word("b")) + row(number(1), number(2)) + row(word("n.a."), number(4))


def ods_of_repeats(columns: int, n_rows: int, cell: str) -> Make:
    """A spreadsheet whose last row is there many times, with one cell many times in it."""

    def made(path: Path) -> None:
        makers.ods(path, {"a": np.array([1.0, 3.0]), "b": np.array([2.0, 4.0])})
        with zipfile.ZipFile(path) as file:
            members = {name: file.read(name) for name in file.namelist()}
        repeated = (
            f'<table:table-row table:number-rows-repeated="{n_rows}"><table:table-cell '
            f'table:number-columns-repeated="{columns}" {cell}/></table:table-row></table:table>'
        )
        content = members["content.xml"].replace(b"</table:table>", repeated.encode())
        archive(**members | {"content.xml": content})(path)

    return made


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
LAUGHTER = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'


def laughing(path: Path) -> None:
    """An entity that stands for ten of another, nine times over."""
    makers.xlsx_of(path, {"Sheet": row(word("&l9;"))})
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    for name, content in members.items():
        if "sheet1" in name:
            members[name] = content.replace(b"<worksheet", LAUGHTER.encode() + b"<worksheet", 1)
    archive(**members)(path)


def hdf5(write: Callable[[Any], object]) -> Make:
    def made(path: Path) -> None:
        import h5py

        with h5py.File(path, "w") as file:
            write(file)

    return made


def unwritten(file: Any) -> None:
    """Rows that are claimed and never written."""
    file.create_dataset("x", (10**12, 2), chunks=(1000, 2), dtype="f8")


def linked(file: Any) -> None:
    """Links to itself and to other files, beside a table."""
    import h5py

    group = file.create_group("group")
    group["again"] = file["/"]
    group["soft"] = h5py.SoftLink("/group/soft")
    group["other"] = h5py.ExternalLink("/etc/passwd", "/")
    file["m"] = np.array([[1.0, 2.0], [3.0, 4.0]])
    file["m"].attrs["columns"] = ["a", "b"]


def virtual(file: Any) -> None:
    import h5py

    layout = h5py.VirtualLayout((3, 2), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3, 2))
    file.create_virtual_dataset("x", layout)


def big_chunk(file: Any) -> None:
    file.create_dataset("x", (10, 2), chunks=(1 << 28, 1), maxshape=(None, 2), dtype="f8")


def pandas_frame(file: Any) -> None:
    """As pandas stores a frame with numbers and pickled words."""
    group = file.create_group("frame")
    group["axis0"] = np.array([b"a", b"b", b"w"])
    group["axis1"] = np.arange(2)
    group["block0_items"], group["block0_values"] = np.array([b"a", b"b"]), [[1.0, 2], [3, 4]]
    group["block1_items"] = np.array([b"w"])
    group["block1_values"] = np.void(pickle.dumps(["x", "y"]))


def mat(**variables: Any) -> Make:
    def made(path: Path) -> None:
        from scipy.io import savemat

        savemat(path, variables)

    return made


def mat_bomb(path: Path) -> None:
    """A matrix of 1.6 GB of zeros, packed."""
    n = 200_000_000
    head = struct.pack("<4I", 6, 8, 6, 0) + struct.pack("<4i", 5, 8, n // 2, 2)
    head += struct.pack("<2I", 1, 1) + b"x".ljust(8, b"\0") + struct.pack("<2I", 9, 8 * n)
    packer = zlib.compressobj(1)
    content = packer.compress(struct.pack("<2I", 14, len(head) + 8 * n) + head)
    content += b"".join(packer.compress(bytes(1 << 24)) for _ in range(8 * n >> 24))
    content += packer.flush()
    start = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    path.write_bytes(start + struct.pack("<2I", 15, len(content)) + content)


CHANNELS = [
    {"N": "FL1-H", "S": "CD4", "B": "64", "E": "0,0", "R": "1024"},
    {"N": "FL2-H", "B": "64", "E": "0,0", "R": "1024"},
]
EVENTS = np.array([[1.0, 2.0], [3.0, 4.0]]).astype("<f8").tobytes()


def fcs(n_events: int = 2, **keywords: str) -> Make:
    return text(makers.fcs_of(CHANNELS, EVENTS, n_events, keywords))


def sqlite(*statements: str) -> Make:
    def made(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return made


def duckdb(*statements: str) -> Make:
    def made(path: Path) -> None:
        import duckdb as library

        with library.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)

    return made


def halved(path: Path) -> None:
    """Cut off while it is read."""
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


NDJSON = '{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n'
FCS_TWO = {"CD4": [1.0, 3.0], "FL2-H": [2.0, 4.0]}
SOME = "CREATE TABLE t AS SELECT 1.0 AS a, 2.0 AS b UNION ALL SELECT 3, 4"
NOT_WHOLE = "is not a whole {} file"

CASES: list[Awkward] = [
    Awkward("cut.parquet", cut(table(makers.parquet)), "cut.parquet is not a whole Parquet file"),
    Awkward(
        "flipped.parquet",
        flipped(table(makers.parquet), *range(-600, -580)),
        "flipped.parquet is not a",
    ),
    Awkward(
        "long foot.parquet",
        changed(table(makers.parquet), lambda c: c[:-8] + b"\xff\xff\xff\x7fPAR1"),
        "long foot.parquet is not a whole Parquet file",
    ),
    Awkward("really.csv", table(makers.parquet), (1000, 3)),
    Awkward(
        "shrinks.npy",
        lambda path: np.save(path, np.ones((300_000, 2))),
        "shrinks.npy is not a whole NumPy file",
        meanwhile=halved,
    ),
    Awkward(
        "shrinks.arrow",
        table(makers.arrow_stream, 200_000),
        "shrinks.arrow is not a whole Arrow file",
        meanwhile=halved,
    ),
    Awkward("cut.feather", cut(table(makers.feather)), "cut.feather is not a whole Arrow file"),
    Awkward(
        "old.feather",
        text(b"FEA1" + bytes(100) + b"FEA1"),
        "old.feather is a Feather file of the first version",
    ),
    Awkward("cut.arrow", cut(table(makers.arrow_stream)), "cut.arrow is not a whole Arrow file"),
    Awkward("cut.json", text('[{"a": 1, "b": 2}, {"a": 3, "b"'), "of cut.json is not JSON"),
    Awkward("deep.json", text("[" * 200_000), "deep.json is not JSON"),
    Awkward(
        "NaN.json",
        text('[{"a": NaN, "b": 2}, {"a": 1e400, "b": 4}]'),
        {"a": [float("nan"), float("inf")], "b": [2, 4]},
    ),
    Awkward("bom.json", text("\ufeff" + NDJSON), TWO),
    Awkward("json.txt", text(NDJSON), TWO),
    Awkward("late key.ndjson", text('{"a": 1}\n' * 30_000 + '{"b": 2}\n'), (30_001, 2)),
    Awkward("mixed.json", text('[{"a": 1, "b": 2}, {"a": "x", "b": 4}]'), {"b": [2, 4]}),
    Awkward("rows.json", text("[[1, 2], [3, 4]]"), {"x1": [1, 3], "x2": [2, 4]}),
    Awkward("ragged.json", text("[[1, 2], [3]]"), "rows of ragged.json have 1 to 2 values"),
    Awkward(
        "uneven.json", text('{"a": [1, 2], "b": [3]}'), r"uneven.json differ in length \(a 2, b 1\)"
    ),
    Awkward("cut.json.gz", cut(table(makers.ndjson_gz)), "cut.json.gz"),
    Awkward("cut.xlsx", cut(table(makers.xlsx)), "cut.xlsx is not a whole workbook"),
    Awkward("report.xlsx", sheet(REPORT), TWO),
    Awkward("failed.xlsx", sheet(FAILED), {"a": [1, 3], "b": [float("nan"), 4]}),
    Awkward("word.xlsx", sheet(ONE_WORD), {"b": [2, 4]}),
    Awkward("empty.xlsx", sheet(""), "empty.xlsx has no numeric column"),
    Awkward("far.xlsx", sheet(FAR), "far.xlsx (cannot be read|is not a whole workbook)"),
    Awkward("farthest.xlsx", sheet(FARTHEST), "farthest.xlsx cannot be read: it is damaged"),
    Awkward("broken.xlsx", sheet("<row><c><v>1</v></row>"), "broken.xlsx is not a whole workbook"),
    Awkward("laughing.xlsx", laughing, "laughing.xlsx"),
    Awkward(
        "bomb.xlsx",
        lambda path: zeros(path, "xl/workbook.xml", GIGABYTE + (1 << 26)),
        "bomb.xlsx would unpack to 1.1 GB",
    ),
    Awkward(
        "none.xlsx", archive(**{"xl/nothing.xml": "<x/>"}), "none.xlsx is not a whole workbook"
    ),
    Awkward(
        "ole.xls",
        text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)),
        "ole.xls is not a whole workbook",
    ),
    Awkward("cut.ods", cut(table(makers.ods)), "cut.ods is not a whole workbook"),
    Awkward(
        "filled.ods",
        ods_of_repeats(16_384, 1_048_576, 'office:value-type="float" office:value="1"'),
        "filled.ods is not a whole workbook",
    ),
    Awkward("to the end.ods", ods_of_repeats(16_384, 1_048_574, ""), TWO),
    Awkward("notes.csv", archive(**{"notes.txt": "1,2"}), "notes.csv is a zip archive"),
    Awkward("pickled.npz", pickled_npz, "pickled.npz holds Python objects, which are never loaded"),
    Awkward("pickled.npy", pickled_npy, "pickled.npy holds Python objects, which are never loaded"),
    Awkward(
        "bomb.npz",
        lambda path: zeros(path, "x.npy", GIGABYTE + (1 << 26)),
        "bomb.npz would unpack to 1.1 GB",
    ),
    Awkward("lying.npz", lying_zeros, "lying.npz is not a whole NumPy file"),
    Awkward("cut.npz", cut(table(makers.npz)), "cut.npz is not a whole NumPy file"),
    Awkward(
        "huge.npy",
        text(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9)}")),
        "huge.npy is not a whole NumPy file",
    ),
    Awkward(
        "names.npy",
        text(
            npy(
                "{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (2,)}",
                np.array([1.0, 2, 3, 4]).tobytes(),
            )
        ),
        TWO,
    ),
    Awkward("cut.h5", cut(table(makers.hdf5)), "cut.h5 is not a whole HDF5 file"),
    Awkward("flipped.h5", flipped(table(makers.hdf5), 600, 700, 800, 900), "flipped.h5"),
    Awkward("unwritten.h5", hdf5(unwritten), "unwritten.h5 would unpack to 16,000.0 GB"),
    Awkward("linked.h5", hdf5(linked), TWO),
    Awkward("virtual.h5", hdf5(virtual), "virtual.h5 holds no table"),
    Awkward("big chunk.h5", hdf5(big_chunk), "big chunk.h5 holds no table"),
    Awkward("frame.h5", hdf5(pandas_frame), TWO),
    Awkward("nothing.h5", hdf5(lambda file: file.create_group("g")), "nothing.h5 holds no table"),
    Awkward("cut.mat", cut(table(makers.mat)), "cut.mat is not a whole MATLAB file"),
    Awkward("cut new.mat", cut(table(makers.mat_hdf5, 50)), "cut new.mat is not a whole"),
    Awkward(
        "structure.mat",
        mat(s={"a": [1.0, 2.0]}),
        r"structure.mat has no matrix or vectors of numbers \(it has s of class struct\)",
    ),
    Awkward("two.mat", mat(X=[[1.0, 2.0], [3.0, 4.0]], name="run 7"), {"x1": [1, 3], "x2": [2, 4]}),
    Awkward("bomb.mat", mat_bomb, "bomb.mat would unpack to 1.6 GB"),
    Awkward("two.fcs", fcs(), FCS_TWO),
    Awkward("cut.fcs", cut(table(makers.fcs)), "cut.fcs is not a whole FCS file"),
    Awkward(
        "many.fcs", fcs(n_events=99_999_999), "many.fcs was cut off: it has 2 of 99,999,999 events"
    ),
    Awkward("channels.fcs", fcs(PAR="99999999"), "channels.fcs is not a whole FCS file"),
    Awkward("histogram.fcs", fcs(MODE="C"), "histogram.fcs holds histograms"),
    Awkward("letters.fcs", fcs(DATATYPE="A"), "letters.fcs stores channel 1 as type A"),
    Awkward("circle.fcs", fcs(NEXTDATA="-10"), FCS_TWO),
    Awkward("onward.fcs", fcs(NEXTDATA="4000"), FCS_TWO),
    Awkward(
        "spilt.fcs",
        fcs(SPILLOVER="2,FL1-H,FL9-H,1,0,0,1"),
        "spillover matrix of spilt.fcs .*no channel FL9-H",
        ImportOptions(compensate=True),
    ),
    Awkward("spilt but unused.fcs", fcs(SPILLOVER="2,FL1-H,FL9-H,1,0,0,1"), FCS_TWO),
    Awkward(
        "singular.fcs",
        fcs(SPILLOVER="2,FL1-H,FL2-H,1,1,1,1"),
        "spillover matrix of singular.fcs",
        ImportOptions(compensate=True),
    ),
    Awkward(
        "no matrix.fcs",
        fcs(),
        "no matrix.fcs has no spillover matrix",
        ImportOptions(compensate=True),
    ),
    Awkward("cut.sqlite", cut(table(makers.sqlite)), "cut.sqlite cannot be read as an SQLite file"),
    Awkward(
        "flipped.sqlite",
        flipped(table(makers.sqlite), 100, 105, 108),
        "flipped.sqlite cannot be read as an SQLite file",
    ),
    Awkward(
        "two.db", sqlite("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 2), ('3', 4)"), TWO
    ),
    Awkward(
        "gone.sqlite",
        sqlite("CREATE TABLE t (a)", "CREATE VIEW v AS SELECT * FROM t", "DROP TABLE t"),
        "A view of gone.sqlite no longer works .no such table",
    ),
    Awkward(
        "nothing.sqlite",
        sqlite("CREATE TABLE t (a)", "DROP TABLE t"),
        "nothing.sqlite holds no table",
    ),
    Awkward(
        "bytes.sqlite",
        sqlite("CREATE TABLE t (a)", "INSERT INTO t VALUES (x'00')"),
        r"bytes.sqlite has no numeric column",
    ),
    Awkward(
        "another part.sqlite",
        sqlite("CREATE TABLE t (a)"),
        "another part.sqlite has no part named 'u': choose among t",
        ImportOptions(part="u"),
    ),
    Awkward("cut.duckdb", cut(table(makers.duckdb)), "cut.duckdb cannot be read as a DuckDB file"),
    Awkward(
        "flipped.duckdb",
        flipped(table(makers.duckdb), 4100, 4200, 8200, 8300),
        "flipped.duckdb cannot be read as a DuckDB file",
    ),
    Awkward(
        "curious.duckdb",
        duckdb("CREATE VIEW v AS SELECT length(content) AS n FROM read_text('/etc/hosts')"),
        "view of curious.duckdb reads another file, which is not allowed",
    ),
    Awkward("two.bin", duckdb(SOME), TWO),
]
