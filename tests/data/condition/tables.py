"""A small table of numbers and words, with gaps in both."""

from __future__ import annotations

import numpy as np

from gmm_app.data.table import LabelColumn, Table

GAP = np.nan


def small_table() -> Table:
    """Five rows: a, b, FSC-A, "log" and [odd "name"] hold numbers, species words."""
    values = np.array(
        [
            [1.0, 2.0, GAP, 4.0, -5.0],
            [5.0, GAP, 5.0, 0.0, 5.0],
            [10.0, 20.0, 30.0, 40.0, 50.0],
            [0.0, 1.0, 2.0, 3.0, 4.0],
            [1.0, 1.0, 2.0, 2.0, 3.0],
        ]
    )
    words = LabelColumn(
        "species", np.array([0, 1, -1, 0, 2], dtype=np.int32), ("setosa", "it's", "virginica")
    )
    names = ("a", "b", "FSC-A", "log", 'odd "name"')
    return Table(values, names, "/some/where/rows.csv", ("species", "note"), (words,))
