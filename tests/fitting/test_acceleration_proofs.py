"""Longer proofs of what test_acceleration.py and test_samples.py show in short: `make proofs`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.dataset import Dataset, as_dataset
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


def passes_until(
    data: Dataset, level: float, options: dict[str, Any], kind: dict[str, Any]
) -> float:
    """Passes, samples by their share, until the log-likelihood per row on all rows is `level`."""
    for progress in gm.iter_fit(data, **options, **kind):
        if not progress.on_sample and progress.mean_log_likelihood >= level:
            return progress.n_passes + progress.sample_passes
    raise AssertionError("the level was reached before")


@pytest.mark.parametrize("seed", [0])
def test_passes_to_the_same_log_likelihood(seed):
    """Twelve problems, to within 1e-7 per row of where all end; one start from random rows."""
    saved: dict[str, list[float]] = {"accelerated": [], "with samples": []}
    for problem in TWELVE:
        data = problem.rows(seed)
        options: dict[str, Any] = {"n_components": problem.n_components, "seed": seed}
        options |= {"n_init": 1, "tol": 1e-11, "max_iter": 20_000}
        kinds = {"EM": TEXTBOOK, "accelerated": {"prefix": False}, "with samples": {}}
        ends = {name: gm.fit(data, **options, **kind) for name, kind in kinds.items()}
        levels = {name: end.log_likelihood / data.n_samples for name, end in ends.items()}
        line = [str(problem)]
        for name, kind in kinds.items():
            level = min(levels[name], levels["EM"]) - 1e-7
            passes = passes_until(data, level, options, kind)
            line.append(f"{name} {passes:.1f}")
            if name == "EM":
                of_em = passes
            elif abs(levels[name] - levels["EM"]) < SAME:
                saved[name].append(of_em / passes)
            else:
                line[-1] += f" (ends {levels[name] - levels['EM']:+.1e} per row)"
        print("; ".join(line))
    for name, ratios in saved.items():
        print(
            f"{name}: {geometric_mean(ratios):.2f} x fewer passes than EM, least {min(ratios):.2f}"
        )
        assert geometric_mean(ratios) > 3 and min(ratios) > 0.9


MANY_OPTIMA = (Overlapping(100_000, 2, 8), Overlapping(100_000, 3, 12), Overlapping(100_000, 4, 10))


def test_beginning_on_samples_loses_no_optimum():
    """The best of eight starts, as is the default, against textbook EM's; and each start alone."""
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
            print(problem, seed, f"best of eight: {best[-1]:+.1e} per row", fast.sample_passes)
    for name, gains in (("each start", np.array(alone)), ("best of eight", np.array(best))):
        better, worse = int((gains > SAME).sum()), int((gains < -SAME).sum())
        print(f"{name}: better {better}, equal {len(gains) - better - worse}, worse {worse}")
    assert np.min(best) > -SAME
