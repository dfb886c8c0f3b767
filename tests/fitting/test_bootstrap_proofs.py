"""Whether intervals cover what they should: `make proofs`."""

from __future__ import annotations

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.fitting.bootstrap import Parameters
from gmm_app.fitting.optima import in_order_of
from gmm_app.mixture.mixture import Mixture

pytestmark = pytest.mark.proof

N_SETS = 1_000
# Two overlapping components in two columns, 500 rows.
TRUE = Mixture(
    [0.6, 0.4],
    [[0.0, 0.0], [3.0, 1.5]],
    [[[1.0, 0.5], [0.5, 1.0]], [[1.5, -0.3], [-0.3, 0.7]]],
)


@pytest.mark.parametrize("method", ["weighted", "rows"])
def test_intervals_cover_the_truth_as_often_as_they_say(method):
    lower = np.tril_indices(2)
    hits = []
    for seed in range(N_SETS):
        result = gm.fit(TRUE.sample(500, seed=seed), start=TRUE, tol=1e-8)
        true = in_order_of(TRUE, result.mixture)
        low, high = gm.bootstrap(result, n_draws=299, method=method, seed=seed).intervals(0.95)
        inside = [
            (below <= value) & (value <= above)
            for below, value, above in zip(low, Parameters.of(true), high, strict=True)
        ]
        own = inside[2][:, lower[0], lower[1]]
        hits.append(np.concatenate([inside[0], inside[1].ravel(), own.ravel()]))
    coverage = np.mean(hits, axis=0)
    print(f"{method}: {coverage.mean():.4f}, each parameter {np.round(coverage, 3)}")
    assert np.all((coverage >= 0.93) & (coverage <= 0.97)), coverage
