"""Accelerated EM: as safe as EM, in fewer passes; at length in test_acceleration_proofs.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from gmm_app.errors import CollapseError
from gmm_app.fitting import acceleration
from gmm_app.fitting.accelerated_em import run_accelerated
from gmm_app.fitting.acceleration import Accelerator
from gmm_app.fitting.convergence import ConvergenceMonitor
from gmm_app.fitting.coordinates import Surroundings
from gmm_app.fitting.initialization import column_scale, draw_partition
from gmm_app.fitting.m_step import Constraints, next_mixture
from gmm_app.mixture.covariance import FAMILIES
from tests.fitting.against_em import compared, geometric_mean
from tests.problems import random_mixture

TEXTBOOK: dict[str, Any] = {"accelerate": False, "prefix": False}
NOTHING = Constraints(np.zeros(2), np.zeros(2))


def slow_problem(n_samples=2_000):
    """Rows of components that overlap: EM needs hundreds of iterations."""
    return random_mixture(3, 2, seed=0, spread=1.2).sample(n_samples, seed=1)


def rough_start():
    """A mixture from which EM finds the maximum of the slow problem."""
    truth = random_mixture(3, 2, seed=0, spread=1.2)
    return gm.Mixture(np.full(3, 1 / 3), truth.means + 0.3, np.repeat([np.eye(2)], 3, axis=0))


def test_without_acceleration_it_is_the_textbook_bit_for_bit(reference):
    data = reference("iris")
    result = gm.fit(data, n_components=3, seed=4, n_init=1, tol=1e-8, **TEXTBOOK)
    flag = CancelFlag()
    scale = column_scale(data, flag)
    stream = np.random.SeedSequence(4).spawn(1)[0]
    drawn = draw_partition(data, result.options, scale, np.random.default_rng(stream), flag)
    mixture = drawn.mixture("VVV", data.columns)
    limits = Constraints(1e-9 * scale.deviation**2, scale.resolution**2)
    engine = LocalEngine(data, cancel=flag)
    history = [(statistics := engine.em_pass(mixture)).log_likelihood]
    while len(history) < 2 or history[-1] - history[-2] > 1e-8 * data.n_samples:
        mixture = next_mixture(engine, mixture, statistics, limits)
        history.append((statistics := engine.em_pass(mixture)).log_likelihood)
    assert np.array_equal(result.history, history)
    assert np.array_equal(result.mixture.means, mixture.by_weight().means)
    assert result.n_passes == len(history)


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("name", ["faithful", "iris", "wreath"])
def test_it_never_falls_and_stays_in_its_family(reference, family, name):
    result = gm.fit(reference(name), n_components=4, family=family, seed=1, n_init=3, tol=0)
    for start in result.starts:
        assert np.all(np.diff(start.history) >= 0)
    for progress in gm.iter_fit(reference(name), n_components=4, family=family, seed=1, n_init=1):
        own = progress.mixture.compact
        within = FAMILIES[family].estimate(progress.mixture.weights, own, own)
        np.testing.assert_allclose(own, within, rtol=1e-7)


def test_it_takes_fewer_passes_to_the_same_maximum():
    X = slow_problem()
    options: dict[str, Any] = {"n_components": 3, "seed": 0, "n_init": 1, "max_iter": 5000}
    plain = gm.fit(X, **options, tol=1e-12, **TEXTBOOK)
    fast = gm.fit(X, **options, tol=1e-12)
    assert fast.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-7 * len(X))
    assert plain.n_passes > 5 * fast.n_passes
    assert fast.n_iter == len(fast.history) - 1 <= fast.n_passes - 1


@pytest.mark.parametrize("tol", [1e-5, 1e-8, 0.0])
def test_converged_means_that_em_itself_gains_no_more(tol):
    X = slow_problem()
    result = gm.fit(X, n_components=3, seed=0, n_init=1, reg_covar=0, tol=tol, max_iter=5000)
    assert result.converged
    engine = LocalEngine(as_dataset(X), cancel=CancelFlag())
    before = engine.em_pass(result.mixture)
    after = engine.em_pass(next_mixture(engine, result.mixture, before, NOTHING))
    assert after.log_likelihood - before.log_likelihood <= max(tol, 1e-15) * len(X)


@pytest.mark.parametrize("seed", [12, 38, 68, 98])
def test_a_plateau_is_not_called_converged(reference, seed):
    """EM gains 3e-9 per row and iteration there, and stops too early; a published trap."""
    options: dict[str, Any] = {"n_components": 4, "family": "EEE", "init": "random_rows"}
    options |= {"n_init": 1, "seed": seed, "tol": 1e-7}
    plain = gm.fit(reference("banknote"), **options, **TEXTBOOK)
    assert plain.converged and plain.log_likelihood < -689.0
    assert gm.fit(reference("banknote"), **options).log_likelihood > -687.15
    patient = gm.fit(reference("banknote"), **options, **TEXTBOOK, stop_rule="aitken")
    assert patient.converged and patient.log_likelihood > -687.15


def test_the_iteration_limit_counts_steps_taken():
    result = gm.fit(slow_problem(), n_components=3, seed=0, n_init=1, tol=0, max_iter=12)
    assert result.stop_reason is gm.StopReason.MAX_ITER
    assert result.n_iter == 12


class Boasting(Accelerator):
    """Proposes steps far too long, once it may propose at all."""

    def step(self, around: Surroundings, residual, tol):
        step = super().step(around, residual, tol)
        return None if step is None else 1.5 * step / np.linalg.norm(step)


def run(X, mixture, accelerator, tol=1e-8):
    engine = LocalEngine(as_dataset(X), cancel=CancelFlag())
    monitor = ConvergenceMonitor(tol, len(X))
    steps = run_accelerated(engine, mixture, monitor, accelerator, max_iter=5000, limits=NOTHING)
    return list(steps), engine


def test_refused_steps_cost_their_pass_and_nothing_else():
    X = slow_problem()
    steps, engine = run(X, rough_start(), Boasting())
    plain = gm.fit(X, n_components=3, seed=0, n_init=5, tol=1e-8, **TEXTBOOK)
    assert np.all(np.diff([step.log_likelihood for step in steps]) > 0)
    assert engine.n_passes > len(steps) + 10
    assert steps[-1].log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-6)


def test_a_collapse_in_a_longer_step_is_only_a_refusal(monkeypatch):
    X = slow_problem()
    honest = LocalEngine.em_pass
    collapsed = []

    def em_pass(self, mixture, centers=None):
        if made_up and mixture is made_up[-1]:
            collapsed.append(mixture)
            raise CollapseError("Component 1 collapsed.", 0)
        return honest(self, mixture, centers)

    made_up: list[gm.Mixture] = []
    at = Surroundings.mixture_at

    def mixture_at(self, vector):
        made_up.append(at(self, vector))
        return made_up[-1]

    monkeypatch.setattr(LocalEngine, "em_pass", em_pass)
    monkeypatch.setattr(Surroundings, "mixture_at", mixture_at)
    steps, _ = run(X, rough_start(), Accelerator())
    assert len(collapsed) > 3
    assert all(a.log_likelihood < b.log_likelihood for a, b in zip(steps, steps[1:], strict=False))


def test_a_collapse_of_em_itself_is_one():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0], [5.0, 9.0]], 20, axis=0)
    with pytest.raises(CollapseError):
        gm.fit(X, n_components=3, seed=0, reg_covar=0, prefix=False)


def test_stopping_in_the_midst_of_a_pass_keeps_the_best():
    flag = CancelFlag()
    steps = gm.iter_fit(slow_problem(), n_components=3, seed=0, n_init=1, tol=0, cancel=flag)
    seen = []
    with pytest.raises(StopIteration) as end:
        while True:
            seen.append(next(steps))
            if seen[-1].iteration == 20:
                flag.set()
    result = end.value.value
    assert result.stop_reason is gm.StopReason.STOPPED
    assert result.log_likelihood == seen[-1].log_likelihood == result.history[-1]


def test_until_em_has_settled_it_is_em():
    """The first steps are EM's own: it is EM that chooses the optimum."""
    options: dict[str, Any] = {"n_components": 3, "seed": 0, "n_init": 1}
    fast = gm.fit(slow_problem(), **options).history
    plain = gm.fit(slow_problem(), **options, **TEXTBOOK).history
    same = np.cumprod(fast == plain[: len(fast)]).sum()
    gains = np.diff(plain) / 2_000
    settled = np.flatnonzero(gains < acceleration._CALM_GAIN)[0]
    assert same >= settled


