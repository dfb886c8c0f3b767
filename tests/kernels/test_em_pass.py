"""The fused pass against the naive oracle: sizes, layouts, weights, threads, cancelling."""

import tempfile
import threading

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import Cancelled
from kernels.rows import GROUP, rows_of
from kernels.tiles import chunk_start, n_chunks, tile_rows
from tests import naive
from tests.problems import random_mixture

TILE = tile_rows(3, 2)
SIZES = [1, 2, GROUP - 1, GROUP, GROUP + 1, TILE - 1, TILE, TILE + 1, 1009]


def memory_mapped(X):
    """The rows of X in a file."""
    with tempfile.TemporaryFile() as file:
        mapped = np.memmap(file, dtype=np.float64, shape=X.shape)
        mapped[:] = X
        return mapped


def statistics_of(X, mixture, n_threads=None, row_weights=None):
    rows = as_dataset(X, row_weights)
    engine = LocalEngine(rows, n_threads=n_threads, cancel=CancelFlag())
    return engine.em_pass(mixture)


def assert_equals_oracle(X, mixture, *, rtol=1e-12):
    got = statistics_of(X, mixture)
    expected = naive.em_pass(X, mixture.weights, mixture.means, mixture.covariances)
    log_likelihood, entropy, nk, first, second = expected
    if got.second_moment.ndim == 2:
        second = np.diagonal(second, axis1=1, axis2=2)
    scale = np.abs(second).max()
    assert got.log_likelihood == pytest.approx(log_likelihood, rel=rtol)
    assert got.classification_entropy == pytest.approx(entropy, rel=1e-8, abs=1e-9 * len(X))
    np.testing.assert_allclose(got.nk, nk, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        got.first_moment, first, rtol=1e-8, atol=1e-11 * np.sqrt(scale) * len(X)
    )
    np.testing.assert_allclose(got.second_moment, second, rtol=1e-8, atol=1e-11 * scale)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_samples", SIZES)
def test_odd_numbers_of_rows(family, n_samples):
    mixture = random_mixture(3, 2, seed=1, family=family)
    assert_equals_oracle(mixture.sample(n_samples, seed=2), mixture)


@pytest.mark.parametrize("family", ["VVV", "VVI", "VII", "EEE"])
@pytest.mark.parametrize("n_features", [*range(1, 10), 11, 13, 16, 31, 70])
def test_any_number_of_features(family, n_features):
    mixture = random_mixture(2, n_features, seed=3, family=family)
    assert_equals_oracle(mixture.sample(150, seed=4), mixture)


@pytest.mark.parametrize("n_features", [2, 10])
@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_components", [1, 2, 7, 64, 300])
def test_any_number_of_components(n_components, family, n_features):
    mixture = random_mixture(n_components, n_features, seed=5, family=family)
    assert_equals_oracle(mixture.sample(200, seed=6), mixture)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_offsets_and_scales(family, offset, scale):
    from gmm_app.mixture.mixture import Mixture

    plain = random_mixture(3, 3, seed=7, family=family)
    moved = Mixture(
        plain.weights,
        plain.means * scale + offset * scale,
        plain.covariances * scale**2,
        family,
    )
    X = plain.sample(500, seed=8) * scale + offset * scale
    log_likelihood = statistics_of(X, moved).log_likelihood
    expected = naive.score_rows(X, moved.weights, moved.means, moved.covariances)[1].sum()
    # The rows themselves are rounded by the offset, the same rows go to both.
    assert log_likelihood == pytest.approx(expected, rel=1e-12)


def test_rows_far_from_every_component_do_not_underflow():
    mixture = random_mixture(3, 2, seed=9)
    X = np.array([[1e4, -1e4], [0.0, 0.0]])
    assert_equals_oracle(X, mixture)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_same_bits_for_any_number_of_threads(family):
    mixture = random_mixture(4, 3, seed=10, family=family)
    X = mixture.sample(100_003, seed=11)
    one = statistics_of(X, mixture, n_threads=1)
    several = statistics_of(X, mixture, n_threads=None)
    assert one.log_likelihood == several.log_likelihood
    for name in ("nk", "first_moment", "second_moment"):
        assert np.array_equal(getattr(one, name), getattr(several, name)), name


def spread_out(X):
    """The rows of X as every third of a table, and columns as every second, backwards."""
    table = np.full((3 * X.shape[0], 2 * X.shape[1]), np.nan)
    table[::3, ::-2] = X
    return table[::3, ::-2]


@pytest.mark.parametrize("n_features", [2, 4, 10])
@pytest.mark.parametrize("laid_out", [np.asfortranarray, spread_out, memory_mapped])
def test_any_memory_order_gives_the_same_bits(laid_out, n_features):
    mixture = random_mixture(3, n_features, seed=12)
    X = mixture.sample(5_003, seed=13)
    expected = statistics_of(np.ascontiguousarray(X), mixture)
    found = statistics_of(laid_out(X), mixture)
    assert found.log_likelihood == expected.log_likelihood
    assert np.array_equal(found.second_moment, expected.second_moment)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_rows_of_32_bits_are_summed_in_64(order, family):
    mixture = random_mixture(3, 4, seed=26, family=family)
    narrow = mixture.sample(5_003, seed=27).astype(np.float32, order=order)
    expected = statistics_of(narrow.astype(np.float64), mixture)
    found = statistics_of(narrow, mixture)
    assert found.log_likelihood == expected.log_likelihood
    assert np.array_equal(found.second_moment, expected.second_moment)


