"""Ends of starts, told apart whatever the order of their components."""

import numpy as np

import gmm_app as gm
from gmm_app.fitting.optima import with_end
from tests.problems import random_mixture


def shuffled(mixture, seed=0):
    order = np.random.default_rng(seed).permutation(mixture.n_components)
    return gm.Mixture(
        mixture.weights[order], mixture.means[order], mixture.covariances[order], mixture.family
    )


def shifted(mixture, by):
    return gm.Mixture(mixture.weights, mixture.means + by, mixture.covariances, mixture.family)


def test_the_order_of_components_does_not_matter():
    mixture = random_mixture(6, 3, seed=0)
    found = with_end((), mixture, -10.0, 0)
    found = with_end(found, shuffled(mixture), -9.0, 1)
    assert [(o.log_likelihood, o.starts) for o in found] == [(-9.0, (0, 1))]


def test_ends_that_differ_are_ranked():
    mixture = random_mixture(3, 2, seed=1)
    found = with_end((), mixture, -10.0, 0)
    found = with_end(found, shifted(mixture, 1e-4), -10.1, 1)
    found = with_end(found, shifted(mixture, 1.0), -8.0, 2)
    assert [o.starts for o in found] == [(2,), (0, 1)]
    assert found[1].log_likelihood == -10.0


def test_two_components_are_not_one():
    # Both means of one end are near to the same mean of the other.
    one = gm.Mixture([0.5, 0.5], [[0.0], [0.0]], [[[1.0]], [[1.0]]])
    two = gm.Mixture([0.5, 0.5], [[0.0], [5.0]], [[[1.0]], [[1.0]]])
    assert len(with_end(with_end((), one, -1.0, 0), two, -2.0, 1)) == 2


def test_a_fit_tells_how_often_each_end_was_found(reference):
    result = gm.fit(reference("faithful"), n_components=3, n_init=12, seed=0, init="random_rows")
    assert sorted(s for o in result.optima for s in o.starts) == list(range(12))
    assert result.optima[0].log_likelihood == result.log_likelihood
    assert result.n_best == len(result.optima[0].starts)
    ends = {o.starts[0]: o.log_likelihood for o in result.optima}
    for optimum in result.optima:
        for start in optimum.starts:
            assert abs(result.starts[start].log_likelihood - ends[optimum.starts[0]]) < 0.1
