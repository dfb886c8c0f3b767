"""How the mixture is looked for: the options that have no place in the toolbar."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QWidget

from gmm_app.ui.option_editors import OptionEditors


class ModelPanel(QWidget):
    """A form made from those fields of FitOptions that are not primary."""

    def __init__(self, editors: OptionEditors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelPanel")
        self.setAccessibleName("Model")
        form = QFormLayout(self)
        form.setContentsMargins(0, 4, 0, 0)
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name in editors.names(primary=False):
            form.addRow(editors.labels[name], editors.editors[name])
