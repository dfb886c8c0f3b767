"""The fit controller: states, pausing, stepping, stopping, errors."""

import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.fitting.fit import fit
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import StopReason
from gmm_app.session.background import Background
from gmm_app.session.fit_controller import FitController, FitState
from gmm_app.session.preparation import Preparation
from tests.problems import random_mixture

LONG = FitOptions(n_components=8, n_init=1000, seed=0, tol=0, max_iter=100_000)


@pytest.fixture
def controller(qapp):
    background = Background()
    preparation = Preparation(background)
    yield FitController(background, preparation)
    preparation.shutdown()
    assert background.shutdown()


@pytest.fixture(scope="module")
def dataset():
    return as_dataset(random_mixture(4, 2, seed=1).sample(20_000, seed=2))


def latest_iteration(controller):
    return controller.latest.iteration if controller.latest else None


def test_a_fit_ends_with_the_same_result_as_a_script(qtbot, controller, dataset):
    options = FitOptions(n_components=3, n_init=2, seed=4)
    with qtbot.waitSignal(controller.finished, timeout=60_000) as finished:
        controller.start(dataset, options)
        assert controller.is_busy
    result = finished.args[0]
    expected = fit(dataset, n_components=3, n_init=2, seed=4)
    assert result.log_likelihood == expected.log_likelihood
    assert controller.state is FitState.IDLE
    histories = controller.histories()
    assert len(histories) == 2
    for shown, start in zip(histories, expected.starts, strict=True):
        assert np.array_equal(shown, start.history)
    assert controller.elapsed > 0


def test_stop_keeps_the_best(qtbot, controller, dataset):
    controller.start(dataset, LONG)
    qtbot.waitUntil(lambda: controller.latest is not None, timeout=60_000)
    with qtbot.waitSignal(controller.finished, timeout=10_000) as finished:
        controller.stop()
        assert controller.state is FitState.STOPPING
    assert finished.args[0].stop_reason is StopReason.STOPPED


def test_pause_step_resume(qtbot, controller, dataset):
    controller.start(dataset, LONG, paused=True)
    qtbot.waitUntil(lambda: controller.state is FitState.PAUSED, timeout=60_000)
    assert latest_iteration(controller) is None
    for iteration in range(3):
        controller.step()
        qtbot.waitUntil(lambda iteration=iteration: latest_iteration(controller) == iteration)
    held = controller.latest
    elapsed = controller.elapsed
    qtbot.waitUntil(lambda: controller.elapsed == elapsed)
    assert controller.latest is held
    controller.resume()
    assert controller.state is FitState.RUNNING
    qtbot.waitUntil(lambda: latest_iteration(controller) > 10)
    controller.step()
    qtbot.waitUntil(lambda: controller.state is FitState.PAUSED)
    with qtbot.waitSignal(controller.finished):
        controller.stop()


def test_what_cannot_be_fitted_fails_in_plain_words(qtbot, controller):
    with qtbot.waitSignal(controller.failed, timeout=60_000) as failed:
        controller.start(as_dataset([[1.0], [1.0], [1.0]]), FitOptions(n_components=2))
    assert "rows are equal" in failed.args[0]
    assert controller.state is FitState.IDLE


def test_a_second_start_while_busy_changes_nothing(qtbot, controller, dataset):
    controller.start(dataset, LONG)
    qtbot.waitUntil(lambda: controller.latest is not None, timeout=60_000)
    controller.start(dataset, FitOptions(n_components=2))
    assert controller.latest.mixture.n_components == 8
    with qtbot.waitSignal(controller.finished):
        controller.stop()


def test_stopping_before_the_kernels_are_ready(qtbot, controller, dataset):
    controller.start(dataset, LONG)
    assert controller.state is FitState.PREPARING
    assert controller.preparing == 0.0
    with qtbot.waitSignal(controller.stopped_empty):
        controller.stop()
    assert controller.state is FitState.IDLE