@pytest.mark.parametrize("X", [np.zeros((5, 2), dtype=int), np.zeros((5, 2), ">f8"), np.zeros(5)])
def test_what_kernels_cannot_read_is_refused(X):
    with pytest.raises(TypeError, match="float64 or float32"):
        rows_of(X)


def moments_of(statistics):
    return statistics.moments(np.zeros(statistics.centers.shape[1]))


def covariances_of(statistics):
    return moments_of(statistics).covariances


@pytest.mark.parametrize("family", ["VVV", "VVI"])
@pytest.mark.parametrize("n_features", [2, 10])
def test_a_row_of_weight_three_counts_as_three_rows(family, n_features):
    mixture = random_mixture(3, n_features, seed=24, family=family)
    X = mixture.sample(2_000, seed=25)
    weights = np.random.default_rng(26).integers(0, 4, size=2_000)
    found = statistics_of(X, mixture, row_weights=weights.astype(float))
    expected = statistics_of(np.repeat(X, weights, axis=0), mixture)
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
    entropies = found.classification_entropy, expected.classification_entropy
    assert entropies[0] == pytest.approx(entropies[1], rel=1e-9)
    np.testing.assert_allclose(found.nk, expected.nk, rtol=1e-11)
    np.testing.assert_allclose(
        covariances_of(found), covariances_of(expected), rtol=1e-9, atol=1e-10
    )


def test_statistics_of_halves_add_up():
    mixture = random_mixture(3, 2, seed=14)
    X = mixture.sample(2_000, seed=15)
    whole = statistics_of(X, mixture)
    halves = statistics_of(X[:700], mixture) + statistics_of(X[700:], mixture)
    assert halves.n_samples == whole.n_samples
    np.testing.assert_allclose(halves.second_moment, whole.second_moment, rtol=1e-10, atol=1e-8)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_moments_about_other_centres(family):
    mixture = random_mixture(3, 3, seed=22, family=family)
    X = mixture.sample(1_000, seed=23)
    centers = mixture.means + 2.0
    moved = LocalEngine(as_dataset(X), cancel=CancelFlag()).em_pass(mixture, centers)
    plain = statistics_of(X, mixture)
    assert moved.log_likelihood == plain.log_likelihood
    means = moments_of(moved).means, moments_of(plain).means
    np.testing.assert_allclose(*means, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(covariances_of(moved), covariances_of(plain), rtol=1e-9, atol=1e-10)


def test_a_pass_tells_how_far_it_is():
    mixture = random_mixture(2, 2, seed=28)
    engine = LocalEngine(as_dataset(mixture.sample(20_000, seed=29)), cancel=CancelFlag())
    assert engine.pass_fraction == 0.0
    engine.em_pass(mixture)
    assert engine.pass_fraction == 1.0


def test_a_cancelled_pass_says_so():
    mixture = random_mixture(2, 2, seed=16)
    flag = CancelFlag()
    engine = LocalEngine(as_dataset(mixture.sample(1_000, seed=17)), cancel=flag)
    engine.em_pass(mixture)
    flag.set()
    with pytest.raises(Cancelled):
        engine.em_pass(mixture)
    assert engine.n_passes == 1


def test_a_pass_that_runs_can_be_cancelled_from_another_thread():
    mixture = random_mixture(64, 12, seed=18)
    flag = CancelFlag()
    engine = LocalEngine(as_dataset(mixture.sample(400_000, seed=19)), cancel=flag)
    began = threading.Event()
    outcome = []

    def work():
        began.set()
        try:
            while True:
                engine.em_pass(mixture)
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    began.wait()
    flag.set()
    thread.join(timeout=10)
    assert outcome == ["cancelled"]


def test_two_threads_may_ask_for_passes_at_once():
    mixture = random_mixture(3, 2, seed=20)
    X = mixture.sample(50_000, seed=21)
    expected = statistics_of(X, mixture).log_likelihood
    found: list[float] = []
    threads = [
        threading.Thread(
            target=lambda: found.extend(statistics_of(X, mixture).log_likelihood for _ in range(20))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 40


@pytest.mark.parametrize("n_samples", [1, 127, 128, 129, 4096, 8191, 8192, 100_003, 10**7])
def test_chunks_cover_every_row_once(n_samples):
    chunks = n_chunks(n_samples, row_length=20)
    starts = [chunk_start(chunk, chunks, n_samples) for chunk in range(chunks + 1)]
    assert starts[0] == 0 and starts[-1] == n_samples
    assert all(a < b for a, b in zip(starts, starts[1:], strict=False))
    assert all(start % GROUP == 0 for start in starts[:-1])
