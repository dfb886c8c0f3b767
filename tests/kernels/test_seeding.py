"""k-means passes against the naive oracle."""

import numpy as np
import pytest

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled
from gmm_app.fitting.kmeans import KMeans
from kernels.rows import rows_of
from kernels.seeding import assign_to_centers
from kernels.tiles import new_control
from tests import naive

SCALES = np.array([1.0, 0.5, 3.0])


@pytest.mark.parametrize("n_samples", [1, 200, 5_003])
def test_distances_when_centres_come_one_by_one(n_samples):
    X = np.random.default_rng(0).standard_normal((n_samples, 3))
    centers = np.random.default_rng(1).standard_normal((4, 3))
    distances = np.full(n_samples, np.inf)
    for k in range(4):
        sums = np.empty((3, 1 + 4 * (k + 1)))
        known = centers[: k + 1]
        assign_to_centers(rows_of(X), known, k, SCALES, 2, new_control(), distances, sums)
        expected = naive.nearest_center(X * SCALES, known * SCALES)[1]
        np.testing.assert_allclose(distances, expected, rtol=1e-12)
        assert np.isclose(sums[:, 0].sum(), distances.sum())


@pytest.mark.parametrize("n_samples", [4, 500, 20_001])
def test_assignment_counts_and_means(n_samples):
    X = np.random.default_rng(2).standard_normal((n_samples, 3))
    centers = X[:4] + 0.1
    found = KMeans(X, SCALES, CancelFlag()).assign(centers)
    labels, squared = naive.nearest_center(X * SCALES, centers * SCALES)
    assert np.array_equal(found.counts, np.bincount(labels, minlength=4))
    expected = [X[labels == k].mean(axis=0) for k in range(4) if np.any(labels == k)]
    np.testing.assert_allclose(found.centers[found.counts > 0], expected, rtol=1e-10)
    assert np.isclose(found.inertia, squared.sum())


def test_a_centre_without_rows_stays_where_it_is():
    X = np.array([[0.0], [1.0]])
    centers = np.array([[0.5], [99.0]])
    assert KMeans(X, np.ones(1), CancelFlag()).assign(centers).centers[1, 0] == 99.0


def test_centres_are_drawn_in_proportion_to_squared_distances():
    # Three heaps of rows; the second centre must fall on the others as 1 to 9.
    X = np.repeat([[0.0], [1.0], [3.0]], [20_000, 10_000, 10_000], axis=0)
    draws = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        first, second = KMeans(X, np.ones(1), CancelFlag()).draw_centers(2, rng)[:, 0]
        if first == 0.0:
            draws.append(second)
    assert len(draws) > 150 and 0.0 not in draws
    assert np.mean(np.array(draws) == 3.0) == pytest.approx(0.9, abs=0.06)


def test_a_set_flag_ends_it():
    flag = CancelFlag()
    flag.set()
    with pytest.raises(Cancelled):
        KMeans(np.zeros((10, 1)), np.ones(1), flag).assign(np.zeros((1, 1)))