@pytest.mark.parametrize("name", ["faithful", "iris", "banknote"])
def test_it_ends_no_worse_than_em_from_the_same_starts(reference, name):
    outcomes = compared(reference(name), list(FAMILIES), (2, 4), range(6))
    worse = [outcome for outcome in outcomes if outcome.gain < -1e-6]
    assert len(worse) <= 1
    assert geometric_mean([outcome.passes_saved for outcome in outcomes]) > 1.3


def settled() -> Accelerator:
    """One that has seen EM's gains fall to where it may propose."""
    accelerator = Accelerator()
    for gain in (1e-4, 9e-5, 8e-5):
        accelerator.took_em_step(gain, 2 * gain)
    assert accelerator.may_step(8e-5, tol=1e-7)
    return accelerator


def test_after_a_refusal_a_small_gain_of_em_is_not_believed_before_shorter_steps_are_tried():
    accelerator = settled()
    for _ in range(2):
        accelerator.refused(np.ones(3))
        accelerator.took_em_step(1e-9, 8e-5)
        assert accelerator.doubts_small_gains
        assert accelerator.may_step(1e-9, tol=1e-7)
    accelerator.refused(np.ones(3))
    assert not accelerator.doubts_small_gains


def test_a_longer_step_that_gains_nothing_is_for_em_to_confirm():
    accelerator = settled()
    accelerator.accepted()
    assert not accelerator.may_step(1e-9, tol=1e-7)
    accelerator.took_em_step(1e-6, 1e-9)
    assert accelerator.may_step(1e-6, tol=1e-7)
