"""Longer proofs of what test_missing_values.py shows in short: `make proofs`."""

from __future__ import annotations

import numpy as np
import pytest

import gmm_app as gm
from tests.fitting.observed_data import highest_log_likelihood
from tests.problems import with_gaps

pytestmark = pytest.mark.proof

SPECIES = np.repeat([0, 1, 2], 50)


@pytest.mark.parametrize("family", ["VVV", "VVI"])
def test_em_ends_at_the_maximum_whatever_is_missing(reference, family):
    """20 times 10% of iris removed; from near the end of one, the other has nothing to add."""
    for seed in range(20):
        X = with_gaps(reference("iris").X, 0.1, seed=seed)
        options = {"family": family, "start": SPECIES, "reg_covar": 0.0}
        result = gm.fit(X, **options, tol=0.0, max_iter=20_000)
        start = gm.fit(X, **options, max_iter=20, accelerate=False).mixture
        assert abs(highest_log_likelihood(X, start) - result.log_likelihood) < 1e-6, seed
        assert highest_log_likelihood(X, result.mixture) < result.log_likelihood + 1e-6, seed
