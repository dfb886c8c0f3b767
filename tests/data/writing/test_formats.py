"""Every format that tables are written in, read back by another program's library."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path
from typing import Any

import flowio
import h5py
import numpy as np
import pytest

from gmm_app.data.dataset import Dataset
from gmm_app.data.table import Table
from gmm_app.data.writing import (
    FORMATS,
    SCORES,
    TEXT_FORMATS,
    excel_rows,
    format_of,
    hdf5_rows,
    write_labels,
    write_parameters,
    write_rows,
)
from gmm_app.data.writing.layout import FLOAT, Column, Layout
from gmm_app.errors import Cancelled, ExportError, OptionError
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from tests.data.writing.read_back import READERS

NAMES = ("FSC-A", 'say "d", €')
MIXTURE = Mixture(
    np.array([0.3, 0.6]),
    np.array([[0.0, 1e-3], [8e6, 3.0]]),
    np.array([[[2e10, 0.0], [0.0, 0.1]], [[1e12, 5e4], [5e4, 3.0]]]),
    columns=NAMES,
    noise=Noise(0.1, np.array([-1e9, -30.0]), np.array([1e9, 30.0])),
)
WITHOUT_NOISE = MIXTURE.with_noise(None)
SUFFIXES = [suffix for fmt in FORMATS for suffix in fmt.suffixes]
ONE_EACH = [fmt.suffixes[0] for fmt in FORMATS]


def test_every_ending_is_read_back() -> None:
    assert sorted(SUFFIXES) == sorted(READERS)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_rows_and_their_scores_come_back_bit_for_bit(tmp_path: Path, suffix: str) -> None:
    X = np.asfortranarray(MIXTURE.sample(300, seed=0))
    path = tmp_path / f"labels{suffix.upper()}"
    write_labels(Dataset(X, NAMES), MIXTURE, path)
    back = READERS[suffix](path)
    labels = MIXTURE.predict(X) + 1
    labels[labels == 3] = 0
    assert set(labels) == {0, 1, 2}
    expected = {
        "row": np.arange(1, 301),
        **dict(zip(NAMES, X.T, strict=True)),
        "label": labels,
        **dict(zip(("resp_1", "resp_2", "resp_noise"), MIXTURE.predict_proba(X).T, strict=True)),
        "log_density": MIXTURE.log_density(X),
        "uncertainty": MIXTURE.uncertainty(X),
        "outlier_rank": MIXTURE.outlier_rank(X),
    }
    assert list(back) == list(expected)
    for name, values in expected.items():
        assert back[name] == values.tolist(), name
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", ONE_EACH)
def test_extreme_numbers_and_missing_ones(tmp_path: Path, suffix: str) -> None:
    numbers = [5e-324, 1.7976931348623157e308, -0.0, 1e22, 0.1 + 0.2, -123456789012345680.0]
    rows = np.array([numbers, [*numbers[1:], np.nan]]).T
    write_rows(rows, ("x", "y"), tmp_path / f"rows{suffix}")
    back = READERS[suffix](tmp_path / f"rows{suffix}")
    assert back == {"x": numbers, "y": [*numbers[1:], None]}
    assert np.signbit(back["x"][2])


@pytest.mark.parametrize("suffix", ONE_EACH)
def test_rows_that_were_left_out_keep_their_numbers(tmp_path: Path, suffix: str) -> None:
    values = np.array([[1.0, np.nan, 3.0, 4.0], [50.0, 60.0, np.inf, 80.0]])
    dataset = Table(values, NAMES, "rows").dataset()
    path = tmp_path / f"labels{suffix}"
    write_labels(dataset, WITHOUT_NOISE, path, scores=["label"])
    back = READERS[suffix](path)
    assert back["row"] == [1, 2, 4]
    assert back[NAMES[0]] == [1.0, None, 4.0]
    assert list(back) == ["row", *NAMES, "label"]


@pytest.mark.parametrize("suffix", ONE_EACH)
def test_single_precision_stays_exact(tmp_path: Path, suffix: str) -> None:
    rows: Any = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32)
    write_rows(rows, ("x", "y"), tmp_path / f"rows{suffix}")
    back = READERS[suffix](tmp_path / f"rows{suffix}")
    assert np.array_equal(np.array([*back.values()], dtype=np.float32), rows.T)


@pytest.mark.parametrize("suffix", ONE_EACH)
def test_odd_headings(tmp_path: Path, suffix: str) -> None:
    names = ["=1+1", "@b", "-c", "a,b", "a/b", "a_b", ".", " <&> ", "_x0041_", "\x01\f", "x", "x"]
    path = tmp_path / f"rows{suffix}"
    write_rows(np.arange(24.0).reshape(2, 12), names, path)
    back = READERS[suffix](path)
    assert [*back.values()] == [[i, i + 12] for i in range(12)]
    expected = [*names[:-1], "x_2"]
    if suffix in (".csv", ".tsv"):
        expected[:3] = ["'=1+1", "'@b", "'-c"]
    elif suffix == ".fcs":
        expected[9] = "\x01 "
    assert [*back] == expected


@pytest.mark.parametrize("suffix", [fmt.suffixes[0] for fmt in TEXT_FORMATS])
@pytest.mark.parametrize("mixture", [MIXTURE, WITHOUT_NOISE], ids=["noise", "no noise"])
def test_components(tmp_path: Path, suffix: str, mixture: Mixture) -> None:
    path = tmp_path / f"components{suffix}"
    write_parameters(mixture, path)
    back = READERS[suffix](path)
    last = ["noise"] if mixture.noise else []
    # Where a column is text, numbers in it are text too; a text file does not tell them apart.
    as_text = mixture.noise is not None and suffix not in (".csv", ".tsv")
    assert back["component"] == [*(["1", "2"] if as_text else [1, 2]), *last]
    assert back["weight"] == [*mixture.weights, *([0.1] if last else [])]
    means = back[f"mean_{NAMES[0]}"]
    assert means == [*mixture.means[:, 0], *([None] if last else [])]
    assert back[f"cov_{NAMES[0]}_{NAMES[1]}"][:2] == mixture.covariances[:, 0, 1].tolist()


@pytest.mark.parametrize("suffix", ONE_EACH)
def test_many_blocks_in_order_and_stopping(tmp_path: Path, suffix: str) -> None:
    X = np.asfortranarray(WITHOUT_NOISE.sample(70_000, seed=0))
    path = tmp_path / f"labels{suffix}"
    path.write_text("old")
    shares: list[float] = []
    dataset = Dataset(X, NAMES)
    with pytest.raises(Cancelled):
        write_labels(
            dataset, MIXTURE, path, on_progress=shares.append, cancelled=lambda: bool(shares)
        )
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [path.name]
    write_labels(dataset, MIXTURE, path, scores=["log_density"])
    if suffix != ".xlsx":  # which openpyxl takes seconds to read
        back = READERS[suffix](path)
        assert back["row"] == list(range(1, 70_001))
        assert back["log_density"] == MIXTURE.log_density(X).tolist()


def test_excel_is_stopped_within_a_block(tmp_path: Path) -> None:
    dataset = Dataset(np.asfortranarray(WITHOUT_NOISE.sample(30_000, seed=0)), NAMES)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        write_labels(dataset, MIXTURE, tmp_path / "labels.xlsx", cancelled=cancelled)
    assert not os.listdir(tmp_path)


def test_a_sheet_of_excel_has_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rows.xlsx"
    with pytest.raises(ExportError, match=r"holds 16,384 columns, and these are 16,385: write Par"):
        write_rows(np.ones((1, 16_385)), [f"x{i}" for i in range(16_385)], path)
    monkeypatch.setattr(excel_rows, "MOST_ROWS", 100)
    write_rows(np.ones((99, 1)), ["x"], path)
    with pytest.raises(ExportError, match="holds 100 rows, headings included, and these are 101"):
        write_rows(np.ones((100, 1)), ["x"], path)
    assert len(READERS[".xlsx"](path)["x"]) == 99


def test_columns_of_a_sheet_have_excels_letters(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    write_rows(np.arange(800.0)[np.newaxis], [f"x{i}" for i in range(800)], path)
    assert READERS[".xlsx"](path)["x799"] == [799.0]
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="Z2"><v>25.0</v></c><c r="AA2"><v>26.0</v></c>' in sheet
    assert '<c r="ADT2"><v>799.0</v></c></row>' in sheet


def test_an_fcs_file_beyond_its_headers_offsets(tmp_path: Path) -> None:
    path = tmp_path / "rows.fcs"
    rows = np.zeros((1_300_000, 10))
    rows[-1] = np.arange(10.0)
    write_rows(rows, [f"x{i}" for i in range(10)], path)
    assert path.read_bytes()[:42].endswith(b"       0       0")
    data = flowio.FlowData(path, only_text=True)
    begin, end = int(data.text["begindata"]), int(data.text["enddata"])
    assert end + 1 - begin == rows.nbytes
    with open(path, "rb") as file:
        file.seek(end + 1 - 80)
        assert np.array_equal(np.frombuffer(file.read(80)), rows[-1])


def test_hdf5_keeps_thousands_of_headings(tmp_path: Path) -> None:
    path = tmp_path / "rows.h5"
    names = [f"number {i} of many" for i in range(4_200)]
    write_rows(np.arange(8_400.0).reshape(2, 4_200), names, path)
    with h5py.File(path) as file:
        assert list(file["rows"]) == list(file["rows"].attrs["columns"]) == names
        assert file["rows"][names[-1]][:].tolist() == [4_199.0, 8_399.0]


def test_a_full_disk_is_told_from_hdf5s_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("Can't decrement id ref count (unable to extend file, errno = 28, ...)")

    monkeypatch.setattr(hdf5_rows, "_write", refuse)
    with pytest.raises(ExportError, match="for the disk is full"):
        write_rows(np.ones((1, 1)), ["x"], tmp_path / "rows.h5")
    with open(tmp_path / "x", "wb") as file, pytest.raises(OSError) as caught:
        hdf5_rows.write(file, Layout("rows", (Column("x", FLOAT),), 1), [])
    assert caught.value.errno == errno.ENOSPC


def test_endings_that_say_nothing(tmp_path: Path) -> None:
    for name in ("labels", "labels.csv.bak", "labels.xls", "labels.json"):
        with pytest.raises(ExportError, match=r"end the name in \.csv, .*, \.hdf5 or \.fcs\.$"):
            write_rows(np.ones((1, 1)), ["x"], tmp_path / name)
    with pytest.raises(ExportError, match=r"\.h5 or \.hdf5\.$"):
        write_parameters(MIXTURE, tmp_path / "components.fcs")
    assert not os.listdir(tmp_path)


def test_devices_and_pipes_get_csv(tmp_path: Path) -> None:
    assert format_of("/dev/stdout").title == format_of("/dev/fd/63").title == "CSV"
    os.mkfifo(tmp_path / "pipe.parquet")
    assert format_of(tmp_path / "pipe.parquet").title == "CSV"


def test_only_known_scores_are_written(tmp_path: Path) -> None:
    dataset = Dataset(WITHOUT_NOISE.sample(5, seed=0), NAMES)
    with pytest.raises(OptionError, match="no 'rank': choose from label, responsibilities"):
        write_labels(dataset, MIXTURE, tmp_path / "l.csv", scores=["rank"])
    assert SCORES[-2:] == ("uncertainty", "outlier_rank")
