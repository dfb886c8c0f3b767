"""MATLAB's files of several versions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from gmm_app.data.import_options import ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.recognition import format_of
from gmm_app.errors import DataError

ROWS = np.random.default_rng(2).random((50, 3))


@pytest.mark.parametrize("version", ["4", "5"])
def test_matrices_are_parts(tmp_path: Path, version: str) -> None:
    path = tmp_path / "data.mat"
    savemat(path, {"X": ROWS, "Y": -ROWS, "name": "run 7", "n": 3.0}, format=version)
    assert format_of(path).parts(path) == ("X", "Y")
    np.testing.assert_array_equal(read_table(path).values, ROWS.T)
    table = read_table(path, options=ImportOptions(part="Y"))
    assert table.columns == ("x1", "x2", "x3")
    np.testing.assert_array_equal(table.values, -ROWS.T)
    with pytest.raises(DataError, match="no part named 'Z': choose among X, Y"):
        read_table(path, options=ImportOptions(part="Z"))


def test_vectors_and_words_of_one_length_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "data.mat"
    words = np.array(["x", "yy", "x"])
    truth = np.array([True, False, True])
    savemat(path, {"a": [1.0, 2, 3], "n": np.array([4, 5, 6], np.int16), "w": words, "t": truth})
    assert format_of(path).parts(path) == ("a, n, w, t",)
    table = read_table(path)
    assert table.columns == ("a", "n")
    assert table.values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert {label.name: label.words for label in table.labels} == {
        "w": ("x", "yy"),
        "t": ("true", "false"),
    }


def test_vectors_of_several_lengths_are_parts(tmp_path: Path) -> None:
    path = tmp_path / "data.mat"
    savemat(path, {"a": [1.0, 2, 3], "b": [4.0, 5]})
    assert format_of(path).parts(path) == ("a", "b")
    assert read_table(path).columns == ("a",)
    assert read_table(path, options=ImportOptions(part="b")).values.tolist() == [[4, 5]]
