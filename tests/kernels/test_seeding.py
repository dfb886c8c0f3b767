"""k-means steps against the naive oracle."""

import numpy as np

from kernels.seeding import lloyd_step, nearer_distances
from tests import naive


def test_distances_to_the_nearest_of_several_centres():
    X = np.random.default_rng(0).standard_normal((200, 3))
    centers = X[[3, 50, 120]]
    distances = np.full(200, np.inf)
    for center in centers:
        nearer_distances(np.ascontiguousarray(X.T), center, distances)
    np.testing.assert_allclose(distances, naive.nearest_center(X, centers)[1], rtol=1e-12)


def test_lloyd_step_counts_and_sums():
    X = np.random.default_rng(1).standard_normal((500, 2))
    centers = X[:4].copy()
    counts, sums = np.empty(4), np.empty((4, 2))
    inertia = lloyd_step(np.ascontiguousarray(X.T), centers, counts, sums)
    labels, squared = naive.nearest_center(X, centers)
    assert np.array_equal(counts, np.bincount(labels, minlength=4))
    expected = [X[labels == k].sum(axis=0) for k in range(4)]
    np.testing.assert_allclose(sums, expected, rtol=1e-10)
    assert np.isclose(inertia, squared.sum())
