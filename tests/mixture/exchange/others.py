"""Runs exported scripts in the languages they are for, all of a folder in one process."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.mixture.exchange.examples import Array, difference, every_mixture, rows_for

# Each prints a script's name, a word for what it computes, and the numbers.
_PYTHON = """
import pathlib, runpy, sys
import numpy as np
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    rows = np.loadtxt(path.with_suffix(".csv"), delimiter=",", ndmin=2)
    script = runpy.run_path(str(path))
    print(path.stem, "log_density", *map(float, script["log_density"](rows)))
    with np.errstate(divide="ignore"):  # of weights that are 0
        print(path.stem, "score_samples", *map(float, script["model"].score_samples(rows)))
"""
_R = """
place <- commandArgs(trailingOnly = TRUE)[1]
for (path in list.files(place, "[.]R$", full.names = TRUE)) {
  script <- new.env()
  source(path, local = script, encoding = "UTF-8")
  stem <- sub("[.]R$", "", path)
  rows <- as.matrix(read.csv(paste0(stem, ".csv"), header = FALSE))
  say <- function(word, y) cat(basename(stem), word, sprintf("%.17g", y), "\\n")
  say("log_density", script$log_density(rows))
  say("predict", predict(script$model, rows, logarithm = TRUE))
}
"""
_OCTAVE = """
files = dir('*.m');
for k = 1:numel(files)
  [~, stem] = fileparts(files(k).name);
  y = feval(stem, dlmread([stem '.csv'], ','));
  printf('%s log_density', stem); printf(' %.17g', y); printf('\\n');
end
"""

Found = dict[tuple[str, str], Array]


@functools.cache
def has_r() -> bool:
    """Whether R with mclust is installed here."""
    command = ["Rscript", "-e", "library(mclust)"]
    return shutil.which("Rscript") is not None and not _run(command).returncode


def has_octave() -> bool:
    """Whether Octave is installed here."""
    return shutil.which("octave") is not None


def in_python(place: Path) -> Found:
    """What the .py files in a folder give for the rows beside them, by name and word."""
    return _found(_run([sys.executable, "-W", "error", "-c", _PYTHON, str(place)]))


def in_r(place: Path) -> Found:
    """The same for the .R files."""
    return _found(_run(["Rscript", "-e", _R, str(place)]))


def in_octave(place: Path) -> Found:
    """The same for the .m files."""
    return _found(_run(["octave", "-qf", "--eval", _OCTAVE], place))


def write_every_script(place: Path, ending: str, seed: int = 0) -> dict[str, Array]:
    """Write every example as a script, with rows beside it; their log densities by name."""
    expected = {}
    for name, mixture in every_mixture(seed):
        mixture.save(place / f"{name}{ending}")
        rows = rows_for(mixture)
        np.savetxt(place / f"{name}.csv", rows, delimiter=",", fmt="%.17g")
        expected[name] = mixture.log_density(rows)
    return expected


def largest_difference(found: Found, expected: dict[str, Array], word: str) -> float:
    """Over all scripts; each must have given its numbers."""
    return max(difference(found[name, word], values) for name, values in expected.items())


def _run(command: list[str], place: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=place)


def _found(done: subprocess.CompletedProcess[str]) -> Found:
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        name, word, *numbers = line.split()
        found[name, word] = np.array(numbers, dtype=np.float64)
    return found
