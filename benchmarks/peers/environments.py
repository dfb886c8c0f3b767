"""Makes what each peer needs, under build/peers: `python -m benchmarks.peers.environments`.

What stands there already is kept. A peer that cannot be made is left out with one line why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "peers"
HERE = Path(__file__).parent
ARMADILLO_LIBRARY = PLACE / "armadillo.so"
_FLAGS = ("-std=c++17", "-O3", "-march=native", "-fopenmp", "-shared", "-fPIC")
# Armadillo's own library would only pass calls on to these.
_LIBRARIES = ("-DARMA_DONT_USE_WRAPPER", "-lopenblas", "-llapack")


class LeftOut(Exception):
    """A peer cannot be made here; the message says why in one line."""


class Peer(NamedTuple):
    """One program to compare with.

    Attributes
    ----------
    name : of the module, and of the folder of its environment.
    title : for people.
    make : builds it, or raises LeftOut.
    command : starts its process; the number of threads is appended.
    """

    name: str
    title: str
    make: Callable[[], None]
    command: tuple[str, ...]


def _python(name: str) -> Path:
    return PLACE / name / "bin" / "python"


def _environment(name: str, *steps: str) -> Callable[[], None]:
    """Makes a virtual environment; each step is a line of requirements, installed in this order."""

    def make() -> None:
        stamp = PLACE / name / "installed"
        if stamp.exists() and stamp.read_text() == "\n".join(steps):
            return
        print(f"making the environment of {name}: this takes minutes", flush=True)
        venv.create(PLACE / name, clear=True, with_pip=True)
        for step in steps:
            pip = [str(_python(name)), "-m", "pip", "--disable-pip-version-check", "install"]
            _run([*pip, "--quiet", *step.split()], f"pip could not install {step}")
        stamp.write_text("\n".join(steps))

    return make


def _packages(works: Callable[[], bool], *names: str) -> None:
    """Install Debian packages unless `works()`; as root only, otherwise LeftOut says how."""
    if works():
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise LeftOut(f"it needs the Debian packages {' '.join(names)}")
    _run(["apt-get", "-qq", "update"], "apt-get could not update its lists")
    _run(
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *names],
        f"apt-get could not install {' '.join(names)}",
    )


def _succeeds(*command: str) -> bool:
    return (
        shutil.which(command[0]) is not None
        and not subprocess.run(command, check=False, capture_output=True).returncode
    )


def _make_mclust() -> None:
    _packages(
        lambda: _succeeds("Rscript", "-e", "library(mclust); library(jsonlite)"),
        "r-cran-mclust",
        "r-cran-jsonlite",
    )


def _make_armadillo() -> None:
    source = HERE / "armadillo.cpp"
    if ARMADILLO_LIBRARY.exists() and ARMADILLO_LIBRARY.stat().st_mtime > source.stat().st_mtime:
        return
    _packages(
        lambda: _succeeds("g++", "-fsyntax-only", str(source)),
        "g++",
        "libarmadillo-dev",
        "libopenblas-dev",
    )
    PLACE.mkdir(parents=True, exist_ok=True)
    _run(
        ["g++", *_FLAGS, str(source), "-o", str(ARMADILLO_LIBRARY), *_LIBRARIES],
        "its C++ could not be compiled",
    )


def _make_scikit_learn() -> None:
    if not _succeeds(sys.executable, "-c", "import sklearn"):
        raise LeftOut("it is not in .venv: run `make setup`")


def _run(command: list[str], failure: str) -> None:
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=variables,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        raise LeftOut(f"{failure}: {last}")


def _worker(python: Path | str, name: str) -> tuple[str, ...]:
    return (str(python), "-m", "benchmarks.worker", f"benchmarks.peers.{name}")


PEERS = (
    Peer(
        "onedal",
        "oneDAL",
        # daal4py imports packaging without asking for it.
        _environment("onedal", "daal4py==2024.7.0 scikit-learn==1.5.1 numpy<2.1 packaging"),
        _worker(_python("onedal"), "onedal"),
    ),
    Peer(
        "scikit_learn",
        "scikit-learn",
        _make_scikit_learn,
        _worker(sys.executable, "scikit_learn"),
    ),
    Peer(
        "pomegranate",
        "pomegranate",
        _environment("pomegranate", "torch==2.13.0", "pomegranate==1.1.2"),
        _worker(_python("pomegranate"), "pomegranate"),
    ),
    Peer(
        "armadillo",
        "Armadillo",
        _make_armadillo,
        _worker(sys.executable, "armadillo"),
    ),
    Peer("mclust", "mclust", _make_mclust, ("Rscript", str(HERE / "mclust.R"))),
)


def make_peers(names: set[str] | None = None) -> tuple[list[Peer], dict[str, str]]:
    """Make the peers of these names (None: all); those that stand, and why others are left out."""
    made, left_out = [], {}
    for peer in PEERS:
        if names is not None and peer.name not in names:
            continue
        try:
            peer.make()
        except (LeftOut, OSError, subprocess.SubprocessError) as error:
            left_out[peer.title] = str(error)
            print(f"{peer.title} is left out: {error}", flush=True)
        else:
            made.append(peer)
    return made, left_out


if __name__ == "__main__":
    ready, _ = make_peers()
    print(f"ready: {', '.join(peer.title for peer in ready)}")
