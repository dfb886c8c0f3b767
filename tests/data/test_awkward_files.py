"""Files as they should not be: each reads right or gives a sentence, soon, in little memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.awkward_cases import CASES
from tests.data.awkward_files import Awkward

MOST_SECONDS = 5.0
MOST_MEGABYTES = 1000.0
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """By file name, what reading it gave in a process that reads one after another."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.data.awkward_files", str(tmp_path_factory.mktemp("awkward"))],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    assert done.returncode == 0, f"ended in the one after {lines[-1] if lines else 'none'}"
    return {line["name"]: line for line in lines}


def test_there_are_many_and_all_differ() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case.name))
def test_reads_right_or_says_why_not(case: Awkward, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[case.name]
    assert "crash" not in outcome
    if isinstance(case.expected, str):
        sentence = outcome.get("sentence", "a table was read")
        assert re.search(case.expected, sentence)
        assert "\n" not in sentence
        assert sentence.endswith(".")
    elif isinstance(case.expected, tuple):
        assert outcome.get("shape") == list(case.expected), outcome.get("sentence")
    else:
        assert outcome.get("columns") == list(case.expected), outcome.get("sentence")
        np.testing.assert_array_equal(outcome["values"], list(case.expected.values()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case.name))
def test_is_done_soon_and_in_little_memory(
    case: Awkward, outcomes: dict[str, dict[str, Any]]
) -> None:
    assert outcomes[case.name]["seconds"] < MOST_SECONDS
    assert outcomes[case.name]["peak"] < MOST_MEGABYTES


def test_processes_apart_take_little_memory(outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes["processes apart"]["peak"] < MOST_MEGABYTES
