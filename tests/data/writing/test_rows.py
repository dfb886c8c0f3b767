"""Rows with their scores, and components, as tables: what is in them, and what is said."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.dataset import Dataset
from gmm_app.data.reading import read, read_table
from gmm_app.data.samples import SAMPLES
from gmm_app.data.table import Table
from gmm_app.data.writing import write_labels, write_parameters, write_rows
from gmm_app.errors import Cancelled, ExportError, ModelError
from gmm_app.mixture.mixture import Mixture

MIXTURE = Mixture(
    np.array([0.36, 0.64]),
    np.array([[2.04, 54.5], [4.29, 79.97]]),
    np.array([[[0.07, 0.44], [0.44, 33.7]], [[0.17, 0.94], [0.94, 36.05]]]),
    columns=("eruptions", "waiting"),
)


def rows_of(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_parameters(tmp_path: Path) -> None:
    path = tmp_path / "parameters.csv"
    write_parameters(MIXTURE, path)
    header, *rows = rows_of(path)
    assert header == [
        *("component", "weight", "mean_eruptions", "mean_waiting", "sd_eruptions", "sd_waiting"),
        *("cov_eruptions_eruptions", "cov_eruptions_waiting", "cov_waiting_waiting"),
    ]
    assert [row[0] for row in rows] == ["1", "2"]
    numbers = np.array(rows, dtype=float)
    np.testing.assert_array_equal(numbers[:, 1], MIXTURE.weights)
    np.testing.assert_array_equal(numbers[:, 2:4], MIXTURE.means)
    variances = MIXTURE.covariances[:, [0, 1], [0, 1]]
    np.testing.assert_array_equal(numbers[:, 4:6], np.sqrt(variances))
    np.testing.assert_array_equal(numbers[:, 6:], MIXTURE.covariances[:, [0, 0, 1], [0, 1, 1]])


def test_labels_of_real_data(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    dataset = read(SAMPLES["faithful"].path)
    shares: list[float] = []
    write_labels(dataset, MIXTURE, path, on_progress=shares.append)
    table = read_table(path)
    assert table.columns == (
        *("row", "eruptions", "waiting", "label", "resp_1", "resp_2"),
        *("log_density", "uncertainty", "outlier_rank"),
    )
    row, eruptions, waiting, label, *resp, log_density, uncertainty, rank = table.values
    np.testing.assert_array_equal(row, np.arange(1, 273))
    np.testing.assert_array_equal([eruptions, waiting], dataset.X.T)
    np.testing.assert_array_equal(label, MIXTURE.predict(dataset.X) + 1)
    np.testing.assert_array_equal(np.transpose(resp), MIXTURE.predict_proba(dataset.X))
    np.testing.assert_array_equal(log_density, MIXTURE.log_density(dataset.X))
    np.testing.assert_array_equal(uncertainty, MIXTURE.uncertainty(dataset.X))
    np.testing.assert_array_equal(rank, MIXTURE.outlier_rank(dataset.X))
    assert shares == [1.0]
    assert [other.name for other in tmp_path.iterdir()] == ["labels.csv"]


def test_rows_that_were_left_out_keep_their_numbers(tmp_path: Path) -> None:
    values = np.array([[1.0, np.nan, 3.0, 4.0], [50.0, 60.0, np.inf, 80.0]])
    dataset = Table(values, ("eruptions", "waiting"), "rows").dataset()
    write_labels(dataset, MIXTURE, tmp_path / "labels.csv")
    written = rows_of(tmp_path / "labels.csv")
    assert [row[0] for row in written] == ["row", "1", "2", "4"]
    # What is missing is an empty cell.
    assert written[2][1:3] == ["", "60.0"]


def test_many_blocks_in_order(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    X = np.asfortranarray(MIXTURE.sample(150_000, seed=0))
    shares: list[float] = []
    write_labels(Dataset(X, MIXTURE.columns), MIXTURE, path, on_progress=shares.append)
    table = read_table(path)
    np.testing.assert_array_equal(table.values[0], np.arange(1, 150_001))
    np.testing.assert_array_equal(table.values[1:3], X.T)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1.0


def test_extreme_numbers_come_back(tmp_path: Path) -> None:
    column = np.array([5e-324, 1.7976931348623157e308, -0.0, 1e22, 0.1 + 0.2, 123456789012345680.0])
    write_rows(column[:, np.newaxis], ("x",), tmp_path / "rows.csv")
    read_back = [float(row[0]) for row in rows_of(tmp_path / "rows.csv")[1:]]
    np.testing.assert_array_equal(read_back, column)
    assert np.signbit(read_back[2])


def test_headings_are_different_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    columns = ("row", "label", "=1+1", "@b", "-c", 'say "d", e')
    mixture = Mixture(np.ones(1), np.zeros((1, 6)), np.eye(6)[np.newaxis], columns=columns)
    write_labels(Dataset(np.ones((2, 6), order="F"), columns), mixture, path)
    header, first, _second = rows_of(path)
    assert header == [
        *("row_2", "row", "label", "'=1+1", "'@b", "'-c", 'say "d", e'),
        *("label_2", "resp_1", "log_density", "uncertainty", "outlier_rank"),
    ]
    assert first[:9] == ["1", *["1.0"] * 6, "1", "1.0"]


def test_cancelling_and_failing_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("old")
    dataset = Dataset(np.asfortranarray(MIXTURE.sample(150_000, seed=0)), MIXTURE.columns)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        write_labels(dataset, MIXTURE, path, cancelled=cancelled)
    with pytest.raises(ModelError, match="2 columns"):
        write_labels(Dataset(np.ones((3, 1)), ("x",)), MIXTURE, path)
    assert path.read_text() == "old"
    assert [other.name for other in tmp_path.iterdir()] == ["labels.csv"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    dataset = Dataset(MIXTURE.sample(10, seed=0), MIXTURE.columns)
    for write in (
        lambda path: write_parameters(MIXTURE, path),
        lambda path: write_labels(dataset, MIXTURE, path),
    ):
        with pytest.raises(ExportError, match="folder does not exist"):
            write(tmp_path / "nowhere" / "out.csv")


def test_drawn_rows_come_back_bit_for_bit(tmp_path):
    rows = np.random.default_rng(0).standard_normal((500, 2)) * [1e-7, 1e9]
    write_rows(rows, ("a", "=b"), tmp_path / "rows.csv")
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert lines[0] == "a,'=b"
    assert np.array_equal(np.loadtxt(lines[1:], delimiter=","), rows)
