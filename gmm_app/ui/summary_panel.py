"""How good the fit is and how it ended, in a few numbers and plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmm_app.mixture import criteria
from gmm_app.ui.grid import Grid
from gmm_app.ui.number_text import NONE, count, number, on_sample, scientific

if TYPE_CHECKING:
    from gmm_app.fitting.progress import FitProgress
    from gmm_app.fitting.result import FitResult
    from gmm_app.mixture.mixture import Mixture

Fact = str | float

_ROWS = {
    "log_likelihood": (
        "log-likelihood",
        "How probable the mixture makes the rows; the sum over all rows, in the columns' own "
        "units, so that fits under different transforms compare.",
    ),
    "bic": (
        "BIC (lower is better)",
        "Bayesian information criterion: fit against number of parameters.",
    ),
    "icl": (
        "ICL (lower is better)",
        "Integrated completed likelihood: BIC that also asks for components well apart.",
    ),
    "aic": (
        "AIC (lower is better)",
        "Akaike's information criterion: a milder price for parameters than BIC.",
    ),
    "model": ("model", "Components and covariance family that this fit has."),
    "parameters": ("parameters", "Free numbers in the mixture: weights, means and covariances."),
    "iterations": ("iterations", "Steps over all rows of the start that gave this mixture."),
    "starts": (
        "starts",
        "How many times EM started afresh, the best end is kept; how many of them ended there, "
        "whatever the order of the components (if it is one of many, more starts may find a better "
        "end); and the seed that draws the same starts again.",
    ),
    "state": ("state", "Why the fit ended, or how fast it still rises."),
}


class SummaryPanel(QWidget):
    """Log-likelihood, criteria, parameters, iterations and the reason of the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("summaryPanel")
        self.setAccessibleName("Fit summary")
        self._values: dict[str, QLabel] = {}
        self._facts: dict[str, Fact] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(3)
        for name, (title, explained) in _ROWS.items():
            # Each row by itself: a long state may take the room that a short label leaves.
            row = QHBoxLayout()
            row.addWidget(_label(title, explained))
            self._values[name] = _value(name, title, explained)
            row.addWidget(self._values[name], 1)
            column.addLayout(row)
        column.addStretch(1)

    def clear(self) -> None:
        """Show no fit."""
        self._show(state="no fit yet")

    def show_result(self, result: FitResult) -> None:
        """Show a fit that has ended."""
        self._show(
            log_likelihood=result.log_likelihood,
            bic=result.bic,
            icl=result.icl,
            aic=result.aic,
            model=_model_text(result.mixture),
            parameters=result.n_parameters,
            iterations=result.n_iter,
            starts=_starts_text(result),
            state=f"{ending(result)}, but doubtful" if result.doubts else ending(result),
        )
        self._explain_state(result.doubts)

    def show_progress(self, progress: FitProgress, *, paused: bool = False) -> None:
        """Show a fit that is running; ICL needs its end, and a sample has no criteria."""
        if progress.on_sample:
            self._show_facts(progress, "paused" if paused else on_sample(progress.n_rows))
            return
        log_likelihood = progress.log_likelihood
        n_parameters = progress.mixture.n_parameters
        rising = f"rising, {scientific(progress.gain, 0, sign=True)} per row"
        state = "paused" if paused else rising if progress.iteration else "starting"
        doubts = progress.doubts()
        self._explain_state(doubts)
        self._show_facts(
            progress,
            f"{state}, doubtful" if doubts else state,
            log_likelihood=log_likelihood,
            bic=criteria.bic(log_likelihood, n_parameters, progress.total_weight),
            aic=criteria.aic(log_likelihood, n_parameters),
            iterations=progress.iteration,
        )

    def _explain_state(self, doubts: tuple[str, ...]) -> None:
        self._values["state"].setToolTip("\n".join((*doubts, _ROWS["state"][1])))

    def _show_facts(self, progress: FitProgress, state: str, **facts: Fact) -> None:
        self._show(
            model=_model_text(progress.mixture),
            parameters=progress.mixture.n_parameters,
            starts=f"{progress.start + 1:,} of {progress.n_starts:,}",
            state=state,
            **facts,
        )

    def grid(self) -> Grid:
        """What is shown, its numbers with all digits."""
        rows = [
            (title, self._facts[name]) for name, (title, _) in _ROWS.items() if name in self._facts
        ]
        return Grid(("fit", "value"), rows)

    def _show(self, **facts: Fact) -> None:
        self._facts = facts
        for name, label in self._values.items():
            fact = facts.get(name, NONE)
            text = fact if isinstance(fact, str) else number(fact, int(isinstance(fact, float)))
            if text != label.text():
                label.setText(text)


def _label(title: str, explained: str) -> QLabel:
    label = QLabel(title)
    label.setProperty("dim", True)
    label.setToolTip(explained)
    return label


def _value(name: str, title: str, explained: str) -> QLabel:
    value = QLabel(NONE)
    value.setObjectName(f"{name}Value")
    value.setAccessibleName(title)
    value.setToolTip(explained)
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    value.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the panel has one
    return value


def _model_text(mixture: Mixture) -> str:
    noise = " + noise" if mixture.noise else ""
    return f"{count(mixture.n_components, 'component')}, {mixture.family}{noise}"


def ending(result: FitResult) -> str:
    """Why a fit ended, in plain words; "converged" only if it has."""
    if result.converged:
        return "converged"
    if result.stop_reason.value == "max_iter":
        return "not converged: iterations used up"
    return "stopped; the best so far"


def outcome(result: FitResult) -> str:
    """How a fit ended, in one line."""
    passes = number(result.n_passes + result.sample_passes, 1 if result.sample_passes else 0)
    work = f"{result.seconds:,.1f} s, {passes} passes over the rows"
    return f"{ending(result)}; {work}; Export takes the numbers away"


def _starts_text(result: FitResult) -> str:
    ran = len(result.starts)
    failed = sum(1 for start in result.starts if start.failure)
    text = f"{ran:,}" if ran == result.options.n_init else f"{ran:,} of {result.options.n_init:,}"
    text = f"{text}, {count(failed, 'failed', 'failed')}" if failed else text
    text = f"{text}, {result.n_best:,} ended here" if ran > 1 else text
    return f"{text}, seed {result.options.seed}"
