"""Longer proofs of what test_acceleration.py and test_samples.py show in short: `make proofs`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.mixture.covariance import FAMILIES
from tests.fitting.against_em import Outcome, compared, geometric_mean
from tests.problems import random_mixture

pytestmark = pytest.mark.proof

DATA = ("faithful", "iris", "banknote", "diabetes_flawed", "acidity", "wreath", "gvhd_control")
TEXTBOOK: dict[str, Any] = {"accelerate": False, "prefix": False}
SAME = 1e-6  # log-likelihoods per row that differ by less are those of one optimum


def told(outcomes: list[Outcome]) -> str:
    """How often accelerated fits ended better, equal and worse, and the passes they saved."""
    gains = np.array([outcome.gain for outcome in outcomes])
    better, worse = int((gains > SAME).sum()), int((gains < -SAME).sum())
    saved = geometric_mean([outcome.passes_saved for outcome in outcomes])
    equal = len(gains) - better - worse
    return f"better {better}, equal {equal}, worse {worse}; passes saved: {saved:.2f} x"


def test_accelerated_fits_end_no_worse_than_em(reference):
    """7 data sets, all families, 2, 4 and 7 components, 100 starts each; tolerance 1e-10."""
    by_group = defaultdict(list)
    outcomes: list[Outcome] = []
    for name in DATA:
        data = reference(name)
        # Of one column, the others are the same family by another name.
        families = ["VVV", "EEE"] if data.n_features == 1 else list(FAMILIES)
        by_group[name] = compared(data, families, (2, 4, 7), range(100))
        outcomes += by_group[name]
    for outcome in outcomes:
        by_group[outcome.init].append(outcome)
    for group, members in by_group.items():
        print(f"{group:16} {told(members)}")
    print(f"{'all':16} {told(outcomes)}")
    worse = [outcome for outcome in outcomes if outcome.gain < -SAME]
    assert len(worse) < 0.01 * len(outcomes), worse


class Overlapping(NamedTuple):
    """Rows drawn from a mixture whose components overlap, and fitted by as many."""

    n_samples: int
    n_features: int
    n_components: int

    def rows(self, seed: int) -> Dataset:
        # Typical means are three standard deviations apart.
        spread = 3.0 / np.sqrt(2 * self.n_features)
        mixture = random_mixture(self.n_components, self.n_features, seed, spread=spread)
        return as_dataset(np.asfortranarray(mixture.sample(self.n_samples, seed=seed)))


TWELVE = (
    Overlapping(10_000, 2, 3),
    Overlapping(10_000, 4, 5),
    Overlapping(10_000, 8, 8),
    Overlapping(20_000, 16, 4),
    Overlapping(30_000, 3, 6),
    Overlapping(30_000, 5, 5),
    Overlapping(50_000, 8, 16),
    Overlapping(50_000, 16, 8),
    Overlapping(100_000, 2, 4),
    Overlapping(100_000, 8, 6),
    Overlapping(300_000, 3, 6),
    Overlapping(1_000_000, 2, 3),
)


KINDS: dict[str, dict[str, Any]] = {"EM": TEXTBOOK, "accelerated": {"prefix": False}, "default": {}}


def courses(data: Dataset, options: dict[str, Any]) -> dict[str, list[tuple[float, float]]]:
    """For each kind of fit: passes, samples by their share, and log-likelihood per row on all."""
    return {
        name: [
            (progress.n_passes + progress.sample_passes, progress.mean_log_likelihood)
            for progress in gm.iter_fit(data, **options, **kind)
            if not progress.on_sample
        ]
        for name, kind in KINDS.items()
    }


def passes_to_the_common_end(problem: Overlapping) -> dict[str, float]:
    """Passes until each is within 1e-7 per row of where all end, from one start.

    The seed of rows and start counts up until all end in the same optimum.
    """
    for seed in range(10):
        data = problem.rows(seed)
        options: dict[str, Any] = {"n_components": problem.n_components, "seed": seed}
        options |= {"n_init": 1, "tol": 1e-11, "max_iter": 20_000}
        found = courses(data, options)
        ends = [course[-1][1] for course in found.values()]
        if max(ends) - min(ends) < SAME:
            level = min(ends) - 1e-7
            return {
                name: next(passes for passes, height in course if height >= level)
                for name, course in found.items()
            }
    raise AssertionError(f"{problem} has too many optima")


def test_passes_to_the_same_log_likelihood():
    """Twelve problems; the default is accelerated and begins on samples where rows are many."""
    saved = defaultdict(list)
    for problem in TWELVE:
        passes = passes_to_the_common_end(problem)
        print(*problem, *(f"{name} {value:.1f}" for name, value in passes.items()), sep="; ")
        for name in ("accelerated", "default"):
            saved[name].append(passes["EM"] / passes[name])
    for name, ratios in saved.items():
        print(f"{name}: {geometric_mean(ratios):.2f} x fewer passes, at least {min(ratios):.2f} x")
        assert geometric_mean(ratios) > 3 and min(ratios) > 0.9


MANY_OPTIMA = (Overlapping(50_000, 2, 8), Overlapping(50_000, 3, 10), Overlapping(50_000, 4, 8))


def test_beginning_on_samples_is_no_worse_a_way_to_look():
    """Against textbook EM where optima are many: another path, to another end as often as not.

    Each start by itself ends higher more often than lower, and the best of eight does as well.
    """
    alone, best = [], []
    for seed in range(4):
        for problem in MANY_OPTIMA:
            data = problem.rows(seed)
            options: dict[str, Any] = {"n_components": problem.n_components, "seed": seed}
            options |= {"tol": 1e-9, "max_iter": 20_000}
            plain, fast = gm.fit(data, **options, **TEXTBOOK), gm.fit(data, **options)
            both = zip(fast.starts, plain.starts, strict=True)
            alone += [(a.log_likelihood - b.log_likelihood) / data.n_samples for a, b in both]
            best.append((fast.log_likelihood - plain.log_likelihood) / data.n_samples)
    counts = {}
    for name, gains in (("each start", np.array(alone)), ("best of eight", np.array(best))):
        better, worse = int((gains > SAME).sum()), int((gains < -SAME).sum())
        counts[name] = better, worse
        print(f"{name}: better {better}, equal {len(gains) - better - worse}, worse {worse}")
    assert counts["each start"][0] >= counts["each start"][1]
    assert counts["best of eight"][1] <= len(best) // 3
