"""Longer proofs of what test_program.py shows in short: `make proofs`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from gmm_app.data.samples import SAMPLES
from tests.end_to_end.test_program import ROOT, play

pytestmark = pytest.mark.proof


@pytest.mark.parametrize("round_number", range(40))
def test_close_at_any_moment_of_opening_and_fitting(round_number, tmp_path):
    path = tmp_path / "rows.npy"
    np.save(path, np.random.default_rng(0).standard_normal((300_000, 3)))
    after_ms = int(np.random.default_rng(round_number).integers(0, 2_500))
    scene = f"""
from PySide6.QtCore import Qt
window.dataOpened.connect(window.start_fit, Qt.ConnectionType.SingleShotConnection)
window.open_path(path)
QTimer.singleShot({after_ms}, window.close)
print(QApplication.exec())
"""
    assert play(scene, path) == "0"


@pytest.mark.parametrize("round_number", range(30))
def test_a_kill_at_any_moment_leaves_the_old_model_or_the_new_one(round_number, tmp_path):
    model = tmp_path / "model.json"
    old = {"format": "gmm-app-model", "was": "here before"}
    model.write_text(json.dumps(old))
    wait = float(np.random.default_rng(round_number).uniform(0.3, 1.5))
    code = """
import sys
import gmm_app as gm
result = gm.fit(gm.read(sys.argv[1]), n_components=5, n_init=1, seed=0)
while True:
    result.save(sys.argv[2])
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(SAMPLES["gvhd_control"].path), str(model)], cwd=ROOT
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = json.loads(model.read_text())
    assert found == old or len(found["weights"]) == 5
