"""What is said of a column: where it only numbers the rows."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.inspection.column_summary import column_summary, numbers_rows


@pytest.mark.parametrize("first", [0, 1, -7, 1_000_000])
def test_numbers_of_rows_are_known_from_any_first_one(first: int) -> None:
    values = np.arange(first, first + 100_000, dtype=np.float64)
    assert numbers_rows(values)
    assert column_summary(values).numbers_rows
    values[-1] += 1
    assert not numbers_rows(values)


def test_what_is_measured_numbers_no_rows() -> None:
    rows = np.arange(50, dtype=np.float64)
    for values in (rows[:10], 2 * rows, rows[::-1].copy(), rows + 0.5, np.zeros(50), rows[:0]):
        assert not numbers_rows(values)
    for gap in (np.nan, np.inf):
        for place in (0, 30):
            values = rows.copy()
            values[place] = gap
            assert not numbers_rows(values)
