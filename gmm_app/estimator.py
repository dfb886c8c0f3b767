"""GaussianMixture: the fit behind scikit-learn's estimator protocol, also where it is missing."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import GmmError
from gmm_app.fitting.fit import fit_from
from gmm_app.fitting.initialization import Partition
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import FitResult
from gmm_app.fitting.starts import Starts
from gmm_app.mixture import criteria
from gmm_app.mixture.covariance import CovarianceFamily, family_named
from gmm_app.mixture.mixture import Mixture
from gmm_app.sklearn_protocol import Base, ConvergenceWarning, check_fitted, checked_rows

Array = NDArray[np.float64]

_TYPES = {"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}
_INITIALISERS = {
    "kmeans": "kmeans++",
    "k-means++": "kmeans++",
    "random": "random_partition",
    "random_from_data": "random_rows",
    "hierarchical": "hierarchical",
}


class GaussianMixture(Base):
    """A Gaussian mixture with the parameters and attributes of scikit-learn's class of that name.

    Parameters
    ----------
    n_components : number of components.
    covariance_type : "full", "tied", "diag" or "spherical".
    tol : a start ends when an iteration raises the mean log-likelihood by no more than this.
    reg_covar : added to the variances, in the data's units squared.
    max_iter, n_init : most iterations of a start; starts, of which the best is kept.
    init_params : "kmeans", "k-means++", "random_from_data", "random", or "hierarchical".
    weights_init, means_init, precisions_init : where the first start begins; None: as drawn.
    random_state : None, a number, or a numpy RandomState.
    warm_start : begin at the mixture of the fit before.
    verbose, verbose_interval : ignored; `gmm_app.iter_fit` tells of each iteration.
    family : one of the fourteen covariance families, in place of `covariance_type`.
    accelerate : take longer steps than EM's where they do not lower the log-likelihood.

    Attributes
    ----------
    weights_, means_ : (K,) and (K, D).
    covariances_, precisions_, precisions_cholesky_ : (K, D, D); tied (D, D), diag (K, D), spherical
        (K,).
    converged_, n_iter_ : of the best start.
    lower_bound_, lower_bounds_ : mean log-likelihood at the end, and at each iteration.
    mixture_ : the Mixture, which can do more.
    """

    def __init__(  # noqa: PLR0913  (scikit-learn's parameters)
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: str = "kmeans",
        weights_init: ArrayLike | None = None,
        means_init: ArrayLike | None = None,
        precisions_init: ArrayLike | None = None,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
        family: str | None = None,
        accelerate: bool = True,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.family = family
        self.accelerate = accelerate

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Fit the mixture to rows X (n_samples, n_features); y is ignored.

        Raises
        ------
        ValueError
            Data or parameters that cannot be fitted; the message names the remedy.
        """
        rows = checked_rows(self, X, reset=True)
        try:
            result = self._fitted(as_dataset(rows))
        except GmmError as error:
            raise ValueError(str(error)) from error
        self._take(result)
        if not result.converged:
            warnings.warn(
                f"No start has converged to tol={self.tol} within max_iter={self.max_iter} "
                "iterations: raise one of them, or look for another number of components.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def fit_predict(self, X: ArrayLike, y: object = None) -> NDArray[np.int64]:
        """Fit, and give the most probable component of each row, from 0."""
        return self.fit(X).predict(X)

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """(n_samples,) the most probable component of each row, from 0."""
        return self._scored(Mixture.predict, X)

    def predict_proba(self, X: ArrayLike) -> Array:
        """(n_samples, K) responsibilities."""
        return self._scored(Mixture.predict_proba, X)

    def score_samples(self, X: ArrayLike) -> Array:
        """(n_samples,) log of the mixture density at each row."""
        return self._scored(Mixture.log_density, X)

    def score(self, X: ArrayLike, y: object = None) -> float:
        """Mean of `score_samples`."""
        return float(self.score_samples(X).mean())

    def bic(self, X: ArrayLike) -> float:
        """Bayesian information criterion of these rows; lower is better."""
        log_density = self.score_samples(X)
        return criteria.bic(float(log_density.sum()), self.mixture_.n_parameters, log_density.size)

    def aic(self, X: ArrayLike) -> float:
        """Akaike's information criterion of these rows; lower is better."""
        return criteria.aic(float(self.score_samples(X).sum()), self.mixture_.n_parameters)

    def sample(self, n_samples: int = 1) -> tuple[Array, NDArray[np.int64]]:
        """Rows drawn from the mixture, (n_samples, D), and the component of each."""
        check_fitted(self)
        if n_samples < 1:
            raise ValueError(
                f"Invalid value for 'n_samples': {n_samples}. The sampling requires at least one "
                "sample."
            )
        mixture: Mixture = self.mixture_
        return mixture.sample_labelled(n_samples, _seed(self.random_state))

    @property
    def _family(self) -> CovarianceFamily:
        if self.family is None and self.covariance_type not in _TYPES:
            raise ValueError(
                f"covariance_type cannot be {self.covariance_type!r}: choose {', '.join(_TYPES)}."
            )
        return family_named(_TYPES[self.covariance_type] if self.family is None else self.family)

    def _fitted(self, dataset: Dataset) -> FitResult:
        if self.init_params not in _INITIALISERS:
            raise ValueError(
                f"init_params cannot be {self.init_params!r}: choose {', '.join(_INITIALISERS)}."
            )
        options = FitOptions(
            n_components=self.n_components,
            family=self._family.name,
            n_init=self.n_init,
            init=_INITIALISERS[self.init_params],
            tol=self.tol,
            max_iter=self.max_iter,
            reg_covar=0.0,
            seed=_seed(self.random_state),
            accelerate=self.accelerate,
        )
        if not self.reg_covar >= 0.0:
            raise ValueError(f"reg_covar cannot be {self.reg_covar!r}: give a number from 0.")
        cancel = CancelFlag()
        starts = self._beginning(Starts.of(dataset, cancel), options)
        added = np.full(dataset.n_features, float(self.reg_covar))
        return fit_from(starts, dataset, options, cancel, added)

    def _beginning(self, starts: Starts, options: FitOptions) -> Starts:
        if self.warm_start and hasattr(self, "mixture_"):
            before: Mixture = self.mixture_
            if before.n_components == options.n_components:
                return starts.beginning_at(before)
        given = (self.weights_init, self.means_init, self.precisions_init)
        if all(array is None for array in given):
            return starts
        drawn = starts.mixture(0, options)
        weights, means, precisions = (
            None if array is None else np.asarray(array, dtype=np.float64) for array in given
        )
        covariances = drawn.covariances
        if precisions is not None:
            matrices = _matrices(precisions, drawn, self._family)
            covariances = np.asarray(np.linalg.inv(matrices), np.float64)
        partition = Partition(
            drawn.means if means is None else means,
            drawn.weights if weights is None else weights,
            covariances,
        )
        shapes = (partition.weights.shape, partition.means.shape, partition.scatter.shape)
        if shapes != (drawn.weights.shape, drawn.means.shape, drawn.covariances.shape):
            raise ValueError(
                "weights_init, means_init and precisions_init need the shapes of weights_, means_ "
                f"and precisions_ for {drawn.n_components} components, {drawn.n_features} columns."
            )
        return starts.beginning_at(partition.mixture(options.family, drawn.columns))

    def _take(self, result: FitResult) -> None:
        self.mixture_ = mixture = result.mixture
        self.weights_, self.means_ = mixture.weights, mixture.means
        factors = np.linalg.inv(np.linalg.cholesky(mixture.covariances)).transpose(0, 2, 1)
        precisions = factors @ factors.transpose(0, 2, 1)
        of_type = _SHAPES.get(mixture.family, _as_they_are)
        self.covariances_ = of_type(mixture.covariances)
        self.precisions_cholesky_, self.precisions_ = of_type(factors), of_type(precisions)
        self.converged_, self.n_iter_ = result.converged, max(result.n_iter, 1)
        self.lower_bounds_ = (result.history / result.n_samples).tolist()
        self.lower_bound_ = result.log_likelihood / result.n_samples

    def _scored(self, of: Callable[[Mixture, Array], Any], X: ArrayLike) -> Any:
        check_fitted(self)
        rows = checked_rows(self, X, reset=False)
        try:
            return of(self.mixture_, rows)
        except GmmError as error:
            raise ValueError(str(error)) from error


def _seed(random_state: Any) -> int:
    """A seed from scikit-learn's kinds of random states."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    source = np.random if random_state is None else random_state
    return int(source.randint(2**31 - 1))


def _matrices(precisions: Array, like: Mixture, family: CovarianceFamily) -> Array:
    """(K, D, D) from the shape that scikit-learn has for the family."""
    k, d = like.n_components, like.n_features
    eye = np.eye(d)
    if family.name == "EEE":
        return np.broadcast_to(precisions, (k, d, d))
    if family.name == "VVI":
        return precisions.reshape(k, -1, 1) * eye
    return precisions.reshape(k, 1, 1) * eye if family.name == "VII" else precisions


def _as_they_are(matrices: Array) -> Array:
    return matrices


_SHAPES: dict[str, Callable[[Array], Array]] = {
    "EEE": lambda matrices: matrices[0],
    "VVI": lambda matrices: np.diagonal(matrices, axis1=1, axis2=2).copy(),
    "VII": lambda matrices: matrices[:, 0, 0].copy(),
}
