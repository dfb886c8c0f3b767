"""Seeded data and starts: the same for every program."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.exchange import Array, Parameters

_BLOCK = 1 << 18


class Problem(NamedTuple):
    """What is fitted: N rows of D columns by K components.

    Attributes
    ----------
    n, d, k : N, D, K.
    full : whether covariances are full, or else diagonal.
    seed : of the rows and of the start.
    """

    n: int
    d: int
    k: int
    full: bool = True
    seed: int = 0

    @property
    def title(self) -> str:
        """Such as "1e6 x 2, K = 5"."""
        digits, exponent = f"{self.n:.0e}".split("e")
        return f"{digits}e{int(exponent)} x {self.d}, K = {self.k}"


GRID = tuple(
    Problem(n, d, k, full)
    for full in (True, False)
    for n, d, k in (
        (1_000_000, 2, 5),
        (1_000_000, 5, 2),
        (1_000_000, 3, 50),
        (200_000, 16, 16),
        (50_000, 64, 32),
    )
)
QUICK_GRID = tuple(
    Problem(n, d, k, full)
    for full in (True, False)
    for n, d, k in ((200_000, 2, 5), (50_000, 16, 16))
)
# Twelve of every size; the seed counts up until all programs end in the same optimum.
LEVELS = tuple(
    Problem(n, d, k)
    for n, d, k in (
        (10_000, 2, 3),
        (10_000, 4, 5),
        (10_000, 8, 8),
        (20_000, 16, 4),
        (30_000, 3, 6),
        (30_000, 5, 5),
        (50_000, 8, 16),
        (50_000, 16, 8),
        (100_000, 2, 4),
        (100_000, 8, 6),
        (300_000, 3, 6),
        (1_000_000, 2, 3),
    )
)
QUICK_LEVELS = LEVELS[:2]
# Typical distance of two means in standard deviations: neighbours overlap, and EM takes its time.
_DISTANCE = 3.0


def truth(problem: Problem) -> Parameters:
    """A mixture with overlapping components, each of its own weight, size, shape and direction."""
    rng = np.random.default_rng(problem.seed)
    k, d = problem.k, problem.d
    means = _DISTANCE / np.sqrt(2 * d) * rng.standard_normal((k, d))
    factors = rng.standard_normal((k, d, 3 * d))
    covariances = factors @ factors.transpose(0, 2, 1) / (3 * d)
    return Parameters(rng.dirichlet(np.full(k, 5.0)), means, covariances)


def draw(problem: Problem, out: Array) -> None:
    """Fill `out` (N, D), of either order, with rows drawn from the problem's mixture."""
    mixture = truth(problem)
    factors = np.linalg.cholesky(mixture.covariances)
    rng = np.random.default_rng([problem.seed, 1])
    for begin in range(0, problem.n, _BLOCK):
        block = out[begin : begin + _BLOCK]
        labels = rng.choice(problem.k, size=len(block), p=mixture.weights)
        noise = rng.standard_normal(block.shape)
        for k in range(problem.k):
            chosen = labels == k
            block[chosen] = noise[chosen] @ factors[k].T + mixture.means[k]


def start_of(problem: Problem, rows: Array) -> Parameters:
    """Averages of D/4 random rows as means, the columns' own variances, equal weights.

    Single rows lie so far apart where D is large that some component would soon hold fewer rows
    than a covariance needs.
    """
    rng = np.random.default_rng([problem.seed, 2])
    k, d = problem.k, problem.d
    chosen = rng.choice(len(rows), size=(k, max(1, d // 4)), replace=False, shuffle=False)
    means = np.array([rows[np.sort(few)].mean(axis=0) for few in chosen])
    variances = np.var(rows[:_BLOCK], axis=0)
    spread = np.diag(variances) if problem.full else variances
    return Parameters(np.full(k, 1.0 / k), means, np.repeat(spread[np.newaxis], k, axis=0))


def write(problem: Problem, path: Path) -> Parameters:
    """Write the rows to an .npy file in C order, and return the start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.lib.format.open_memmap(path, mode="w+", dtype=float, shape=(problem.n, problem.d))
    draw(problem, rows)
    return start_of(problem, rows)


def log_likelihood(rows: Array, mixture: Parameters) -> float:
    """Of the rows (N, D), by the textbook and plain numpy: one ruler for every program."""
    total = 0.0
    covariances = mixture.covariances
    if not mixture.is_full:
        covariances = covariances[:, :, np.newaxis] * np.eye(rows.shape[1])
    whitening = np.linalg.inv(np.linalg.cholesky(covariances))
    log_det = np.log(np.diagonal(whitening, axis1=1, axis2=2)).sum(axis=1)
    constants = np.log(mixture.weights) + log_det - 0.5 * rows.shape[1] * np.log(2 * np.pi)
    for begin in range(0, len(rows), _BLOCK):
        block = rows[begin : begin + _BLOCK]
        log_prob = np.stack(
            [
                constant - 0.5 * np.sum(((block - mean) @ factor.T) ** 2, axis=1)
                for constant, mean, factor in zip(constants, mixture.means, whitening, strict=True)
            ]
        )
        largest = log_prob.max(axis=0)
        total += float(np.sum(largest + np.log(np.exp(log_prob - largest).sum(axis=0))))
    return total
