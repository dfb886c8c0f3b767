"""How the mixture is looked for: the options that have no place in the toolbar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QToolButton, QVBoxLayout, QWidget

from gmm_app.ui.option_editors import OptionEditors

_MORE, _FEWER = "More options", "Fewer options"
_MORE_HELP = "Options that seldom need another value."


class ModelPanel(QWidget):
    """A form made from those fields of FitOptions that are not primary.

    Options that are seldom changed are folded away, unless one of them has been.

    Signals
    -------
    folded(bool) : they were shown or folded away, so the panel needs another height.
    """

    folded = Signal(bool)

    def __init__(self, editors: OptionEditors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelPanel")
        self.setAccessibleName("Model")
        width = max(editors.labels[name].sizeHint().width() for name in editors.names("panel"))
        self._seldom = _form(editors, editors.names("seldom"), width)
        self._more = QToolButton()
        self._more.setObjectName("moreOptions")
        self._more.setProperty("quiet", True)
        self._more.setToolTip(_MORE_HELP)
        self._more.setCheckable(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._more.toggled.connect(self._on_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(_form(editors, editors.names("often"), width))
        column.addWidget(self._more)
        column.addWidget(self._seldom)
        self._on_toggled(False)
        self._more.setChecked(editors.has_changed(editors.names("seldom")))

    def shown_state(self) -> dict[str, Any]:
        """Whether the options that are seldom changed are shown, as plain JSON values."""
        return {"more": self._more.isChecked()}

    def show_state(self, state: dict[str, Any]) -> None:
        """Show them or not, as `state` says."""
        self._more.setChecked(state.get("more") is True)

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._seldom.setVisible(shown)
        self._more.setText(_FEWER if shown else _MORE)
        self.folded.emit(shown)


def _form(editors: OptionEditors, names: list[str], label_width: int) -> QWidget:
    widget = QWidget()
    form = QFormLayout(widget)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(6)
    form.setHorizontalSpacing(12)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for name in names:
        # One column of labels in both forms.
        editors.labels[name].setMinimumWidth(label_width)
        form.addRow(editors.labels[name], editors.editors[name])
    return widget
