"""Samples of many rows, and fits that begin on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled
from gmm_app.fitting.ending import StoppedEmpty
from gmm_app.fitting.samples import nested_samples, sample_sizes, sample_tolerance
from tests.problems import random_mixture, with_gaps

MANY = 60_000


def numbered(n, d=2):
    """Rows that tell their own position."""
    return np.arange(float(n))[:, np.newaxis] * np.ones(d)


def drawn(X, sizes, seed=0, cancel=None):
    """As arrays; the samples' other parts are looked at below."""
    rows = Dataset(X, tuple(f"x{d}" for d in range(X.shape[1])))
    samples = nested_samples(rows, sizes, np.random.default_rng(seed), cancel or CancelFlag())
    return [sample.X for sample in samples]


@pytest.fixture(scope="module")
def many_rows():
    return np.asfortranarray(random_mixture(4, 2, seed=1, spread=1.5).sample(MANY, seed=2))


def test_few_rows_are_not_sampled():
    assert sample_sizes(39_999, 16, 17) == []
    assert sample_sizes(40_000, 16, 17) == [5_000]


def test_sizes_grow_and_leave_most_rows_for_the_end():
    assert sample_sizes(10_000_000, 16, 17) == [5_000, 20_000, 80_000, 320_000]


def test_more_parameters_need_more_rows():
    assert sample_sizes(1_000_000, 128, 2_447) == [48_940]


def test_samples_take_bounded_memory():
    for row_bytes in (8, 40, 512):
        largest = sample_sizes(10**9, row_bytes, 100)[-1]
        assert 16 << 20 < largest * row_bytes <= 64 << 20


def test_tolerance_is_a_share_of_what_a_sample_can_tell():
    assert sample_tolerance(5_000, 100) == pytest.approx(0.003 * 100 / 5_000)


def test_samples_are_different_rows_each_within_the_next():
    samples = drawn(numbered(100_003), [500, 2_000, 8_000])
    assert [len(sample) for sample in samples] == [500, 2_000, 8_000]
    assert np.array_equal(samples[0], samples[2][:500])
    assert len(np.unique(samples[2][:, 0])) == 8_000
    assert np.array_equal(samples[2][:, 0], samples[2][:, 1])


