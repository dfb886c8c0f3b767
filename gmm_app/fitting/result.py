"""What a fit ends with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.dataset import Dataset
from gmm_app.fitting.doubts import doubts, unseen
from gmm_app.fitting.held import Held
from gmm_app.fitting.optima import Optimum
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.prior import Prior
from gmm_app.mixture import criteria
from gmm_app.mixture.mixture import Mixture


class StopReason(StrEnum):
    """Why a start, or the whole fit, ended. Only CONVERGED may be called converged."""

    CONVERGED = "converged"
    MAX_ITER = "max_iter"
    STOPPED = "stopped"


@dataclass(frozen=True, eq=False)
class StartRecord:
    """What became of one start.

    Attributes
    ----------
    history : log-likelihood (sum over all rows) at each iteration; the first is the start itself,
        or what came of it on samples.
    n_iter : steps taken over all rows, each from one entry of `history` to the next: M-steps, and
        longer ones where accelerated. Steps that were refused are none.
    stop_reason : why it ended, or None if it failed.
    failure : the error's sentence if it failed, else "".
    n_reseeds : how often a component that collapsed got another beginning; `history` begins after
        the last.
    """

    history: NDArray[np.float64]
    n_iter: int
    stop_reason: StopReason | None
    failure: str = ""
    n_reseeds: int = 0

    @property
    def log_likelihood(self) -> float:
        return float(self.history[-1]) if self.stop_reason is not None else -np.inf


@dataclass(frozen=True, eq=False)
class FitResult:
    """The best mixture that a fit found, and how it was found.

    Attributes
    ----------
    mixture : the mixture at which `log_likelihood` was measured.
    log_likelihood : sum over rows, of densities in the data's own units, so that criteria compare
        fits under different transforms.
    classification_entropy : sum over rows of -log of the largest responsibility (>= 0), for ICL.
    best_start : position in `starts` of the start that gave `mixture`.
    starts : one record per start that ran.
    optima : where the starts have ended, from the highest to the lowest, the same but for the order
        of their components counted as one; of very many, the highest.
    n_passes : passes over all rows, all starts; those of refused steps too.
    sample_passes : passes over samples, each counted as its share of all rows.
    stop_reason : of the best start; STOPPED whenever the fit was stopped before its end.
    dataset : the data it belongs to.
    options : as asked for; where no seed was asked for, with the one that was drawn.
    seconds : wall-clock time.
    held : parameters that were left as the start had them.
    prior : that was laid on means and covariances, if one was; then the starts' histories and the
        optima have its log density in their log-likelihoods, and `log_likelihood` has not. Of the
        rows as they are fitted.
    """

    mixture: Mixture
    log_likelihood: float
    classification_entropy: float
    best_start: int
    starts: tuple[StartRecord, ...]
    optima: tuple[Optimum, ...]
    n_passes: int
    sample_passes: float
    stop_reason: StopReason
    dataset: Dataset
    options: FitOptions
    seconds: float
    held: Held = Held()
    prior: Prior | None = None

    @property
    def n_samples(self) -> int:
        return self.dataset.n_samples

    @property
    def total_weight(self) -> float:
        """Rows, each as often as it counts; criteria take it for the number of rows."""
        return self.dataset.total_weight

    @property
    def columns(self) -> tuple[str, ...]:
        return self.dataset.columns

    @property
    def converged(self) -> bool:
        return self.stop_reason is StopReason.CONVERGED

    @property
    def history(self) -> NDArray[np.float64]:
        """Log-likelihood (sum over rows) at each iteration of the best start."""
        return self.starts[self.best_start].history

    @property
    def n_iter(self) -> int:
        """Steps of the best start over all rows."""
        return self.starts[self.best_start].n_iter

    @property
    def n_parameters(self) -> int:
        """Free parameters of the mixture, but for those that were held."""
        return self.mixture.n_parameters - self.held.n_parameters(self.mixture)

    @property
    def aic(self) -> float:
        """Akaike's information criterion; lower is better."""
        return criteria.aic(self.log_likelihood, self.n_parameters)

    @property
    def bic(self) -> float:
        """Bayesian information criterion; lower is better."""
        return criteria.bic(self.log_likelihood, self.n_parameters, self.total_weight)

    @property
    def icl(self) -> float:
        """Integrated completed likelihood; lower is better."""
        return criteria.icl(self.bic, self.classification_entropy)

    @property
    def n_best(self) -> int:
        """How many starts ended where the best one did."""
        return next(len(o.starts) for o in self.optima if self.best_start in o.starts)

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """Sentences about what speaks against trusting this result; none if nothing does."""
        own = doubts(self.mixture, self.total_weight, self.options.reg_covar)
        return own + unseen(self.mixture, self.dataset)

    def summary(self) -> dict[str, Any]:
        """The result as plain numbers, lists and words, ready for JSON.

        `aic`, `bic` and `icl`: lower is better. `log_likelihood` is the sum over rows, of their
        densities in the data's own units; means and covariances are in `units`.
        """
        return {
            "n_samples": self.n_samples,
            "columns": list(self.columns),
            "transforms": self.dataset.transform_words,
            "units": list(self.mixture.units),
            "n_components": self.mixture.n_components,
            "family": self.mixture.family,
            "weights": self.mixture.weights.tolist(),
            "means": self.mixture.means.tolist(),
            "covariances": self.mixture.covariances.tolist(),
            "log_likelihood": self.log_likelihood,
            "bic": self.bic,
            "aic": self.aic,
            "icl": self.icl,
            "n_iter": self.n_iter,
            "n_passes": self.n_passes,
            "sample_passes": self.sample_passes,
            "n_starts": len(self.starts),
            "n_best": self.n_best,
            "stop_reason": str(self.stop_reason),
            "converged": self.converged,
            "seconds": self.seconds,
            "seed": self.options.seed,
            "n_filtered": self.dataset.n_filtered,
            "n_left_out": self.dataset.n_left_out,
            "n_incomplete": self.dataset.n_incomplete,
            "total_weight": self.total_weight,
            "noise": self.mixture.noise.weight if self.mixture.noise else None,
            "doubts": list(self.doubts),
        }

    def report(self) -> str:
        """The result in plain words and numbers, for people."""
        from gmm_app.fitting.report import report

        return report(self)

    def facts(self) -> dict[str, Any]:
        """What a model file says beside the mixture: its data, its fit, its criteria."""
        summary = self.summary()
        outcome = (
            *("log_likelihood", "n_iter", "n_passes", "sample_passes"),
            *("stop_reason", "converged", "seconds"),
        )
        return {
            "data": {
                # The file's name only: a model may be handed on, its folders are nobody's business.
                "source": Path(self.dataset.source).name,
                "digest": self.dataset.digest,
                "where": self.dataset.where,
                "known_as": list(self.dataset.known_as),
                "transforms": self.dataset.transform_words,
                "n_samples": self.n_samples,
                "n_incomplete": self.dataset.n_incomplete,
                "total_weight": self.total_weight,
            },
            "fit": {
                "options": asdict(self.options),
                **{key: summary[key] for key in outcome},
            },
            "criteria": {
                "sign": "lower is better",
                "n_parameters": self.n_parameters,
                **{key: summary[key] for key in ("aic", "bic", "icl")},
            },
        }

    def save(self, path: str | Path) -> None:
        """Write the mixture and what is known of its fit as a model file: JSON, or a script
        where the path ends in .py, .R or .m.

        Raises
        ------
        ExportError
            The file cannot be written there, or a script cannot have its name.
        """
        from gmm_app.mixture.model_file import save_model

        save_model(self.mixture, path, self.facts())
