"""Lets controls be used, or not, and say why not, as the situation has it."""

from __future__ import annotations

from gmm_app.session.fit_controller import FitState
from gmm_app.ui.actions import WindowActions
from gmm_app.ui.data_panel import DataPanel
from gmm_app.ui.focus_keeper import FocusKeeper
from gmm_app.ui.menus import Menus
from gmm_app.ui.option_editors import OptionEditors
from gmm_app.ui.reasons import Situation, reasons
from gmm_app.ui.toolbar import MainToolBar


class Availability:
    """All controls whose use depends on what the program is doing."""

    def __init__(
        self,
        actions: WindowActions,
        editors: OptionEditors,
        data: DataPanel,
        menus: Menus,
        toolbar: MainToolBar,
        focus: FocusKeeper,
    ) -> None:
        self._actions = actions
        self._editors = editors
        self._data = data
        self._menus = menus
        self._toolbar = toolbar
        self._focus = focus

    def show(self, situation: Situation) -> None:
        """Enable what can be used now; the rest is disabled and says why."""
        keep_still = situation.reason_to_keep_still
        if keep_still:
            self._focus.take()
        for name, reason in reasons(situation).items():
            self._actions.set_reason(name, reason)
        self._actions.show_paused(situation.state is FitState.PAUSED)
        self._editors.set_disabled_reason(keep_still)
        self._data.set_disabled_reason(keep_still)
        self._menus.set_opening_enabled(not situation.reason_not_to_open)
        self._toolbar.set_samples_reason(situation.reason_not_to_open)
        if not keep_still:
            self._focus.give_back()