def test_every_stretch_of_the_rows_is_represented_and_no_order_is_left():
    rows = drawn(numbered(100_000), [500, 10_000])[1][:, 0]
    assert np.all(np.bincount((rows // 1_000).astype(int)) == 100)
    first = drawn(numbered(100_000), [500, 10_000])[0][:, 0]
    assert np.bincount((first // 25_000).astype(int)).min() > 90
    assert abs(np.corrcoef(np.arange(10_000), rows)[0, 1]) < 0.05


def test_every_row_is_as_likely_as_any_other():
    counts = np.zeros(70)
    for seed in range(600):
        counts[drawn(numbered(70), [20], seed)[0][:, 0].astype(int)] += 1
    assert np.all(np.abs(counts - 600 * 20 / 70) < 5 * np.sqrt(600 * 2 / 7))


def test_drawing_can_be_stopped():
    flag = CancelFlag()
    flag.set()
    with pytest.raises(Cancelled):
        drawn(numbered(1_000), [100], cancel=flag)


def test_rows_keep_their_type_and_may_be_mapped_from_a_file(tmp_path):
    np.save(tmp_path / "rows.npy", numbered(50_000, 3).astype(np.float32))
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    sample = drawn(mapped, [2_000])[0]
    assert sample.dtype == np.float32
    assert not isinstance(sample, np.memmap)
    assert np.array_equal(np.sort(sample[:, 0]), np.unique(sample[:, 0]))


def test_weights_and_gaps_stay_with_their_rows():
    X = with_gaps(numbered(5_000, 3), 0.3, seed=1)
    position = np.nanmax(X, axis=1)
    rows = as_dataset(X, row_weights=position + 1.0)
    small, large = nested_samples(rows, [100, 400], np.random.default_rng(0), CancelFlag())
    for sample in (small, large):
        assert sample.weights is not None
        assert np.array_equal(sample.weights, np.nanmax(sample.X, axis=1) + 1.0)
        assert np.array_equal(sample.incomplete, np.flatnonzero(np.isnan(sample.X).any(axis=1)))


@pytest.mark.parametrize("accelerate", [True, False])
def test_a_fit_that_begins_on_samples_ends_as_high_on_all_rows(many_rows, accelerate):
    options: dict[str, Any] = {"n_components": 4, "seed": 0, "n_init": 2, "tol": 1e-9}
    options["max_iter"] = 5_000
    options["accelerate"] = accelerate
    small = gm.fit(many_rows, **options)
    whole = gm.fit(many_rows, **options, prefix=False)
    assert small.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6 * MANY)
    assert small.converged
    assert small.n_passes < whole.n_passes
    assert whole.sample_passes == 0.0 < small.sample_passes
    X = many_rows
    assert small.log_likelihood == pytest.approx(small.mixture.log_density(X).sum(), rel=1e-12)


def test_only_passes_over_all_rows_count_as_iterations(many_rows):
    steps = gm.iter_fit(many_rows, n_components=4, seed=0, n_init=2)
    seen = []
    with pytest.raises(StopIteration) as end:
        while True:
            seen.append(next(steps))
    result = end.value.value
    for start, record in enumerate(result.starts):
        of_start = [progress for progress in seen if progress.start == start]
        sizes = [progress.n_rows for progress in of_start]
        assert sizes == sorted(sizes) and sizes[0] == 5_000 and sizes[-1] == MANY
        on_all = [p.log_likelihood for p in of_start if not p.on_sample]
        assert np.array_equal(on_all, record.history)
        assert np.all(np.diff(record.history) >= 0)
        assert record.n_iter == len(record.history) - 1
    on_samples = [progress for progress in seen if progress.on_sample]
    assert all(p.best_log_likelihood == -np.inf for p in on_samples if p.start == 0)
    assert all(np.isfinite(p.best_log_likelihood) for p in on_samples if p.start == 1)
    # The last pass over a sample may be one whose step was refused, and is in no snapshot.
    share = len(on_samples) * 5_000 / MANY
    assert share <= result.sample_passes <= 1.5 * share
    per_row = [p.mean_log_likelihood for p in seen]
    assert max(per_row) - np.median(per_row) < 0.1


def test_the_same_bits_for_any_number_of_threads(many_rows):
    options: dict[str, Any] = {"n_components": 4, "seed": 3, "n_init": 1}
    one, all_ = gm.fit(many_rows, **options, n_threads=1), gm.fit(many_rows, **options)
    assert np.array_equal(one.history, all_.history)
    assert np.array_equal(one.mixture.covariances, all_.mixture.covariances)


def test_a_start_does_not_depend_on_how_many_follow(many_rows):
    few, many = (gm.fit(many_rows, n_components=3, seed=9, n_init=n) for n in (1, 2))
    assert np.array_equal(few.starts[0].history, many.starts[0].history)


def test_sorted_rows_are_as_good_as_any(many_rows):
    in_order = many_rows[np.argsort(many_rows[:, 0])]
    options: dict[str, Any] = {"n_components": 4, "seed": 0, "n_init": 4, "tol": 1e-9}
    expected = gm.fit(many_rows, **options).log_likelihood
    assert gm.fit(in_order, **options).log_likelihood == pytest.approx(expected, abs=1e-6 * MANY)


def stopped_on_its_first_sample(rows):
    flag = CancelFlag()
    steps = gm.iter_fit(rows, n_components=4, seed=0, cancel=flag)
    for _ in range(10):
        latest = next(steps)
        assert latest.on_sample
    flag.set()
    with pytest.raises((StopIteration, StoppedEmpty)) as end:
        next(steps)
    return latest, end.value


def test_stopped_on_its_first_sample_it_keeps_what_was_to_be_seen(many_rows):
    latest, end = stopped_on_its_first_sample(many_rows)
    result = end.value
    assert result.stop_reason is gm.StopReason.STOPPED
    assert np.array_equal(result.mixture.means, latest.mixture.by_weight().means)
    expected = result.mixture.log_density(many_rows).sum()
    assert result.log_likelihood == pytest.approx(expected, rel=1e-12)
    assert result.n_passes == 1 and result.n_iter == 0


def test_where_that_takes_too_long_there_is_nothing_to_keep(many_rows, monkeypatch):
    monkeypatch.setattr(LocalEngine, "em_pass", _never_ready(LocalEngine.em_pass))
    _, end = stopped_on_its_first_sample(many_rows)
    assert isinstance(end, StoppedEmpty) and "pass over all rows" in str(end)


def _never_ready(em_pass):
    def over_samples_only(self, mixture, centers=None):
        if self.n_samples == MANY:
            while not self._cancel.is_set:
                pass
        return em_pass(self, mixture, centers)

    return over_samples_only


def test_stopped_on_the_sample_of_a_later_start_the_best_is_kept(many_rows):
    flag = CancelFlag()
    steps = gm.iter_fit(many_rows, n_components=4, seed=0, cancel=flag)
    with pytest.raises(StopIteration) as end:
        while True:
            if next(steps).start == 1:
                flag.set()
    result = end.value.value
    assert result.stop_reason is gm.StopReason.STOPPED
    assert len(result.starts) == 1 and result.best_start == 0


@pytest.mark.parametrize("reg_covar", [0.0, 1e-9])
def test_a_collapse_on_a_sample_is_not_gone_on_with(reg_covar):
    """A sixth of the rows have one value: a component collapses onto it, held up or not."""
    rows = np.random.default_rng(4).standard_normal((50_000, 1))
    X = np.r_[rows, np.full((10_000, 1), 9.0)]
    steps = gm.iter_fit(X, n_components=2, seed=0, n_init=1, reg_covar=reg_covar)
    seen = []
    with pytest.raises((gm.GmmError, StopIteration)) as end:
        while True:
            seen.append(next(steps))
    assert end.type is StopIteration or "collapsed" in str(end.value)
    begun = [progress for progress in seen if progress.iteration == 0]
    assert [progress.n_rows for progress in begun] == [5_000, MANY]
    # It begins on all rows where it began on the sample.
    assert np.array_equal(begun[0].mixture.means, begun[1].mixture.means)
