"""The languages that a mixture is written in as a script, by the endings of their files.

Each writer takes the mixture and the name of its file, without folders.
"""

from __future__ import annotations

from collections.abc import Callable

from gmm_app.mixture.exchange.matlab_script import matlab_script
from gmm_app.mixture.exchange.mclust_script import mclust_script
from gmm_app.mixture.exchange.sklearn_script import sklearn_script
from gmm_app.mixture.mixture import Mixture

SCRIPTS: dict[str, Callable[[Mixture, str], str]] = {
    ".py": sklearn_script,
    ".r": mclust_script,
    ".m": matlab_script,
}
