"""The scatter plot: rows of data as density or points, and the mixture's components over them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel, QVBoxLayout, QWidget

from gmm_app.inspection.density_image import DensityImage, density_image
from gmm_app.inspection.histograms import Histogram, histogram, suitable_cells
from gmm_app.inspection.ranges import axis_range, cells_between
from gmm_app.session.view_worker import Job, ViewWorker
from gmm_app.ui import plot_caption, view_state
from gmm_app.ui.column_chooser import DENSITY, POINTS, ColumnChooser
from gmm_app.ui.drawn_rows import Drawn, columns_to_draw
from gmm_app.ui.fonts import paper_font
from gmm_app.ui.mixture_items import MixtureItem, PointsItem
from gmm_app.ui.mixture_shapes import curves, ellipses
from gmm_app.ui.plot_style import PlotArea, density_colours, with_alpha
from gmm_app.ui.tokens import LIGHT, SPACING, Theme

if TYPE_CHECKING:
    from gmm_app.data.dataset import Dataset
    from gmm_app.mixture.mixture import Mixture

Range = tuple[float, float]

SIGMAS = (1.0, 2.0)

_DENSITY_FROM_ROWS = 5_000
_DEBOUNCE_MS = 80
_CELL_PIXELS = 4.5
_HEADROOM = 1.2


class MixturePlot(QWidget):
    """Two columns of the data against each other, or the one there is as a histogram.

    Density images and histograms are computed for the visible range by the worker, a little
    after the view has come to rest. Without a worker they are computed in place.

    Attributes
    ----------
    chooser : the choices above the plot.
    area : the plot itself.
    caption : the sentence under it.
    theme : the theme it is drawn in.

    Signals
    -------
    componentPicked(int) : the badge of that component (from 0) was clicked.
    """

    componentPicked = Signal(int)

    def __init__(self, worker: ViewWorker | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mixturePlot")
        self.setAccessibleName("scatter plot with the mixture's components")
        self._dataset: Dataset | None = None
        self._mixture: Mixture | None = None
        self._drawn: Drawn | None = None
        self._counted: object = None
        self._rows_in_view = 0
        self._show_choice: str | None = None
        self._ranges: dict[tuple[str, str], tuple[Range, Range]] = {}
        self._channel = worker.channel() if worker else None
        if self._channel:
            self._channel.ready.connect(self._on_counted)
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._on_view_at_rest)
        self._build()
        self.set_theme(LIGHT)
        self._redraw()

    def _build(self) -> None:
        self.chooser = ColumnChooser()
        self.area = PlotArea()
        self.caption = QLabel(wordWrap=True)
        self.caption.setProperty("dim", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.chooser)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.caption)
        self._image = pg.ImageItem(axisOrder="row-major")
        # Scaling the image anew under each frame of moving ellipses takes longer than all else.
        self._image.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._bars = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0.0, pen=None)
        self._points = PointsItem(LIGHT)
        self._components = MixtureItem(LIGHT)
        for item in (self._image, self._bars, self._points, self._components):
            self.area.addItem(item, ignoreBounds=True)
            item.setVisible(False)
        self.chooser.columnsChanged.connect(self._on_columns_changed)
        self.chooser.showChosen.connect(self._on_show_chosen)
        self.area.resetWanted.connect(self.reset_view)
        self.area.clicked.connect(self._on_clicked)
        self.area.view.sigRangeChanged.connect(self._on_range_changed)
        self.area.view.sigResized.connect(self._on_resized)

    # --- what is shown -------------------------------------------------------------------------

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Show these rows, and no mixture yet. Ranges are kept for another choice of columns."""
        old = self._dataset
        if old is None or dataset is None or _origin(old) != _origin(dataset):
            self._ranges.clear()
        self._dataset = dataset
        self._mixture = None
        self.chooser.set_columns(dataset.columns if dataset else ())
        self._redraw()

    def set_mixture(self, mixture: Mixture | None, highlighted: int | None = None) -> None:
        """Draw a mixture of the data set's columns over its rows; the view does not move."""
        had_one = self._mixture is not None
        n_before = self._components.n_components
        self._mixture = mixture
        self._components.highlight(highlighted)
        self._draw_mixture()
        if had_one != (mixture is not None) or n_before != self._components.n_components:
            self._write_caption()

    def highlight(self, component: int | None) -> None:
        """Draw one component (from 0) stronger than the others."""
        self._components.highlight(component)

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in the theme's colours."""
        self.theme = theme
        self.area.set_theme(theme)
        self._image.setLookupTable(density_colours(theme))
        self._bars.setBrush(with_alpha(theme.quiet, 0.35))
        self._points.set_theme(theme)
        self._components.set_theme(theme)

    @Slot()
    def reset_view(self) -> None:
        """Show the range that suits the data again."""
        if self._drawn is not None:
            self._show_whole_range()

    @property
    def sentence(self) -> str:
        """What is drawn."""
        return self.caption.text()

    def twin(self, theme: Theme, width: int, height: int) -> MixturePlot:
        """The same picture in a widget that is never shown, its area of another size, for paper."""
        plot = MixturePlot()
        plot._image.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        plot.set_theme(theme)
        plot.area.set_font(paper_font())
        plot.set_dataset(self._dataset)
        plot.chooser.set_positions(*self.chooser.positions)
        plot._show_choice, plot._ranges = self._show_choice, dict(self._ranges)
        plot._redraw()
        plot.set_mixture(self._mixture, self._components.highlighted)
        plot.area.lay_out(width, height)
        if self._counted is None:
            plot.draw_now()
        else:
            plot._on_counted(self._counted)
        return plot

    def draw_now(self) -> None:
        """Compute in place what would come a moment later."""
        self._debounce.stop()
        job = self._counting_job()
        if job is not None:
            self._on_counted(job())

    def shown_state(self) -> dict[str, Any]:
        """Axes, ranges and the way that rows are drawn, as plain JSON values."""
        ranges = view_state.ranges_as_plain(self._ranges)
        return {"columns": [*self.chooser.columns()], "show": self._show_choice, "ranges": ranges}

    def show_state(self, state: dict[str, Any]) -> None:
        """Show what `state` says, as far as it makes sense for these data."""
        self._show_choice = view_state.one_of((DENSITY, POINTS), state, "show")
        self._ranges.update(view_state.ranges_of(state))
        self.chooser.choose(state.get("columns"))
        self._redraw()

    # --- drawing -------------------------------------------------------------------------------

    @property
    def _one_column(self) -> bool:
        return self._dataset is not None and self._dataset.n_features == 1

    def _redraw(self) -> None:
        """Everything anew: other rows, other columns or another way to show them."""
        if self._channel:
            self._channel.cancel()
        dataset = self._dataset
        for item in (self._image, self._bars, self._points):
            item.setVisible(False)
        self.area.show_ticks(dataset is not None)
        self._counted = None
        if dataset is None:
            self._drawn = None
            self.area.set_labels("", "")
            self.area.show_range((0.0, 1.0), (0.0, 1.0))
        else:
            self._drawn = columns_to_draw(dataset, *self.chooser.positions)
            self._label_axes(dataset)
            self._show_range()
            self._draw_rows()
        self._draw_mixture()
        self._write_caption()

    def _label_axes(self, dataset: Dataset) -> None:
        x, y = self._axis_names()
        self.area.set_labels(x, "share of rows per unit" if self._one_column else y)
        if not self._one_column:
            default = DENSITY if dataset.n_samples >= _DENSITY_FROM_ROWS else POINTS
            self.chooser.set_shown_as(self._show_choice or default)

    def _axis_names(self) -> tuple[str, str]:
        assert self._dataset is not None
        x, y = self.chooser.positions
        return self._dataset.columns[x], self._dataset.columns[y]

    def _show_range(self) -> None:
        """The range that these columns had, or the one that suits them."""
        kept = self._ranges.get(self._axis_names())
        if kept is None:
            self._show_whole_range()
        else:
            self.area.show_range(*kept)

    def _show_whole_range(self) -> None:
        assert self._drawn is not None
        x = axis_range(self._drawn.sample_x)
        y = self._height_range() if self._one_column else axis_range(self._drawn.sample_y)
        self.area.show_range(x, y)

    def _height_range(self) -> Range:
        """Room for the tallest bar of the sample."""
        assert self._drawn is not None
        values = self._drawn.sample_x
        cells = cells_between(*axis_range(values), suitable_cells(values), self._drawn.lattices[0])
        return 0.0, _HEADROOM * float(histogram(values, cells).density.max())

    def _draw_rows(self) -> None:
        assert self._drawn is not None
        if not self._one_column and self.chooser.look_choice.currentText() == POINTS:
            self._points.set_points(self._drawn.sample_x, self._drawn.sample_y)
            self._points.setVisible(True)
            self._count_points()
        else:
            self._debounce.start(0)
            self._rows_in_view = self._drawn.x.size

    def _draw_mixture(self) -> None:
        mixture, dataset = self._mixture, self._dataset
        if mixture is None or dataset is None or mixture.n_features != dataset.n_features:
            self._components.setVisible(False)
            self._components.set_shapes(None)
            return
        if self._one_column:
            shapes = curves(mixture, self.area.view.viewRange()[0])
        else:
            shapes = ellipses(mixture, self.chooser.positions, SIGMAS)
        self._components.set_shapes(shapes)
        self._components.setVisible(True)

    # --- counting rows -------------------------------------------------------------------------

    def _counting_job(self) -> Job | None:
        """What must be computed for the visible range, or None if nothing must."""
        if self._drawn is None or self._points.isVisible():
            return None
        (x_low, x_high), (y_low, y_high) = self.area.view.viewRange()
        x_lattice, y_lattice = self._drawn.lattices
        if self._one_column:
            whole = axis_range(self._drawn.sample_x)
            share = (x_high - x_low) / (whole[1] - whole[0])
            n_wanted = max(8, min(150, round(share * suitable_cells(self._drawn.sample_x))))
            cells = cells_between(x_low, x_high, n_wanted, x_lattice)
            return partial(histogram, self._drawn.x, cells)
        size = self.area.view.size()
        n_x, n_y = (max(8, round(pixels / _CELL_PIXELS)) for pixels in size.toTuple())
        x_cells = cells_between(x_low, x_high, n_x, x_lattice)
        y_cells = cells_between(y_low, y_high, n_y, y_lattice)
        return partial(density_image, self._drawn.x, self._drawn.y, x_cells, y_cells)

    @Slot()
    def _on_view_at_rest(self) -> None:
        if not self.isVisible():
            return  # showEvent asks again
        if self._channel is None:
            self.draw_now()
        elif (job := self._counting_job()) is not None:
            self._channel.request(job)

    @Slot(object)
    def _on_counted(self, counted: object) -> None:
        self._counted = counted
        if isinstance(counted, DensityImage):
            self._show_density(counted)
        elif isinstance(counted, Histogram):
            self._bars.setData(counted.cells.edges, counted.density)
            self._bars.setVisible(True)
            self._rows_in_view = counted.n_counted
        self._write_caption()

    def _show_density(self, picture: DensityImage) -> None:
        x, y = picture.x_cells, picture.y_cells
        self._image.setImage(picture.levels, autoLevels=False, levels=(0, 255))
        self._image.setRect(QRectF(x.low, y.low, x.high - x.low, y.high - y.low))
        self._image.setVisible(True)
        self._rows_in_view = picture.n_inside

    def _count_points(self) -> None:
        assert self._drawn is not None
        (x_low, x_high), (y_low, y_high) = self.area.view.viewRange()
        x, y = self._drawn.sample_x, self._drawn.sample_y
        inside = (x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high)
        self._rows_in_view = int(inside.sum())

    def _write_caption(self) -> None:
        dataset = self._dataset
        if dataset is None or self._drawn is None:
            self.caption.setText("")
            return
        n_components, n_rows = self._components.n_components, self._drawn.x.size
        bent_by = self._bent_by()
        if self._one_column:
            text = plot_caption.of_histogram(self._rows_in_view, n_rows, n_components, bent_by)
        elif self._points.isVisible():
            n_drawn = self._drawn.sample_x.size
            text = plot_caption.of_points(self._rows_in_view, n_drawn, n_rows)
            text += plot_caption.of_ellipses(SIGMAS, n_components, bent_by)
        else:
            text = plot_caption.of_density(self._rows_in_view, n_rows)
            text += plot_caption.of_ellipses(SIGMAS, n_components, bent_by)
        self.caption.setText(text + plot_caption.of_gaps(dataset.n_samples - n_rows))

    def _bent_by(self) -> list[str]:
        """The units of the mixture's numbers on the axes, where they are not the columns' own."""
        if self._mixture is None:
            return []
        chosen = dict.fromkeys(self.chooser.positions)
        named = ((self._mixture.units[j], self._mixture.columns[j]) for j in chosen)
        return [unit for unit, column in named if unit != column]

    # --- what the person does ------------------------------------------------------------------

    @Slot()
    def _on_columns_changed(self) -> None:
        self._redraw()

    @Slot(str)
    def _on_show_chosen(self, shown: str) -> None:
        self._show_choice = shown
        self._redraw()

    @Slot(QPointF)
    def _on_clicked(self, position: QPointF) -> None:
        component = self._components.component_at(position)
        if component is not None:
            self.componentPicked.emit(component)

    @Slot()
    def _on_range_changed(self) -> None:
        if self._drawn is None:
            return
        x_range, y_range = self.area.view.viewRange()
        self._ranges[self._axis_names()] = (tuple(x_range), tuple(y_range))
        if self._one_column:
            self._draw_mixture()
        if self._points.isVisible():
            self._count_points()
            self._write_caption()
        else:
            self._debounce.start(_DEBOUNCE_MS)

    @Slot()
    def _on_resized(self) -> None:
        if self._drawn is not None and not self._points.isVisible():
            self._debounce.start(_DEBOUNCE_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._debounce.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        self._debounce.stop()
        super().hideEvent(event)


def _origin(dataset: Dataset) -> tuple[str, int]:
    return dataset.source, dataset.n_rows_read
