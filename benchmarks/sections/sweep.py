"""All covariance families with 1 to 9 components, on a sample: our `select` beside mclust's."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from benchmarks.peers.environments import HERE, ROOT, Peer
from benchmarks.sections.costs import played
from benchmarks.workers import variables

_FILE = ROOT / "gmm_app" / "samples" / "gvhd_control.csv"
_MOST_COMPONENTS = 9
_TURNS = 3


def measure(peers: list[Peer], n_threads: int) -> dict[str, Any]:
    """Seconds and the lowest BIC of each turn; the programs take turns. A turn draws its starts."""
    turns: dict[str, list[dict[str, Any]]] = {"ours": []}
    for turn in range(_TURNS):
        asked = {"file": str(_FILE), "most": _MOST_COMPONENTS, "seed": turn}
        turns["ours"].append(played("sweep", asked, n_threads))
        if any(peer.name == "mclust" for peer in peers):
            turns.setdefault("mclust", []).append(_mclust(n_threads))
    for name, found in turns.items():
        print(f"sweep, {name}: {found}", flush=True)
    return {"file": _FILE.name, "most": _MOST_COMPONENTS, "turns": turns}


def _mclust(n_threads: int) -> dict[str, Any]:
    done = subprocess.run(
        ["Rscript", str(HERE / "sweep.R"), str(_FILE), str(_MOST_COMPONENTS)],
        env=variables(n_threads),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
