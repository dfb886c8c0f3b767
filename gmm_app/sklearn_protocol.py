"""What an estimator takes from scikit-learn, or does for itself where that is not installed."""

from __future__ import annotations

import inspect
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

try:
    from sklearn.base import BaseEstimator, DensityMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    BaseEstimator = None


def _with_scikit_learn() -> tuple[Any, Any, Any, Any]:
    class Base(DensityMixin, BaseEstimator):
        """scikit-learn's own bases."""

    def checked_rows(estimator: Any, X: ArrayLike, *, reset: bool) -> NDArray[np.floating]:
        """Finite rows, with as many columns as before unless `reset`."""
        kinds = [np.float64, np.float32]
        least = 2 if reset else 1
        return validate_data(estimator, X, reset=reset, dtype=kinds, ensure_min_samples=least)

    return Base, ConvergenceWarning, check_is_fitted, checked_rows


def _alone() -> tuple[Any, Any, Any, Any]:
    class Base:
        """Parameters by name, as scikit-learn's estimators have them."""

        @classmethod
        def _names(cls) -> list[str]:
            return [name for name in inspect.signature(cls).parameters if name != "self"]

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The parameters by name."""
            return {name: getattr(self, name) for name in self._names()}

        def set_params(self, **params: Any) -> Self:
            """Set parameters by name."""
            for name, value in params.items():
                if name not in self._names():
                    raise ValueError(
                        f"There is no parameter {name!r}: choose {', '.join(self._names())}."
                    )
                setattr(self, name, value)
            return self

    class Warned(UserWarning):
        """A fit has not converged."""

    def check_fitted(estimator: Any) -> None:
        if not hasattr(estimator, "mixture_"):
            raise ValueError("This mixture has not been fitted yet: call 'fit' first.")

    def checked_rows(estimator: Any, X: ArrayLike, *, reset: bool) -> NDArray[np.floating]:
        rows = np.asarray(X)
        if rows.dtype != np.float32:
            rows = rows.astype(np.float64)
        if rows.ndim != 2 or not np.isfinite(rows).all():
            raise ValueError("X must be rows and columns of finite numbers.")
        if reset:
            estimator.n_features_in_ = rows.shape[1]
        elif rows.shape[1] != estimator.n_features_in_:
            raise ValueError(
                f"X has {rows.shape[1]} features, but {type(estimator).__name__} is expecting "
                f"{estimator.n_features_in_} features as input."
            )
        return rows

    return Base, Warned, check_fitted, checked_rows


Base, ConvergenceWarning, check_fitted, checked_rows = (
    _alone() if BaseEstimator is None else _with_scikit_learn()
)
