"""Trees of merged groups."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import cut_tree, ward

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.fitting.initialization import column_scale
from gmm_app.fitting.merging import MergeTree
from tests.problems import random_mixture


def tree_of(X, seed=0, least=1):
    dataset, flag = as_dataset(X), CancelFlag()
    return MergeTree(dataset, column_scale(dataset, flag), least, np.random.default_rng(seed), flag)


@pytest.mark.parametrize("n_groups", [1, 2, 5, 30])
def test_groups_are_those_of_the_cut_tree(n_groups):
    tree = tree_of(random_mixture(3, 2, seed=0).sample(200, seed=1))
    mine = tree._labels(n_groups)
    theirs = cut_tree(tree._merges, n_groups)[:, 0]
    assert np.unique(mine).tolist() == list(range(n_groups))
    assert len(set(zip(mine, theirs, strict=True))) == n_groups


def test_far_groups_are_found_whatever_the_columns_units():
    X = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1e6]], 50, axis=0)
    X += np.random.default_rng(0).normal(0, [0.02, 2e4], X.shape)
    found = tree_of(X).partition(3)
    assert sorted(np.round(found.means[:, 0]).tolist()) == [0, 0, 1]
    assert np.all(np.linalg.eigvalsh(found.scatter) > 0)


def test_many_rows_are_sampled_and_few_are_enough_for_the_groups():
    assert tree_of(np.random.default_rng(0).standard_normal((10_000, 2))).n_rows == 2_000
    few = tree_of(np.random.default_rng(0).standard_normal((9, 2)), least=9)
    assert few.n_rows == 9
    assert few.partition(9).weights.tolist() == [1 / 9] * 9


def test_wards_merges_are_scipys():
    X = random_mixture(2, 2, seed=5).sample(2_500, seed=6)
    tree = tree_of(X, seed=1)
    scaled = (tree._rows - tree._rows.mean(axis=0)) / X.std(axis=0)
    heights = [ward(scaled)[:, 2], tree._merges[:, 2]]
    whitened = np.linalg.svd(scaled, full_matrices=False)
    heights.append(ward(np.sqrt(2_000) * whitened[0] @ whitened[2])[:, 2])
    assert np.allclose(heights[1], heights[0]) or np.allclose(heights[1], heights[2])
