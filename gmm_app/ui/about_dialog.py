"""What the program is, how to begin, and its keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

import gmm_app
from gmm_app.ui.tokens import SPACING

_TEXT = """
<h3>GMM Studio {version}</h3>
<p>Finds the mixture of Gaussian components that makes your rows most likely, and shows
how well it fits.</p>
<p><b>First steps</b></p>
<ol>
<li>Open a file of rows and columns, or a sample.</li>
<li>Choose how many components and which covariance, and press Fit.</li>
<li>Judge the fit: ellipses that lie on the rows, a curve that has become level, a low BIC.</li>
<li>Export the model, its components, or a label for each row; save the session to go on later.</li>
</ol>
<p><b>Keys</b></p>
<table cellspacing="4">
<tr><td>Ctrl+O</td><td>open a file</td><td>&nbsp;&nbsp;F5</td><td>fit</td></tr>
<tr><td>Ctrl+Shift+O</td><td>open with preview</td>
<td>&nbsp;&nbsp;Ctrl+S</td><td>save the session</td></tr>
<tr><td>Ctrl+Z</td><td>undo</td><td>&nbsp;&nbsp;Ctrl+Shift+Z</td><td>redo</td></tr>
<tr><td>Ctrl+C</td><td>copy the table</td>
<td>&nbsp;&nbsp;Ctrl+Shift+C</td><td>copy the plot</td></tr>
<tr><td>Space</td><td>pause, go on</td><td>&nbsp;&nbsp;.</td><td>a single iteration</td></tr>
<tr><td>Esc</td><td>stop, keep the best</td><td>&nbsp;&nbsp;Ctrl+E</td><td>export</td></tr>
<tr><td>F1</td><td>this page</td><td>&nbsp;&nbsp;Ctrl+Q</td><td>quit</td></tr>
</table>
"""

_WIDTH = 540


class AboutDialog(QDialog):
    """A page of words; it blocks nothing and closes with Esc."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About GMM Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(_TEXT.format(version=gmm_app.__version__))
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 2 * SPACING)
        layout.addWidget(text)
        layout.addWidget(buttons)
        self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH))
