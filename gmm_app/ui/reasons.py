"""What can be done now, and for each thing that cannot, why: one table for all controls."""

from __future__ import annotations

from typing import NamedTuple

from gmm_app.session.fit_controller import FitState

_FITTING = "Not while a fit is running: stop it first."
_READING = "Wait until the data are there, or stop that (Esc)."
_CHOOSING = "Wait until the columns are taken."
_WRITING = "Wait until the file is written, or stop writing (Esc)."
_NO_DATA = "Open data first."
_NO_FILE = "The data are from no file."
_NO_FIT = "No fit is running."
_NOTHING = "Nothing is running."
_NOTHING_DONE = "Nothing has been done that could be undone."
_NOTHING_UNDONE = "Nothing has been undone."
_NO_RESULT = "Fit first: there is no result yet."


class Situation(NamedTuple):
    """All that decides about what can be done.

    Attributes
    ----------
    state : of the fit.
    has_data, has_result : data are open, with a result for the columns that are chosen.
    from_file : the data are from a file.
    reading, choosing, writing : a file is being read, columns are being taken, a file is written.
    can_undo, can_redo : there is a step to take back, or one that was.
    """

    state: FitState
    has_data: bool
    has_result: bool
    from_file: bool
    reading: bool
    choosing: bool
    writing: bool
    can_undo: bool = False
    can_redo: bool = False

    @property
    def fitting(self) -> bool:
        return self.state is not FitState.IDLE

    @property
    def reason_to_keep_still(self) -> str:
        """Why data and options must stay as they are; "" if they need not."""
        return _FITTING if self.fitting else _READING if self.reading else ""

    @property
    def reason_not_to_open(self) -> str:
        """Why nothing else can be opened, nor written; "" if it can."""
        return self.reason_to_keep_still or (_WRITING if self.writing else "")


def reasons(situation: Situation) -> dict[str, str]:
    """By name of each action that depends on the situation: why it cannot be used, "" if it can."""
    running = situation.state in (FitState.RUNNING, FitState.PAUSED)
    no_data = "" if situation.has_data else _NO_DATA
    export = situation.reason_not_to_open
    fit = export or no_data or (_CHOOSING if situation.choosing else "")
    result = export or no_data or ("" if situation.has_result else _NO_RESULT)
    still = situation.reason_to_keep_still or (_CHOOSING if situation.choosing else "")
    return {
        "save": no_data,
        "saveAs": no_data,
        "undo": still or ("" if situation.can_undo else _NOTHING_DONE),
        "redo": still or ("" if situation.can_redo else _NOTHING_UNDONE),
        "open": export,
        "openWithPreview": export,
        "readAgain": export or no_data or ("" if situation.from_file else _NO_FILE),
        "synthetic": export,
        "fit": fit,
        "pause": "" if running else _NO_FIT,
        "step": _reason_not_to_step(situation, fit),
        "stop": _reason_not_to_stop(situation),
        "export": export or no_data,
        "exportModel": result,
        "exportReport": result,
        "exportParameters": result,
        "exportLabels": result,
        "exportPicture": export or no_data,
        "exportConvergence": result,
        "copyTable": no_data,
        "copySummary": no_data,
        "copyPlot": no_data,
    }


def _reason_not_to_step(situation: Situation, fit: str) -> str:
    if situation.state in (FitState.RUNNING, FitState.PAUSED):
        return ""
    return fit


def _reason_not_to_stop(situation: Situation) -> str:
    if situation.state is FitState.STOPPING:
        return "It is stopping."
    return "" if situation.fitting or situation.reading or situation.writing else _NOTHING
