"""FCS files: names, scales, byte orders, compensation, several data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmm_app.data.batches import Wanted
from gmm_app.data.formats import fcs
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.errors import DataError
from tests.data.formats.makers import fcs_of

CHANNELS = [
    {"N": "FSC-H", "S": " ", "R": "1024"},
    {"N": "FL1-H", "S": "CD4", "R": "1024"},
    {"N": "FL2-H", "S": "CD8", "R": "1024"},
    {"N": "FL3-H", "S": "CD8", "R": "1024"},
]
EVENTS = np.random.default_rng(0).random((300, 4))
SPILLOVER = np.array([[1.0, 0.25], [0.125, 1.0]])


def written(folder: Path, dtype: str = "<f8", events: Any = EVENTS, **keywords: str) -> Path:
    """A file whose values are stored as a NumPy type says."""
    kind = np.dtype(dtype)
    letter = {"u": "I", "f": "F" if kind.itemsize == 4 else "D"}[kind.kind]
    order = "4,3,2,1" if dtype.startswith(">") else "1,2,3,4"
    channels = [{"B": str(8 * kind.itemsize), "E": "0,0"} | channel for channel in CHANNELS]
    path = folder / "data.fcs"
    extra = {"DATATYPE": letter, "BYTEORD": order} | keywords
    content = np.asarray(events).astype(dtype).tobytes()
    path.write_bytes(fcs_of(channels, content, len(events), extra))
    return path


def test_markers_name_channels_where_they_are_given_and_differ(tmp_path: Path) -> None:
    table = read_table(written(tmp_path))
    assert table.columns == ("FSC-H", "CD4", "FL2-H", "FL3-H")
    np.testing.assert_array_equal(table.values, EVENTS.T)


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4"])
def test_floating_point_numbers(tmp_path: Path, dtype: str) -> None:
    table = read_table(written(tmp_path, dtype))
    np.testing.assert_array_equal(table.values, EVENTS.T.astype(dtype).astype(np.float64))


@pytest.mark.parametrize("dtype", ["<u1", "<u2", ">u2", "<u4", ">u4"])
def test_whole_numbers_below_their_range(tmp_path: Path, dtype: str) -> None:
    events = np.arange(400).reshape(100, 4) % 200
    np.testing.assert_array_equal(read_table(written(tmp_path, dtype, events)).values, events.T)


def test_bits_above_the_range_are_not_part_of_a_number(tmp_path: Path) -> None:
    events = np.array([[1023, 1024, 1025, 0xFFFF]])
    table = read_table(written(tmp_path, "<u2", events))
    assert table.values[:, 0].tolist() == [1023, 0, 1, 1023]


def test_logarithmic_amplifiers_are_made_linear(tmp_path: Path) -> None:
    events = np.array([[0, 256, 512, 1023]])
    table = read_table(written(tmp_path, "<u2", events, P2E="4,1", P3E="4,0", P4E="2,0.5"))
    expected = [0.0, 10.0, 100.0, 0.5 * 10 ** (2 * 1023 / 1024)]
    np.testing.assert_allclose(table.values[:, 0], expected, rtol=1e-14)


def spilt(folder: Path) -> Path:
    matrix = ",".join(map(str, SPILLOVER.ravel()))
    return written(folder, SPILLOVER=f"2,FL1-H,FL2-H,{matrix}")


def found_options(path: Path, options: ImportOptions = AS_FOUND) -> ImportOptions:
    with fcs.opened(path, options, Wanted(limit=1)) as file:
        return file.options


def test_compensation_is_offered_and_only_applied_when_asked_for(tmp_path: Path) -> None:
    path = spilt(tmp_path)
    assert found_options(path).compensate is False
    np.testing.assert_array_equal(read_table(path).values, EVENTS.T)
    asked = ImportOptions(compensate=True)
    assert found_options(path, asked).compensate is True
    values = read_table(path, options=asked).values
    np.testing.assert_array_equal(values[[0, 3]], EVENTS.T[[0, 3]])
    np.testing.assert_allclose(values[[1, 2]].T @ SPILLOVER, EVENTS[:, 1:3], rtol=1e-13)


def test_without_a_matrix_none_is_offered(tmp_path: Path) -> None:
    assert found_options(written(tmp_path)).compensate is None
    identity = written(tmp_path, SPILLOVER="2,FL1-H,FL2-H,1,0,0,1")
    assert found_options(identity).compensate is None


def test_several_data_sets(tmp_path: Path) -> None:
    path = written(tmp_path, NEXTDATA="99999")
    first = path.read_bytes().replace(b"99999", b"%5d" % path.stat().st_size)
    path.write_bytes(first + written(tmp_path, events=-EVENTS).read_bytes())
    assert fcs.parts(path) == ("1", "2")
    np.testing.assert_array_equal(read_table(path).values, EVENTS.T)
    second = read_table(path, options=ImportOptions(part="2"))
    np.testing.assert_array_equal(second.values, -EVENTS.T)
    with pytest.raises(DataError, match="no part named '3': choose among 1, 2"):
        read_table(path, options=ImportOptions(part="3"))
