"""GMM Studio: find Gaussian mixtures in your data. This module is the public Python API.

Names are loaded when they are first used, so that the window is up before the kernels are.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset as Dataset
    from gmm_app.data.reading import read as read
    from gmm_app.errors import GmmError as GmmError
    from gmm_app.estimator import GaussianMixture as GaussianMixture
    from gmm_app.fitting.bootstrap import Bootstrap as Bootstrap
    from gmm_app.fitting.bootstrap import bootstrap as bootstrap
    from gmm_app.fitting.bootstrap import iter_bootstrap as iter_bootstrap
    from gmm_app.fitting.cross_validation import cross_validate as cross_validate
    from gmm_app.fitting.fit import fit as fit
    from gmm_app.fitting.fit import iter_fit as iter_fit
    from gmm_app.fitting.likelihood_ratio import likelihood_ratio_test as likelihood_ratio_test
    from gmm_app.fitting.options import FitOptions as FitOptions
    from gmm_app.fitting.progress import FitProgress as FitProgress
    from gmm_app.fitting.result import FitResult as FitResult
    from gmm_app.fitting.result import StopReason as StopReason
    from gmm_app.fitting.selection import Selection as Selection
    from gmm_app.fitting.selection import iter_select as iter_select
    from gmm_app.fitting.selection import select as select
    from gmm_app.mixture.combining import combine as combine
    from gmm_app.mixture.covariance import FAMILIES as FAMILIES
    from gmm_app.mixture.exchange.from_sklearn import from_sklearn as from_sklearn
    from gmm_app.mixture.mixture import Mixture as Mixture
    from gmm_app.mixture.model_file import load_mixture as load

__version__ = "0.1.0"

_HOMES = {
    "Bootstrap": ("gmm_app.fitting.bootstrap", "Bootstrap"),
    "Dataset": ("gmm_app.data.dataset", "Dataset"),
    "FAMILIES": ("gmm_app.mixture.covariance", "FAMILIES"),
    "FitOptions": ("gmm_app.fitting.options", "FitOptions"),
    "FitProgress": ("gmm_app.fitting.progress", "FitProgress"),
    "FitResult": ("gmm_app.fitting.result", "FitResult"),
    "GaussianMixture": ("gmm_app.estimator", "GaussianMixture"),
    "GmmError": ("gmm_app.errors", "GmmError"),
    "Mixture": ("gmm_app.mixture.mixture", "Mixture"),
    "Selection": ("gmm_app.fitting.selection", "Selection"),
    "StopReason": ("gmm_app.fitting.result", "StopReason"),
    "bootstrap": ("gmm_app.fitting.bootstrap", "bootstrap"),
    "combine": ("gmm_app.mixture.combining", "combine"),
    "cross_validate": ("gmm_app.fitting.cross_validation", "cross_validate"),
    "fit": ("gmm_app.fitting.fit", "fit"),
    "from_sklearn": ("gmm_app.mixture.exchange.from_sklearn", "from_sklearn"),
    "iter_bootstrap": ("gmm_app.fitting.bootstrap", "iter_bootstrap"),
    "iter_fit": ("gmm_app.fitting.fit", "iter_fit"),
    "iter_select": ("gmm_app.fitting.selection", "iter_select"),
    "likelihood_ratio_test": ("gmm_app.fitting.likelihood_ratio", "likelihood_ratio_test"),
    "load": ("gmm_app.mixture.model_file", "load_mixture"),
    "read": ("gmm_app.data.reading", "read"),
    "select": ("gmm_app.fitting.selection", "select"),
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    try:
        module, attribute = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
