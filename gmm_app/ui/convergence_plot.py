"""How the log-likelihood rose, iteration by iteration, in every start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gmm_app.inspection.convergence import (
    Curve,
    full_range,
    gain_curve,
    joined,
    late_range,
    log_likelihood_curve,
)
from gmm_app.inspection.ranges import padded
from gmm_app.ui import view_state
from gmm_app.ui.elided_label import ElidedLabel
from gmm_app.ui.fonts import paper_font
from gmm_app.ui.number_text import count, number
from gmm_app.ui.plot_lines import CurveItem, LevelItem
from gmm_app.ui.plot_style import PlotArea, blended, thin_pen
from gmm_app.ui.tokens import LIGHT, SPACING, Theme

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult

Array = NDArray[np.float64]
Range = tuple[float, float]

LOG_LIKELIHOOD, GAIN = "log-likelihood", "gain per row"

_POINTS = 500
_POINTS_OF_OTHERS = 6_000
_FEWEST_POINTS = 40
_FEWEST_ITERATIONS = 10.0
_GROWTH = 1.35
_ROOM = 0.08
# A range this many times too wide is narrowed; less would make the axes restless.
_TOO_WIDE = 3.0
# More lines than these cannot be told apart, and take longer than a frame has.
_MOST_DRAWN = 200


class ConvergencePlot(QWidget):
    """Log-likelihood, or its gain, against the iteration: one line per start.

    It draws what it is given and keeps no reference to a running fit. The axes grow when a line
    would leave them; once the person has moved them they stay, until the view is reset or another
    fit begins.

    Attributes
    ----------
    area : the plot itself.
    theme : the theme it is drawn in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("convergencePlot")
        self.setAccessibleName("log-likelihood at each iteration")
        self._histories: Sequence[Array] = ()
        self._total_weight = 1.0
        self._best: float | None = None
        self._current: int | None = None
        self._cache: dict[int, tuple[tuple[object, ...], Curve]] = {}
        self._shown: tuple[Range, Range] | None = None
        self._held = False
        self._build()
        self.set_theme(LIGHT)
        self.clear()

    def _build(self) -> None:
        self.title = QLabel("Convergence")
        self.title.setProperty("strong", True)
        self.status = ElidedLabel()
        self.status.setProperty("dim", True)
        self.quantity = QComboBox()
        self.quantity.addItems([LOG_LIKELIHOOD, GAIN])
        self.quantity.setToolTip(
            "log-likelihood: how well the mixture describes all rows.\n"
            "gain per row: how much it rose in each iteration, on a logarithmic scale."
        )
        self.quantity.setAccessibleName("quantity of the convergence plot")
        self.quantity.currentTextChanged.connect(self._on_quantity_changed)
        header = QHBoxLayout()
        header.setSpacing(SPACING)
        header.addWidget(self.title)
        header.addStretch(1)
        header.addWidget(self.status)
        header.addWidget(self.quantity)
        self.area = PlotArea(whole_x=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING // 2)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(header)
        layout.addWidget(self.area, 1)
        self._others = CurveItem(connect="finite", antialias=True)
        self._accent = CurveItem(connect="finite", antialias=True)
        self._best_line = LevelItem(angle=0, label="best", labelOpts=_LABEL_BELOW)
        self._empty = pg.TextItem("A fit draws its course here.", anchor=(0.5, 0.5))
        self._empty.setPos(0.5 * _FEWEST_ITERATIONS, 0.5)
        for item in (self._others, self._best_line, self._accent, self._empty):
            self.area.addItem(item, ignoreBounds=True)
        self.area.resetWanted.connect(self.reset_view)
        self.area.view.sigRangeChangedManually.connect(self._on_moved_by_hand)

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in the theme's colours."""
        self.theme = theme
        self.area.set_theme(theme)
        self._others.setPen(thin_pen(blended(theme.quiet, theme.card, 0.4)))
        self._accent.setPen(thin_pen(theme.accent, 2.0))
        dashed = QPen(thin_pen(theme.dim))
        dashed.setDashPattern([4.0, 4.0])
        self._best_line.setPen(dashed)
        self._best_line.label.setColor(theme.dim)
        self._empty.setColor(theme.dim)

    def show_fit(self, result: FitResult) -> None:
        """Draw a fit that has ended."""
        histories = [start.history for start in result.starts]
        self.show_histories(histories, None, float(result.history.max()), result.total_weight)

    def clear(self) -> None:
        """Show that nothing has been fitted."""
        self.show_histories([], None, None, 1)

    def show_histories(
        self,
        histories: Sequence[Array],
        current: int | None,
        best: float | None,
        total_weight: float,
        n_starts: int | None = None,
    ) -> None:
        """Draw the starts of a fit.

        Parameters
        ----------
        histories : per start the log-likelihood (sum over rows) at each iteration over all rows;
            empty for a start that is still on samples of them.
        current : position of the start that is running, or None when the fit is over.
        best : the highest log-likelihood so far, or None.
        total_weight : rows, each as often as it counts, for the gain per row.
        n_starts : how many starts there will be; None: as many as there are histories.
        """
        if _is_another_fit(self._histories, histories):
            self._forget()
        self._histories = histories
        self._current, self._best, self._total_weight = current, best, total_weight or 1.0
        self._draw()
        self.status.setText(self._status_text(n_starts or len(histories)))

    @property
    def sentence(self) -> str:
        """What is drawn."""
        return self.status.text()

    def twin(self, theme: Theme, width: int, height: int) -> ConvergencePlot:
        """The same picture in a widget that is never shown, its area of another size, for paper."""
        plot = ConvergencePlot()
        plot.set_theme(theme)
        plot.area.set_font(paper_font())
        plot._best_line.label.setFont(paper_font())
        plot.quantity.setCurrentText(self.quantity.currentText())
        plot.show_histories(self._histories, self._current, self._best, self._total_weight)
        plot.status.setText(self.sentence)
        plot.area.show_range(*self.area.view.viewRange())
        plot.area.lay_out(width, height)
        return plot

    @Slot()
    def reset_view(self) -> None:
        """Show the whole course again."""
        self._held, self._shown = False, None
        self._draw()

    def shown_state(self) -> dict[str, Any]:
        """The quantity, and the range if the person has set one, as plain JSON values."""
        shown = [list(ends) for ends in self.area.view.viewRange()] if self._held else None
        return {"quantity": self.quantity.currentText(), "range": shown}

    def show_state(self, state: dict[str, Any]) -> None:
        """Show what `state` says, as far as it makes sense."""
        quantity = view_state.one_of((LOG_LIKELIHOOD, GAIN), state, "quantity")
        self.quantity.setCurrentText(quantity or LOG_LIKELIHOOD)
        shown = view_state.two_spans(state.get("range"))
        if shown:
            self._held = True
            self.area.show_range(*shown)

    @property
    def _shows_gain(self) -> bool:
        return self.quantity.currentText() == GAIN

    def _accented(self) -> int | None:
        """The start that is running, or else the best one."""
        if self._current is not None and self._current < len(self._histories):
            return self._current
        ends = [h[-1] if h.size else -math.inf for h in self._histories]
        return int(np.argmax(ends)) if ends else None

    def _draw(self) -> None:
        accented = self._accented()
        n_others = max(1, min(len(self._histories), _MOST_DRAWN) - 1)
        n_points = max(_FEWEST_POINTS, min(_POINTS, _POINTS_OF_OTHERS // n_others))
        newest = range(max(0, len(self._histories) - _MOST_DRAWN), len(self._histories))
        curves = {
            i: self._curve(i, _POINTS if i == accented else n_points)
            for i in {*newest, *([] if accented is None else [accented])}
            if self._histories[i].size
        }
        self._others.setData(*joined([c for i, c in curves.items() if i != accented]))
        self._accent.setData(*joined([curves[accented]] if accented in curves else []))
        self._best_line.setVisible(self._best is not None and not self._shows_gain)
        if self._best is not None:
            self._best_line.setValue(self._best)
        self._empty.setVisible(not self._histories)
        self.area.show_ticks(bool(curves))
        self.area.y_axis.powers = self._shows_gain
        names = ("iteration", self.quantity.currentText()) if curves else ("", "")
        if self.area.labels != names:
            self.area.set_labels(*names)
        self._adapt_range(list(curves.values()))

    def _curve(self, i: int, n_points: int) -> Curve:
        """The line of one start; computed anew only where it has grown."""
        history = self._histories[i]
        key = (history.size, history[-1], n_points, self._shows_gain)
        if i in self._cache and self._cache[i][0] == key:
            return self._cache[i][1]
        if self._shows_gain:
            curve = gain_curve(history, self._total_weight, n_points)
        else:
            curve = log_likelihood_curve(history, n_points)
        self._cache[i] = (key, curve)
        return curve

    def _adapt_range(self, curves: list[Curve]) -> None:
        if self._held:
            return
        y = full_range(curves) if self._shows_gain else late_range(curves)
        if y is None:
            self._shown = None
            self.area.show_range((0.0, _FEWEST_ITERATIONS), (0.0, 1.0))
            return
        last = max(float(curve.iterations[-1]) for curve in curves)
        x = (0.0, max(last, _FEWEST_ITERATIONS))
        if self._shown is None:
            shown = (x, padded(*y, _ROOM))
        else:
            shown = (_adapted(self._shown[0], x, 0.0), _adapted(self._shown[1], y, _ROOM))
        if shown != self._shown:
            self._shown = shown
            self.area.show_range(*shown)

    def _status_text(self, n_starts: int) -> str:
        accented = self._accented()
        if accented is None:
            return ""
        n_iter = max(0, self._histories[accented].size - 1)
        best = "" if self._best is None else f" · best {number(self._best, 1)}"
        if len(self._histories) > _MOST_DRAWN:
            best += f" · the last {_MOST_DRAWN} starts drawn"
        if self._current is not None:
            done = f"iteration {n_iter:,}" if self._histories[accented].size else "on samples"
            return f"start {accented + 1} of {n_starts} · {done}{best}"
        which = f"start {accented + 1} of {n_starts} is best · " if n_starts > 1 else ""
        return f"{which}{count(n_iter, 'iteration')}{best}"

    def _forget(self) -> None:
        self._cache.clear()
        self._held, self._shown = False, None

    @Slot()
    def _on_quantity_changed(self) -> None:
        self._forget()
        self._draw()

    @Slot()
    def _on_moved_by_hand(self) -> None:
        self._held = True


_LABEL_BELOW = {"position": 0.985, "anchors": [(1.0, 0.0), (1.0, 0.0)]}


def _is_another_fit(before: Sequence[Array], now: Sequence[Array]) -> bool:
    """Whether the histories cannot be the same ones grown longer."""
    if not before or not now:
        return True
    if len(now) < len(before) or any(
        new.size < old.size for old, new in zip(before, now, strict=False)
    ):
        return True
    return bool(before[0].size and now[0][0] != before[0][0])


def _adapted(shown: Range, wanted: Range, room: float) -> Range:
    """`shown` if it suits, else what is wanted with room around it and for what comes next."""
    low, high = padded(*wanted, room)
    fits = shown[0] <= wanted[0] and wanted[1] <= shown[1]
    if fits and shown[1] - shown[0] <= _TOO_WIDE * (high - low):
        return shown
    return low, low + _GROWTH * (high - low)
