"""Forms made from FitOptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gmm_app.fitting.options import FitOptions
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.ui.model_panel import ModelPanel
from gmm_app.ui.option_editors import (
    ChoiceEditor,
    OptionEditors,
    TextNumberEditor,
    WholeNumberEditor,
    YesNoEditor,
)
from tests.ui.finding import find

UNUSUAL = FitOptions(
    n_components=17,
    family="EEE",
    n_init=3,
    init="uniform",
    tol=2.5e-9,
    max_iter=12_345,
    reg_covar=0.0,
    accelerate=False,
    prefix=False,
    seed=2**63 - 1,
    n_threads=2,
    polite=True,
)


@pytest.fixture
def editors(qtbot: QtBot) -> Iterator[OptionEditors]:
    made = OptionEditors(FitOptions())
    host = QWidget()
    form = QFormLayout(host)
    for name, editor in made.editors.items():
        form.addRow(made.labels[name], editor)
    qtbot.addWidget(host)
    made.setParent(host)
    yield made


def _values(editors: OptionEditors) -> dict[str, object]:
    return {name: editor.value() for name, editor in editors.editors.items()}


def test_every_option_has_an_editor_with_a_name_and_a_tooltip(editors: OptionEditors) -> None:
    assert list(editors.editors) == [item.name for item in fields(FitOptions)]
    for editor in editors.editors.values():
        assert editor.accessibleName()
        assert editor.toolTip()


@pytest.mark.parametrize("options", [FitOptions(), UNUSUAL])
def test_options_come_back_as_they_were_shown(editors: OptionEditors, options: FitOptions) -> None:
    editors.show_options(options)
    assert FitOptions(**_values(editors)) == options  # type: ignore[arg-type]


def test_showing_options_reports_no_edit(editors: OptionEditors, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(editors.edited):
        editors.show_options(UNUSUAL)


def test_an_edit_changes_one_option_and_keeps_the_others(
    editors: OptionEditors, qtbot: QtBot
) -> None:
    editors.show_options(UNUSUAL)
    spin = editors.editors["n_components"]
    assert isinstance(spin, WholeNumberEditor)
    with qtbot.waitSignal(editors.edited) as edited:
        spin.setValue(4)
    wanted = {item.name: getattr(UNUSUAL, item.name) for item in fields(FitOptions)}
    assert edited.args == [FitOptions(**(wanted | {"n_components": 4}))]


def test_a_chosen_family_is_reported(editors: OptionEditors, qtbot: QtBot) -> None:
    combo = editors.editors["family"]
    assert isinstance(combo, ChoiceEditor)
    combo.show()
    with qtbot.waitSignal(editors.edited) as edited:
        qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert edited.args is not None
    assert edited.args[0].family == list(FAMILIES)[-2]


def test_a_tick_is_reported_and_says_what_it_is_for(editors: OptionEditors, qtbot: QtBot) -> None:
    tick = editors.editors["accelerate"]
    assert isinstance(tick, YesNoEditor)
    assert tick.isChecked() and tick.text() == "longer steps"
    with qtbot.waitSignal(editors.edited) as edited:
        qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert edited.args == [FitOptions(accelerate=False)]
    assert not tick.value()


def test_what_is_typed_counts_at_once(editors: OptionEditors, qtbot: QtBot) -> None:
    tol = editors.editors["tol"]
    assert isinstance(tol, TextNumberEditor)
    for typed in ("2e-5", "3e-5"):
        tol.clear()
        wanted = float(typed.split()[0])
        with qtbot.waitSignal(
            editors.edited, check_params_cb=lambda o, wanted=wanted: o.tol == wanted
        ):
            qtbot.keyClicks(tol, typed)
        assert tol.text() == typed
    tol.editingFinished.emit()
    assert tol.text() == "3e-5"


def test_numbers_are_shown_with_thousands_marks_and_units(editors: OptionEditors) -> None:
    editors.show_options(FitOptions(max_iter=25_000, seed=2_000_000))
    texts = {name: editor.text() for name, editor in editors.editors.items() if name != "family"
             and isinstance(editor, TextNumberEditor)}  # fmt: skip
    assert texts["max_iter"] == "25,000 iterations"
    assert texts["reg_covar"] == "1e-9 \N{MULTIPLICATION SIGN} variance"
    assert texts["seed"] == "2000000"


def test_what_is_no_number_is_marked_and_gives_way(editors: OptionEditors, qtbot: QtBot) -> None:
    tol = editors.editors["tol"]
    assert isinstance(tol, TextNumberEditor)
    for nonsense in ("many", "-1", "2", "nan"):
        with qtbot.assertNotEmitted(editors.edited):
            tol.selectAll()
            qtbot.keyClicks(tol, nonsense)
        assert tol.property("wrong")
        tol.editingFinished.emit()
        assert not tol.property("wrong")
        assert tol.text() == "1e-7"
        assert tol.value() == 1e-7


def test_a_seed_may_be_left_open(editors: OptionEditors, qtbot: QtBot) -> None:
    seed = editors.editors["seed"]
    assert isinstance(seed, TextNumberEditor)
    assert seed.placeholderText() == "random"
    qtbot.keyClicks(seed, "42")
    assert seed.value() == 42
    seed.clear()
    seed.textEdited.emit("")
    assert seed.value() is None


def test_disabled_editors_say_why(editors: OptionEditors) -> None:
    editors.set_disabled_reason("A fit is running.")
    for name, editor in editors.editors.items():
        assert not editor.isEnabled()
        assert "A fit is running." in editor.toolTip()
        assert editors.labels[name].text()
    editors.set_disabled_reason("")
    assert all(editor.isEnabled() for editor in editors.editors.values())
    assert all("A fit" not in editor.toolTip() for editor in editors.editors.values())


def test_the_model_panel_has_what_the_toolbar_has_not(editors: OptionEditors, qtbot: QtBot) -> None:
    panel = ModelPanel(editors)
    qtbot.addWidget(panel)
    inside = {w.objectName() for w in panel.findChildren(QWidget)}
    for name in editors.names("panel"):
        assert f"{name}Editor" in inside
    for name in editors.names("toolbar"):
        assert f"{name}Editor" not in inside


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_options_that_are_seldom_changed_are_folded_away(
    editors: OptionEditors, qtbot: QtBot
) -> None:
    panel = ModelPanel(editors)
    qtbot.addWidget(panel)
    panel.show()
    tol, prior = editors.editors["tol"], editors.editors["prior"]
    more = find(panel, QToolButton, "moreOptions")
    assert isinstance(more, QToolButton)
    assert tol.isVisible() and not prior.isVisible()
    more.click()
    assert prior.isVisible() and more.text() == "Fewer options"
    more.click()
    assert not prior.isVisible()
    changed = OptionEditors(FitOptions(prior=True))
    other = ModelPanel(changed)
    qtbot.addWidget(other)
    other.show()
    assert changed.editors["prior"].isVisible()
