"""Everything that shows data, mixture and fit: made, laid out, and kept in step with each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gmm_app.session.document import Document
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui import view_state
from gmm_app.ui.cards import card
from gmm_app.ui.component_detail import ComponentDetail
from gmm_app.ui.component_table import ComponentTable
from gmm_app.ui.convergence_plot import ConvergencePlot
from gmm_app.ui.data_panel import DataPanel
from gmm_app.ui.dock_layout import DockLayout
from gmm_app.ui.docks import CardDock, PlainDock
from gmm_app.ui.left_work import LeftWork
from gmm_app.ui.mixture_plot import MixturePlot
from gmm_app.ui.model_panel import ModelPanel
from gmm_app.ui.notice import NoticeBar
from gmm_app.ui.number_text import count
from gmm_app.ui.option_editors import OptionEditors
from gmm_app.ui.status_line import StatusLine
from gmm_app.ui.summary_panel import SummaryPanel
from gmm_app.ui.tokens import SPACING, Theme
from gmm_app.ui.window_place import layout_state, restore_layout

if TYPE_CHECKING:
    from gmm_app.fitting.progress import FitProgress
    from gmm_app.fitting.result import FitResult
    from gmm_app.mixture.mixture import Mixture

Histories = list[NDArray[np.float64]]


class Views(QObject):
    """The panels and plots of a window, and what they show together.

    Attributes
    ----------
    notice, left, status, data, model, plot, convergence : those that others speak to.
    centre : the widget between the docks.
    docks : where the panels stand.
    """

    def __init__(
        self, window: QMainWindow, editors: OptionEditors, worker: ViewWorker, welcome: QWidget
    ) -> None:
        super().__init__(window)
        self._mixture: Mixture | None = None
        self._known_as: tuple[str, ...] = ()
        self._window = window
        self.notice = NoticeBar()
        self.left = LeftWork()
        self.status = StatusLine()
        self.data = DataPanel(worker)
        self.plot = MixturePlot(worker)
        self._table = ComponentTable()
        self._detail = ComponentDetail()
        self._summary = SummaryPanel()
        self.convergence = ConvergencePlot()
        self._welcome = welcome
        self.model = ModelPanel(editors)
        self._lay_out(window)
        self._table.componentSelected.connect(self._on_component_selected)
        self.plot.componentPicked.connect(self._table.select)

    def _lay_out(self, window: QMainWindow) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self._welcome)
        self._pages.addWidget(self.plot)
        self.centre = _column(self.notice, self.left, card(self._pages))
        window.setCentralWidget(self.centre)
        window.setStatusBar(self.status)
        self._data_dock = CardDock("data", "Data", self.data)
        self._components_dock = CardDock("components", "Components", self._table)
        self._detail_dock = CardDock("detail", "Chosen component", self._detail)
        self.docks = DockLayout(
            window,
            self.centre,
            [self._data_dock, CardDock("model", "Model", self.model)],
            [self._components_dock, self._detail_dock, CardDock("fit", "Fit", self._summary)],
            PlainDock("convergence", "Convergence", self.convergence),
        )
        self.model.folded.connect(self.docks.arrange_soon)

    def show_source(self, document: Document) -> None:
        """Show what is open, or how to open something."""
        if document.table:
            self._pages.setCurrentWidget(self.plot)
            self.docks.bring_bottom_back()
        else:
            self._pages.setCurrentWidget(self._welcome)
            self.docks.put_bottom_away()
        rows = count(document.table.n_rows, "row") if document.table else ""
        self._data_dock.set_heading("Data", rows)
        self.show_choice(document)
        self._known_as = () if document.dataset is None else document.dataset.known_as
        self.plot.set_dataset(document.dataset)
        self.docks.arrange_soon()

    def show_choice(self, document: Document) -> None:
        """Show what of the data is chosen, as after a choice that could not be had."""
        self.data.show_data(document.table, document.dataset, document.choice)

    def show_result(self, result: FitResult | None) -> None:
        """Show a fit that has ended, or that there is none for these data and columns."""
        if result is None:
            self._show_mixture(None, 0)
            self._summary.clear()
            self.convergence.clear()
            return
        self._show_mixture(result.mixture, result.total_weight)
        self._summary.show_result(result)
        self.convergence.show_fit(result)

    def show_running_mixture(self, progress: FitProgress) -> None:
        """Show the mixture of the newest snapshot of a running fit."""
        self._show_mixture(progress.mixture, progress.total_weight)

    def show_course(self, progress: FitProgress, histories: Histories, *, paused: bool) -> None:
        """Show how far a running fit has come."""
        self._summary.show_progress(progress, paused=paused)
        best = progress.best_log_likelihood
        self.convergence.show_histories(
            histories,
            progress.start,
            best if math.isfinite(best) else None,
            progress.total_weight,
            progress.n_starts,
        )

    def show_start(self) -> None:
        """A fit begins: what was found before gives way to it."""
        self.convergence.clear()

    def shown_state(self) -> dict[str, Any]:
        """What is shown and how it is laid out, as plain JSON values for a session."""
        shown = {name: view.shown_state() for name, view in self._with_state().items()}
        return {**shown, "layout": layout_state(self._window, self.docks)}

    def show_state(self, state: dict[str, Any]) -> None:
        """Show what a session showed; what makes no sense is passed over."""
        restore_layout(self._window, self.docks, view_state.part(state, "layout"))
        for name, view in self._with_state().items():
            view.show_state(view_state.part(state, name))

    def _with_state(self) -> dict[str, Any]:
        return {
            "plot": self.plot,
            "components": self._table,
            "convergence": self.convergence,
            "model": self.model,
        }

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in the theme's colours."""
        for view in (self.notice, self.data, self.plot, self._table, self._detail):
            view.set_theme(theme)
        self.convergence.set_theme(theme)

    def _show_mixture(self, mixture: Mixture | None, total_weight: float) -> None:
        before = 0 if self._mixture is None else self._mixture.n_components
        now = 0 if mixture is None else mixture.n_components
        self._mixture = mixture
        self._table.set_mixture(mixture, total_weight)
        if now != before:
            self._table.select(0 if now else None)
        self.plot.set_mixture(mixture, self._table.selected())
        self._show_detail()
        if now != before:
            self.docks.arrange_soon()

    def _show_detail(self) -> None:
        chosen = self._table.selected()
        self._detail.show_component(self._mixture, chosen)
        heading = "Component" if chosen is None else f"Component {chosen + 1}"
        named = self._known_as[chosen : chosen + 1] if chosen is not None else ()
        self._detail_dock.set_heading(heading, "".join(named))

    def _on_component_selected(self, component: int) -> None:
        self.plot.highlight(component if component >= 0 else None)
        self._show_detail()


def _column(*widgets: QWidget) -> QWidget:
    centre = QWidget()
    column = QVBoxLayout(centre)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACING)
    for widget in widgets:
        column.addWidget(widget)
    column.setStretchFactor(widgets[-1], 1)
    return centre
