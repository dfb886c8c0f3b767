"""Plots many frames of a moving mixture; test_many_frames runs it in a process of its own."""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.convergence_plot import ConvergencePlot
from gmm_app.ui.mixture_plot import MixturePlot
from tests.ui.plot_problems import mixture_of, normal_dataset

# What Qt's platform without a screen says of every window.
_EXPECTED = "This plugin does not support propagateSizeHints()"
_WARM_UP = 50


def _say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message != _EXPECTED:
        print(message, file=sys.stderr)


def main(n_frames: int) -> None:
    """Plot the frames, and print by how much the reference count of None changed."""
    qInstallMessageHandler(_say)
    application = QApplication([])
    worker = ViewWorker()
    plot, convergence = MixturePlot(worker), ConvergencePlot()
    for widget in (plot, convergence):
        widget.resize(360, 240)
        widget.show()
    plot.set_dataset(normal_dataset(6_000))
    mixtures = [mixture_of(k) for k in (3, 4, 5, 4)]
    history = -1_000.0 - 500.0 * np.exp(-np.arange(n_frames) / 200.0)
    before = 0
    for frame in range(n_frames):
        if frame == _WARM_UP:
            before = sys.getrefcount(None)
        plot.set_mixture(mixtures[frame % len(mixtures)], frame % 3)
        convergence.show_histories([history, history[: frame + 1]], 1, history[frame], 6_000)
        application.processEvents()
    print(sys.getrefcount(None) - before)
    plot.close()
    convergence.close()
    assert worker.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
