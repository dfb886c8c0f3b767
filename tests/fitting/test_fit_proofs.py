"""Longer proofs of what test_fit.py shows in short: `make proofs`."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.mixture.covariance import FAMILIES

pytestmark = pytest.mark.proof

DATA = ("faithful", "iris", "banknote", "diabetes_flawed", "acidity", "wreath", "gvhd_control")
ROUNDING = 1e-12


@pytest.mark.parametrize("accelerate", [True, False])
@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("name", DATA)
def test_log_likelihood_never_falls_from_20_seeds(reference, family, name, accelerate):
    data = reference(name)
    for seed in range(20):
        steps = gm.iter_fit(
            data,
            n_components=4,
            family=family,
            seed=seed,
            n_init=1,
            reg_covar=0,
            tol=0,
            max_iter=300,
            accelerate=accelerate,
        )
        history: list[float] = []
        # Without regularisation a component may collapse onto equal rows; till then it must rise.
        with suppress(gm.GmmError):
            history.extend(progress.log_likelihood for progress in steps)
        falls = np.diff(history)
        assert len(history) > 1
        rounding = 0.0 if accelerate else ROUNDING * np.abs(history).max()
        assert np.all(falls >= -rounding), (seed, falls.min())


def test_mclusts_results(reference, mclust_rows):
    """Best of ten k-means++ and ten hierarchical starts against mclust's, for every row it has."""
    short = []
    rows = list(mclust_rows(families=[*FAMILIES, "E", "V"], most_components=100))
    assert len(rows) > 500
    for row in rows:
        options = {"n_components": row.K, "family": row.model, "n_init": 10, "seed": 0}
        found = [
            gm.fit(reference(row.data), **options, init=init, tol=1e-10, max_iter=10_000)
            for init in ("kmeans++", "hierarchical")
        ]
        assert all(result.n_parameters == row.df for result in found)
        best = max(result.log_likelihood for result in found)
        if best < row.loglik - 1e-6 * abs(row.loglik):
            short.append((row, best))
    print(f"{len(rows) - len(short)} of {len(rows)} reached; short: {short}")
    assert len(short) <= 0.03 * len(rows)
