"""Reading in a process of its own."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from gmm_app.data.apart import opened_apart, parts_apart
from gmm_app.data.batches import Wanted
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.errors import Cancelled, DataError

NUMPY = "gmm_app.data.formats.numpy_arrays"


def test_gives_what_the_module_gives(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    rows = np.random.default_rng(0).random((150_000, 2))
    np.savez(path, a=rows, b=-rows)
    assert parts_apart(NUMPY, path) == ("a", "b")
    with opened_apart(NUMPY, path, ImportOptions(part="b"), Wanted(["x2"])) as file:
        assert [column.name for column in file.columns] == ["x2"]
        assert file.n_rows == 150_000
        assert file.options == ImportOptions(part="b")
        found = np.concatenate([batch.column(0).to_numpy() for batch in file.batches])
    np.testing.assert_array_equal(found, -rows[:, 1])


def test_what_goes_wrong_there_is_said_here(tmp_path: Path) -> None:
    path = tmp_path / "data.npy"
    path.write_bytes(b"\x93NUMPY" + bytes(100))
    with (
        pytest.raises(DataError, match="data.npy is not a whole NumPy file"),
        opened_apart(NUMPY, path, AS_FOUND, Wanted()),
    ):
        pass


DEEDS = ("os.abort()", "os._exit(0)", "print(1 / 0)", "bytes(1 << 31)", "while True: pass")


@pytest.mark.parametrize("deed", DEEDS)
def test_a_reader_that_fails_altogether(
    tmp_path: Path, deed: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if deed.startswith("bytes") and sys.platform != "linux":
        pytest.skip("memory is limited on Linux")
    (tmp_path / "failing.py").write_text(
        f"import os\ndef parts(path):\n    {deed}\n    return ()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "data.x").touch()
    with pytest.raises(DataError, match="data.x cannot be read: it is damaged"):
        parts_apart("failing", tmp_path / "data.x")
    assert capfd.readouterr() == ("", "")


def test_ends_soon_after_it_was_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeping = "import time\ndef opened(path, options, wanted):\n    time.sleep(100)\n"
    (tmp_path / "sleeping.py").write_text(sleeping)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "data.x").touch()
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    begin = time.monotonic()
    timer.start()
    with (
        pytest.raises(Cancelled),
        opened_apart("sleeping", tmp_path / "data.x", AS_FOUND, Wanted(cancelled=stop.is_set)),
    ):
        pass
    timer.join()
    assert time.monotonic() - begin < 50
