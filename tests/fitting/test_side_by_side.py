"""Fits in several processes: the same results, stops, and plain words where it cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, OptionError
from gmm_app.fitting.side_by_side import Workers
from tests.problems import with_gaps


def doubled(offset: int, cancel: CancelFlag):
    return lambda task: 2 * task + offset


def waiting(cancel: CancelFlag):
    def work(task):
        while not cancel.is_set:
            pass
        return task

    return work


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks(n_jobs):
    with Workers(doubled, (5,), n_jobs, CancelFlag()) as workers:
        assert list(workers.map(range(25), batch=4)) == [2 * i + 5 for i in range(25)]
        assert list(workers.map([])) == []
        assert list(workers.map([7])) == [19]


def test_a_stop_reaches_all_processes():
    flag = CancelFlag()
    with Workers(waiting, (), 2, flag) as workers:
        results = workers.map(range(4))
        flag.set()
        assert list(results) == [0, 1, 2, 3]


def beginning(cancel: CancelFlag):
    while True:
        cancel.check()


def test_a_stop_while_processes_begin_is_no_error(capfd):
    flag = CancelFlag()
    flag.set()
    with Workers(beginning, (), 2, flag) as workers, pytest.raises(Cancelled):
        list(workers.map(range(4)))
    assert capfd.readouterr().err == ""


def test_selections_draws_and_tests_do_not_depend_on_how_many_there_are(reference):
    X = with_gaps(reference("faithful").X, 0.05, seed=1)
    asked: dict[str, Any] = {"n_components": [1, 2], "families": ["EEE", "VVV"], "seed": 0}
    tables = [gm.select(X, criterion="cv", n_jobs=n, **asked).table for n in (1, 2)]
    for row in (*tables[0], *tables[1]):
        row.pop("seconds")
    assert tables[0] == tables[1]
    result = gm.fit(X, n_components=2, seed=0)
    one, two = (gm.bootstrap(result, n_draws=25, seed=1, n_jobs=n).draws for n in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    options: dict[str, Any] = {"n_components": 1, "n_draws": 19, "n_init": 1, "seed": 2}
    first, second = (gm.likelihood_ratio_test(X, n_jobs=n, **options).simulated for n in (1, 2))
    assert np.array_equal(first, second)


def test_a_result_of_another_process_is_as_good_as_ones_own(reference):
    data = reference("iris")
    best = gm.select(data, n_components=3, families=["VVV", "EEE"], seed=0, n_jobs=2).best
    assert best.dataset is data
    assert best.options.n_threads is None
    assert not best.mixture.means.flags.writeable
    total = best.mixture.log_density(data.X).sum()
    assert total == pytest.approx(best.log_likelihood, rel=1e-12)


def test_a_script_without_a_guard_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np, gmm_app as gm\n"
        "result = gm.fit(np.arange(50.0), n_components=1, seed=0)\n"
        "try:\n"
        "    gm.bootstrap(result, n_draws=20, n_jobs=2)\n"
        "except gm.GmmError as error:\n"
        "    print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=root, check=False,
        timeout=120,
    )  # fmt: skip
    assert "if __name__ == '__main__'" in done.stdout


@pytest.mark.parametrize("n_jobs", [0, 1.5, "all", True])
def test_a_number_of_jobs_that_makes_no_sense_is_refused(n_jobs):
    with pytest.raises(OptionError, match="whole number from 1"):
        gm.iter_select(np.arange(20.0), n_jobs=n_jobs)
