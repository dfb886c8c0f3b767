"""What stands in the middle while nothing is open: the ways to begin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gmm_app.data.samples import SAMPLES
from gmm_app.ui.links import link_button
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.tokens import SPACING

_STEPS = (
    ("1", "Open data", "rows and columns of numbers"),
    ("2", "Press Fit", "and watch the components settle"),
    ("3", "Take the numbers away", "as a model, a table or a picture"),
)
_MOST_RECENT = 4
_WIDTH = 620


class WelcomePage(QScrollArea):
    """Open, samples, recent files, and three steps to a result.

    Signals
    -------
    pathChosen(str) : the person wants this file open.
    """

    pathChosen = Signal(str)

    def __init__(
        self, open_action: QAction, synthetic_action: QAction, recent: RecentFiles
    ) -> None:
        super().__init__()
        self.setObjectName("welcomePage")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._recent = recent
        self._recent_box = QVBoxLayout()
        self._recent_box.setSpacing(2)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(column)
        layout.setSpacing(SPACING)
        layout.addStretch(1)
        layout.addWidget(_title("What mixture is in your data?"))
        layout.addWidget(_dim("Drop a file anywhere on this window, or open one."))
        layout.addLayout(_open_row(open_action))
        layout.addSpacing(2 * SPACING)
        layout.addWidget(_strong("Samples"))
        layout.addLayout(self._sample_grid(synthetic_action))
        layout.addSpacing(SPACING)
        layout.addLayout(self._recent_box)
        layout.addSpacing(2 * SPACING)
        layout.addLayout(_step_row())
        layout.addStretch(2)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 2 * SPACING)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        self.setWidget(page)
        recent.changed.connect(self._show_recent)
        self._show_recent()

    def _sample_grid(self, synthetic_action: QAction) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACING)
        grid.setHorizontalSpacing(SPACING)
        grid.setColumnStretch(1, 1)
        for row, sample in enumerate(SAMPLES.values()):
            button = link_button(sample.title, f"Open {sample.title}: {sample.sentence}")
            button.setObjectName(f"sample_{sample.name}")
            path = str(sample.path)
            button.clicked.connect(lambda _checked=False, path=path: self.pathChosen.emit(path))
            grid.addWidget(button, row, 0)
            grid.addWidget(_dim(sample.sentence), row, 1)
        button = link_button("synthetic data…", synthetic_action.toolTip())
        button.clicked.connect(synthetic_action.trigger)
        grid.addWidget(button, len(SAMPLES), 0)
        grid.addWidget(_dim("Rows drawn from Gaussians that you describe."), len(SAMPLES), 1)
        return grid

    def _show_recent(self) -> None:
        while (item := self._recent_box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        paths = self._recent.paths()[:_MOST_RECENT]
        if paths:
            self._recent_box.addWidget(_strong("Recent files"))
        for path in paths:
            button = link_button(Path(path).name, path)
            button.clicked.connect(lambda _checked=False, path=path: self.pathChosen.emit(path))
            self._recent_box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _open_row(action: QAction) -> QHBoxLayout:
    button = QPushButton(action.text())
    button.setObjectName("welcomeOpen")
    button.setProperty("primary", True)
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    row = QHBoxLayout()
    row.addWidget(button)
    row.addWidget(_dim("CSV, Excel, Parquet, FCS and others"), 1)
    return row


def _step_row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * SPACING)
    for number, title, explained in _STEPS:
        step = QVBoxLayout()
        step.setSpacing(2)
        step.addWidget(_strong(f"{number}  {title}"))
        step.addWidget(_dim(explained))
        step.addStretch(1)
        row.addLayout(step, 1)
    return row


def _title(text: str) -> QLabel:
    label = _strong(text)
    font = label.font()
    font.setPointSizeF(1.5 * font.pointSizeF())
    label.setFont(font)
    return label


def _strong(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("strong", True)
    label.setWordWrap(True)
    return label


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("dim", True)
    label.setWordWrap(True)
    return label
