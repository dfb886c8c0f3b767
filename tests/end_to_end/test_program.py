"""The program as a person runs it, in a process of its own: exit code 0 and nothing on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "gmm_app" / "samples"

PRELUDE = """
import sys
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from gmm_app.app import build_window

def wait(signal, action):
    loop = QEventLoop()
    signal.connect(loop.quit)
    action()
    loop.exec()

def run_until(condition):
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

window = build_window([])
window.show()
path = sys.argv[1]
"""


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the project, off screen."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def play(scene: str, path: Path) -> str:
    """Run a scene with an open window; what it printed."""
    done = run_python("-c", PRELUDE + scene, str(path))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout.strip()


@pytest.fixture(scope="module")
def many_rows(tmp_path_factory):
    """A file of a million rows."""
    path = tmp_path_factory.mktemp("rows") / "rows.npy"
    np.save(path, np.random.default_rng(0).standard_normal((1_000_000, 2)))
    return path


def test_open_fit_close():
    scene = """
wait(window.dataOpened, lambda: window.open_path(path))
wait(window.fitFinished, window.start_fit)
print(window.current_result.log_likelihood)
window.close()
sys.exit(0)
"""
    log_likelihood = float(play(scene, SAMPLES / "faithful.csv"))
    # Any of the good optima of three components; one component reaches -1289.
    assert -1140 < log_likelihood < -1100


def test_close_in_the_midst_of_a_fit(many_rows):
    scene = """
wait(window.dataOpened, lambda: window.open_path(path))
window.start_fit()
run_until(lambda: window._controller.latest is not None)
QTimer.singleShot(0, window.close)
print(QApplication.exec())
"""
    assert play(scene, many_rows) == "0"


def test_close_while_the_kernels_are_being_prepared():
    scene = """
wait(window.dataOpened, lambda: window.open_path(path))
window.start_fit()
assert window.is_busy()
window.close()
"""
    play(scene, SAMPLES / "faithful.csv")


def test_close_while_a_file_is_being_read(many_rows):
    scene = """
window.open_path(path)
assert window.is_busy()
QTimer.singleShot(0, window.close)
print(QApplication.exec())
"""
    assert play(scene, many_rows) == "0"


def test_what_is_loaded_is_not_searched_for_garbage_again():
    scene = """
import gc
run_until(lambda: gc.get_freeze_count() > 0)
print(gc.get_freeze_count() > 10_000)
window.close()
"""
    assert play(scene, SAMPLES) == "True"


def test_close_at_once():
    assert play("QTimer.singleShot(0, window.close)\nprint(QApplication.exec())", SAMPLES) == "0"


def test_close_in_the_midst_of_writing_labels(many_rows, tmp_path):
    scene = f"""
from gmm_app.fitting.options import FitOptions
from gmm_app.ui import file_dialogs
file_dialogs.ask_file_to_write = lambda *_: {str(tmp_path / "labels.csv")!r}
wait(window.dataOpened, lambda: window.open_path(path))
window.set_options(FitOptions(n_components=10, n_init=1, max_iter=2))
wait(window.fitFinished, window.start_fit)
wait(window._exporter.progressed, window._actions["exportLabels"].trigger)
assert window.is_busy()
window.close()
sys.exit(0)
"""
    play(scene, many_rows)
    assert list(tmp_path.iterdir()) == []


def test_close_while_rows_are_drawn():
    scene = """
from gmm_app.data.synthetic import SyntheticOptions
window._opener.draw(
    SyntheticOptions(n_components=1000, n_samples=1_000_000, recipe="average_of_draws")
)
QTimer.singleShot(300, window.close)
print(QApplication.exec())
"""
    assert play(scene, SAMPLES) == "0"


def test_close_while_something_is_slow_to_notice():
    scene = """
import threading
from functools import partial
noticed = threading.Event()
for thread in (window._background, window._worker):
    thread.shutdown = partial(thread.shutdown, 20)
timer = threading.Timer(0.3, noticed.set)
begun, ended = [], []
def job():
    begun.append(1)
    ended.append(noticed.wait(30))
window._background.submit(job, on_done=print, on_failed=print)
window._worker.channel().request(job)
run_until(lambda: len(begun) == 2)  # one that still waits would be dropped
timer.start()
window.close()
print(*ended, window.isVisible())
sys.exit(0)
"""
    assert play(scene, SAMPLES).split() == ["True", "True", "False"]


def test_a_window_that_cannot_be_made_says_so_and_nothing_aborts():
    code = """
from gmm_app.app import build_window
from gmm_app.ui.main_window import MainWindow
def fail(self):
    raise RuntimeError("no window")
MainWindow._connect_work = fail
build_window([])
"""
    done = run_python("-c", code)
    assert done.returncode == 1, done.stderr
    assert done.stderr.strip().endswith("RuntimeError: no window")


def test_stopping_keeps_a_result(many_rows):
    scene = """
from gmm_app.fitting.options import FitOptions
wait(window.dataOpened, lambda: window.open_path(path))
window._document.set_options(FitOptions(n_components=5, tol=0, max_iter=100000))
window.start_fit()
run_until(lambda: window._controller.latest is not None)
wait(window.fitFinished, window.stop_fit)
print(window.current_result.stop_reason, window.is_busy())
window.close()
"""
    assert play(scene, many_rows) == "stopped False"


def test_a_window_that_cannot_write_anything_still_works(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where folders should be")
    homes = {f"XDG_{kind}_HOME": str(blocked) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    scene = """
wait(window.dataOpened, lambda: window.open_path(path))
wait(window.fitFinished, window.start_fit)
print(window.current_result.converged)
window.close()
"""
    done = run_python("-c", PRELUDE + scene, str(SAMPLES / "faithful.csv"), **homes)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
    assert "Traceback" not in done.stderr


def test_the_api_loads_no_qt():
    code = "import gmm_app, sys; print([m for m in sys.modules if 'PySide' in m or 'pyqt' in m])"
    assert run_python("-c", code).stdout.strip() == "[]"


def test_fit_command_prints_one_object():
    done = run_python(
        *("-m", "gmm_app", "fit", str(SAMPLES / "faithful.csv"), "-k", "3", "--family", "EEE"),
        *("--starts", "20", "--seed", "0", "--tol", "1e-12", "--max-iter", "5000", "--json"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["log_likelihood"] >= -1126.3160
    assert found["converged"] and found["stop_reason"] == "converged"
    assert found["n_samples"] == 272 and found["columns"] == ["eruptions", "waiting"]
    assert len(found["weights"]) == 3
    assert np.shape(found["covariances"]) == (3, 2, 2)


def test_the_main_job_without_a_display(tmp_path):
    environment = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--fit", "-k", "3", "--seed", "0",
         str(SAMPLES / "faithful.csv")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "There is no display" in done.stdout.splitlines()[0]
    assert "log-likelihood" in done.stdout and "BIC (lower is better)" in done.stdout
    assert (tmp_path / "fit.png").read_bytes().startswith(b"\x89PNG")
    model = json.loads((tmp_path / "model.json").read_text())
    assert model["format"] == "gmm-app-model" and len(model["weights"]) == 3


def test_no_display_and_nothing_to_do_is_said_in_one_line(tmp_path):
    environment = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    environment.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "gmm-app fit FILE" in done.stderr
