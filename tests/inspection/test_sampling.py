"""The rows that stand for all."""

from __future__ import annotations

import numpy as np

from gmm_app.inspection.sampling import row_sample


def test_few_rows_are_all_taken() -> None:
    np.testing.assert_array_equal(row_sample(7, 10), np.arange(7))


def test_a_sample_is_the_same_each_time_in_order_and_without_repeats() -> None:
    rows = row_sample(1_000_000, 5_000)
    np.testing.assert_array_equal(rows, row_sample(1_000_000, 5_000))
    assert rows.size == 5_000
    assert (np.diff(rows) > 0).all()
    assert rows[0] >= 0
    assert rows[-1] < 1_000_000


def test_a_sample_covers_all_parts_alike() -> None:
    counts = np.bincount(row_sample(1_000_000, 10_000) // 100_000, minlength=10)
    # Ten standard deviations of a binomial count of 1,000.
    assert abs(counts - 1_000).max() < 300
