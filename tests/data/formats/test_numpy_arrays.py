"""NPY and NPZ files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmm_app.data.formats import numpy_arrays
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.reading import read, read_table
from gmm_app.errors import Cancelled, DataError

ROWS = np.random.default_rng(0).standard_normal((70_000, 3))


def saved(folder: Path, array: Any, **kind: bool) -> Path:
    path = folder / "data.npy"
    np.save(path, array, **kind)
    return path


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2"])
def test_floats_of_any_order_and_size(tmp_path: Path, order, dtype: str) -> None:
    array = np.asarray(ROWS, dtype=dtype, order=order)
    table = read_table(saved(tmp_path, array))
    assert table.columns == ("x1", "x2", "x3")
    assert table.values.dtype == np.float64
    assert table.values.flags.c_contiguous
    np.testing.assert_array_equal(table.values, array.T.astype(np.float64))


@pytest.mark.parametrize("dtype", ["i1", "u8", "i4"])
def test_whole_numbers(tmp_path: Path, dtype: str) -> None:
    dataset = read(saved(tmp_path, np.arange(12, dtype=dtype).reshape(6, 2)), columns=["x2"])
    assert dataset.X.ravel().tolist() == [1, 3, 5, 7, 9, 11]


def test_one_dimension_is_one_column(tmp_path: Path) -> None:
    assert read_table(saved(tmp_path, np.arange(4.0))).values.tolist() == [[0, 1, 2, 3]]


def test_named_fields_are_columns(tmp_path: Path) -> None:
    array = np.array(
        [(1.5, b"a", 2), (2.5, b"b", 3)], dtype=[("f", "f8"), ("s", "S1"), ("i", "i4")]
    )
    table = read_table(saved(tmp_path, array))
    assert table.columns == ("f", "i")
    assert table.other_columns == ("s",)
    assert table.values.tolist() == [[1.5, 2.5], [2, 3]]


def test_missing_values_stay_and_infinite_ones_go(tmp_path: Path) -> None:
    array = ROWS[:10].copy()
    array[2, 1], array[5, 0] = np.nan, np.inf
    path = saved(tmp_path, array)
    assert read(path).n_left_out == 1
    assert read(path).incomplete.tolist() == [2]
    assert read(path, missing="drop").n_left_out == 2


def test_the_file_is_not_kept_open(tmp_path: Path) -> None:
    path = saved(tmp_path, ROWS)
    table = read_table(path)
    saved(tmp_path, np.zeros((2, 2)))
    np.testing.assert_array_equal(table.values, ROWS.T)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_archives(tmp_path: Path, save) -> None:
    path = tmp_path / "data.npz"
    save(path, ROWS)
    np.testing.assert_array_equal(read_table(path).values, ROWS.T)
    save(path, data=ROWS, label=np.arange(70_000))
    np.testing.assert_array_equal(read_table(path).values, ROWS.T)
    save(path, b=np.arange(3), a=np.arange(3.0) / 2)
    table = read_table(path)
    assert table.columns == ("b", "a")
    assert table.values.tolist() == [[0, 1, 2], [0, 0.5, 1]]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="not a whole NumPy file"):
        read(path)


def test_one_of_several_arrays(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, words=np.array([["a", "b"]]), a=ROWS, b=np.asfortranarray(-ROWS), c=ROWS[0])
    assert numpy_arrays.parts(path) == ("words", "a", "b")
    np.testing.assert_array_equal(read_table(path).values, ROWS.T)
    table = read_table(path, options=ImportOptions(part="b"))
    np.testing.assert_array_equal(table.values, -ROWS.T)
    with pytest.raises(DataError, match="no part named 'd': choose among words, a, b"):
        read_table(path, options=ImportOptions(part="d"))
    np.savez(path, a=np.arange(3), b=np.arange(4.0))
    assert numpy_arrays.parts(path) == ("a", "b")
    assert read_table(path, options=ImportOptions(part="b")).values.tolist() == [[0, 1, 2, 3]]


def test_an_archive_with_a_damaged_array(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez_compressed(path, ROWS)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 50] = bytes(50)
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match="not a whole NumPy file"):
        read(path)


def npz(folder: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "data.npz"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def test_a_note_beside_the_array_is_passed_over(tmp_path: Path) -> None:
    table = read_table(npz(tmp_path, {"readme.txt": b"hello", "rows.npy": npy(ROWS)}))
    np.testing.assert_array_equal(table.values, ROWS.T)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, "holds no NumPy array"),
        ({"readme.txt": b"hello"}, "holds no NumPy array"),
        ({"readme.txt": b"hello", "b.txt": b""}, "holds no NumPy array"),
        ({"rows.npy": b"junk junk"}, "not a whole NumPy file"),
        ({"rows.npy": npy(np.ones((2, 2, 2))), "readme.txt": b""}, r"shape \(2, 2, 2\)"),
    ],
)
def test_archives_without_a_usable_array(tmp_path: Path, members, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read(npz(tmp_path, members))


@pytest.mark.parametrize(
    ("compression", "place", "value", "expected"),
    [
        (zipfile.ZIP_DEFLATED, (6, 8), 1, "is encrypted: save it again without"),
        (zipfile.ZIP_DEFLATED, (8, 10), 99, "not a whole NumPy file"),
        (zipfile.ZIP_LZMA, (), 0, "not a whole NumPy file"),
    ],
)
def test_archives_packed_in_ways_that_cannot_be_read(
    tmp_path: Path, compression: int, place: tuple[int, ...], value: int, expected: str
) -> None:
    path = npz(tmp_path, {"rows.npy": npy(ROWS[:100])}, compression)
    content = bytearray(path.read_bytes())
    # The flags and the method stand in the member's own header and again in the directory.
    for start, offset in zip((0, content.find(b"PK\x01\x02")), place, strict=False):
        content[start + offset] = value
    if not place:
        content[60:90] = bytes(30)
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=expected):
        read(path)


def described(shape: str) -> str:
    return "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "header",
    [
        described("(10L,")[:-3],
        described("(-5,)"),
        described("(9223372036854775807, 9)"),
        described("(1" + "0" * 30 + ",)"),
        described("(10**99,)"),
        described("(True,)"),
        described("5"),
        "(" * 3000,
        "'''",
        "[1, 2]",
    ],
    ids=lambda header: header[:70],
)
def test_damaged_headers(tmp_path: Path, header: str) -> None:
    head = header.encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    path = tmp_path / "data.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(80))
    with pytest.raises(DataError, match="not a whole NumPy file"):
        read(path)


BAD = {
    "objects": (np.array([{}, 1], dtype=object), "Python objects, which are never loaded"),
    "complex": (np.ones((3, 2), dtype=complex), "complex numbers"),
    "three dimensions": (np.ones((3, 2, 2)), r"shape \(3, 2, 2\)"),
    "no dimension": (np.array(3.0), r"shape \(\)"),
    "text": (np.array(["a", "b"]), "no numeric column"),
    "truth values": (np.array([True, False]), "no numeric column"),
    "no rows": (np.empty((0, 3)), "columns but no rows"),
    "no columns": (np.empty((3, 0)), "no numeric column"),
    "all missing": (np.full((4, 2), np.nan), "No row .* can be used"),
}


@pytest.mark.parametrize("kind", BAD)
def test_unusable_arrays_get_one_plain_sentence(tmp_path: Path, kind: str) -> None:
    array, expected = BAD[kind]
    with pytest.raises(DataError, match=expected) as caught:
        read(saved(tmp_path, array, allow_pickle=True))
    assert "\n" not in str(caught.value)
    np.savez(tmp_path / "data.npz", array, allow_pickle=True)
    with pytest.raises(DataError):
        read(tmp_path / "data.npz")


def test_a_pickle_named_npy_runs_no_code(tmp_path: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "trapped",))

    path = tmp_path / "data.npy"
    for content in (pickle.dumps(Trap()), b"\x93NUMPY\x01\x00" + pickle.dumps(Trap()), b"\x93NUM"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="not a whole NumPy file|Python objects"):
            read(path)
    np.save(path, np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="Python objects"):
        read(path)
    assert not (tmp_path / "trapped").exists()


def test_truncated_array(tmp_path: Path) -> None:
    path = saved(tmp_path, ROWS)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(DataError, match="not a whole NumPy file"):
        read(path)


def test_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        read_table(saved(tmp_path, ROWS), cancelled=lambda: True)
