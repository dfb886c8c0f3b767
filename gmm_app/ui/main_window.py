"""The window: joins what a person does to the document, the fit and the views."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow

from gmm_app.data.column_store import ColumnStores
from gmm_app.data.several_files import BETWEEN_PATHS
from gmm_app.session.autosave import Autosaver
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController
from gmm_app.session.opening import OpenedSource
from gmm_app.session.slots import Slot as AutosaveSlot
from gmm_app.session.view_worker import ViewWorker
from gmm_app.ui.about_dialog import AboutDialog
from gmm_app.ui.actions import WindowActions
from gmm_app.ui.availability import Availability
from gmm_app.ui.copying import Copying
from gmm_app.ui.exporting import Exporter
from gmm_app.ui.fitting import Fitting
from gmm_app.ui.focus_keeper import FocusKeeper
from gmm_app.ui.live_view import LiveView, means_text
from gmm_app.ui.menus import Menus
from gmm_app.ui.number_text import count
from gmm_app.ui.open_dialogs import OpenDialogs
from gmm_app.ui.opening import Opener
from gmm_app.ui.option_editors import OptionEditors
from gmm_app.ui.preferences_dialog import PreferencesDialog
from gmm_app.ui.reasons import Situation, reasons
from gmm_app.ui.recent_files import RecentFiles
from gmm_app.ui.session_files import SessionFiles
from gmm_app.ui.summary_panel import outcome
from gmm_app.ui.theme import ThemeKeeper
from gmm_app.ui.tokens import SPACING, Theme
from gmm_app.ui.toolbar import MainToolBar
from gmm_app.ui.undoing import Undoing
from gmm_app.ui.views import Views
from gmm_app.ui.welcome import WelcomePage
from gmm_app.ui.window_place import restore_place, save_place

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from gmm_app.data.import_options import ImportOptions
    from gmm_app.fitting.options import FitOptions
    from gmm_app.fitting.result import FitResult


class MainWindow(QMainWindow):
    """Everything a person sees. It computes nothing: it asks, shows, and says what cannot be done.

    Attributes
    ----------
    notice : where errors and news are said.
    current_result : the last FitResult for the data and columns that are shown, or None.

    Signals
    -------
    dataOpened() : other data are open.
    fitFinished() : a fit has ended with a result, also when it was stopped.
    fitFailed(str) : a fit has ended without a result, and why.
    closing() : the window closes, and its fit has been told to stop.
    """

    dataOpened = Signal()
    fitFinished = Signal()
    fitFailed = Signal(str)
    closing = Signal()

    def __init__(
        self,
        document: Document,
        controller: FitController,
        background: Background,
        autosaver: Autosaver,
        settings: QSettings,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.setContentsMargins(SPACING, 0, SPACING, 0)
        self._document = document
        self._controller = controller
        self._background = background
        self._autosaver = autosaver
        self._settings = settings
        self._themes = ThemeKeeper(settings, self)
        self._worker = ViewWorker(self)
        self._opener = Opener(background, settings, self)
        self._exporter = Exporter(self, background, settings, document)
        self._sessions = SessionFiles(self, document, controller, autosaver.writer, self._opener)
        self._recent = RecentFiles(settings, self)
        self._asking = OpenDialogs(self, settings, self._recent, self._worker, self._themes)
        self._build()
        self._connect_actions()
        self._connect_work()
        self._on_theme_changed(self._themes.theme)
        self._on_data_changed()
        self._on_result_changed()
        self._on_state_changed()
        restore_place(self, self._views.docks, settings)

    def _build(self) -> None:
        self._actions = WindowActions(self)
        self._editors = OptionEditors(self._document.options, self)
        self._menus = Menus(self, self._actions, self._recent)
        self._toolbar = MainToolBar(self._actions, self._editors, self._menus.samples, self)
        self.addToolBar(self._toolbar)
        welcome = WelcomePage(self._actions["open"], self._actions["synthetic"], self._recent)
        welcome.pathChosen.connect(self.open_path)
        self._views = Views(self, self._editors, self._worker, welcome)
        self.notice = self._views.notice
        self._sessions.view = self._autosaver.view = self._views.shown_state
        self._undoing = Undoing(self._document, self._actions, self._editors)
        self._live = LiveView(self._document, self._controller, self._views)
        self._fitting = Fitting(self._document, self._controller, self._views, self._reason_not_to)
        self._menus.add_view_menu(self._views.docks, self._themes)
        focus = FocusKeeper(
            self._views.centre, (self._toolbar, self._views.data, self._views.model)
        )
        Copying(self, self._actions).copied.connect(self._views.status.say)
        self._availability = Availability(
            self._actions, self._editors, self._views.data, self._menus, self._toolbar, focus
        )

    def _connect_actions(self) -> None:
        handlers = {
            "open": self._asking.ask_file,
            "openWithPreview": self._asking.ask_file_and_options,
            "readAgain": self._on_read_again,
            "synthetic": self._asking.ask_rows,
            "save": self._sessions.save,
            "saveAs": self._sessions.save_as,
            "undo": self._document.undo,
            "redo": self._document.redo,
            "fit": self.start_fit,
            "pause": self._fitting.pause_or_resume,
            "step": self._fitting.step,
            "stop": self.stop_fit,
            **self._exporter.by_action(self._views.plot, self._views.convergence),
            "quit": self.close,
            "resetLayout": self._views.docks.reset,
            "guide": lambda: AboutDialog(self).open(),
            "preferences": lambda: PreferencesDialog(ColumnStores(), self).open(),
        }
        for name, handler in handlers.items():
            # `triggered` would hand its checked state over to whoever takes an argument.
            self._actions[name].triggered.connect(lambda _=False, do=handler: do())
        self._themes.changed.connect(self._on_theme_changed)
        self._asking.fileChosen.connect(self.open_path)
        self._asking.rowsChosen.connect(self._opener.draw)
        self._editors.edited.connect(self._document.set_options)
        self._editors.refused.connect(self._views.status.say)
        self._menus.pathChosen.connect(self.open_path)
        self._views.data.chosen.connect(self._on_chosen)

    def _connect_work(self) -> None:
        self._document.choiceFailed.connect(self._on_choice_failed)
        self._document.choosingChanged.connect(self._on_state_changed)
        self._document.datasetChanged.connect(self._on_data_changed)
        self._document.optionsChanged.connect(self._on_options_changed)
        self._document.resultChanged.connect(self._on_result_changed)
        self._controller.stateChanged.connect(self._on_state_changed)
        self._fitting.finished.connect(self.fitFinished)
        self._fitting.failed.connect(self.fitFailed)
        self._document.historyChanged.connect(self._on_state_changed)
        self._sessions.saved.connect(self._on_saved)
        self._sessions.failed.connect(self.notice.show_error)
        self._sessions.given_up.connect(self._views.status.say)
        self._autosaver.failed.connect(self.notice.show_info)
        self._autosaver.found.connect(self._views.left.show_left)
        self._views.left.wanted.connect(self._on_bring_back)
        self._opener.changed.connect(self._on_state_changed)
        self._opener.progressed.connect(self._show_work)
        self._opener.opened.connect(self._on_opened)
        self._opener.failed.connect(self._on_open_failed)
        self._exporter.changed.connect(self._on_state_changed)
        self._exporter.written.connect(self._on_written)
        self._exporter.progressed.connect(self._show_work)
        self._exporter.failed.connect(self._on_export_failed)

    # --- what scripts and tests use ------------------------------------------------------------

    @property
    def current_result(self) -> FitResult | None:
        return self._document.result

    def open_path(self, path: str | Path, options: ImportOptions | None = None) -> None:
        """Read a file in the background; `dataOpened` follows, or a notice says why not.

        Without `options` data are read as they were last, or as the file shows itself.
        """
        reason = self._reason_not_to("open")
        if reason:
            self.notice.show_error(reason)
        else:
            self._opener.open_path(path, options)

    def start_fit(self) -> None:
        """Begin a fit with the options that are shown; what prevents it is said in a notice."""
        self._fitting.start()

    def stop_fit(self) -> None:
        """End the fit and keep its best, or give up what is being read or written."""
        self._opener.cancel()
        self._exporter.cancel()
        self._controller.stop()

    def set_options(self, options: FitOptions) -> None:
        """Use these options for the next fit, and show them."""
        self._document.set_options(options)

    def choose_theme(self, choice: str) -> None:
        """Show "light" or "dark", or follow the "system"; remembered."""
        self._themes.choose(choice)

    def is_busy(self) -> bool:
        """Whether it fits, reads or writes."""
        work = self._opener.work or self._exporter.work
        return bool(work) or self._controller.is_busy or self._document.is_choosing

    # --- opening -------------------------------------------------------------------------------

    def _on_read_again(self) -> None:
        origin = self._document.origin
        if origin is not None:
            self._asking.ask_options(origin.path, origin.options)

    @Slot(object)
    def _on_opened(self, source: OpenedSource) -> None:
        if self._opener.path:
            self._recent.add(self._opener.path)
        self._autosaver.leave(self._opener.slot)
        self._views.left.forget(self._opener.slot)
        self._document.set_source(source)
        if source.work is None:
            n_components = count(self._document.options.n_components, "component")
            self._views.status.say(f"opened; press Fit (F5) to look for {n_components}")
        else:
            self._views.show_state(source.work.view)
            self._views.status.say("session opened")
        self.dataOpened.emit()

    @Slot(object)
    def _on_bring_back(self, slot: AutosaveSlot) -> None:
        reason = self._reason_not_to("open")
        if reason:
            self.notice.show_error(reason)
        else:
            self._opener.bring_back(slot)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self.notice.dismiss()
        self._recent.add(path)
        self._views.status.say(f"saved to {path}")

    @Slot(str)
    def _on_open_failed(self, sentence: str) -> None:
        if not sentence:
            self._views.status.say("reading was stopped; what was open is still here")
            return
        self.notice.show_error(sentence, self._asking.remedy(self._opener.path))
        if not os.path.exists(self._opener.path):  # unlike Path.exists, whatever the name
            self._recent.remove(self._opener.path)

    @Slot(dict)
    def _on_chosen(self, changes: dict[str, object]) -> None:
        self.notice.dismiss()
        if self.current_result is not None:
            self._views.status.say("other data; go back to the former ones to see their fit again")
        self._document.choose(**changes)

    @Slot(str)
    def _on_choice_failed(self, sentence: str) -> None:
        self.notice.show_error(sentence)
        self._views.show_choice(self._document)

    # --- exporting -----------------------------------------------------------------------------

    @Slot(str)
    def _on_written(self, path: str) -> None:
        self.notice.dismiss()
        self._views.status.say(f"written to {path}")

    @Slot(str)
    def _on_export_failed(self, sentence: str) -> None:
        if sentence:
            self.notice.show_error(sentence)
        self._views.status.say("nothing was written" if sentence else "writing was stopped")

    # --- keeping the views true ----------------------------------------------------------------

    @Slot()
    def _on_data_changed(self) -> None:
        self.notice.dismiss()
        self._views.show_source(self._document)
        self._show_means()
        self._on_state_changed()
        if self.current_result is not None:
            self._views.status.say(outcome(self.current_result))

    @Slot()
    def _on_options_changed(self) -> None:
        self._editors.show_options(self._document.options)
        self._show_means()

    @Slot()
    def _on_result_changed(self) -> None:
        self._views.show_result(self.current_result)
        self._on_state_changed()

    @Slot()
    def _on_state_changed(self) -> None:
        """What can be done now has changed, and so has what the program is doing."""
        self._availability.show(self._situation())
        self._show_work()
        self._live.follow()

    @Slot()
    def _show_work(self) -> None:
        if self._opener.work:
            self._views.status.show_work(self._opener.work, self._opener.share)
        elif self._exporter.work:
            self._views.status.show_work(self._exporter.work, self._exporter.share)
        elif not self._controller.is_busy:
            self._views.status.rest()

    def _reason_not_to(self, act: str) -> str:
        return reasons(self._situation()).get(act, "")

    def _situation(self) -> Situation:
        return Situation(
            state=self._controller.state,
            has_data=self._document.dataset is not None,
            has_result=self._document.result is not None,
            from_file=self._document.origin is not None,
            reading=bool(self._opener.work),
            choosing=self._document.is_choosing,
            writing=bool(self._exporter.work),
            can_undo=bool(self._document.history.done),
            can_redo=bool(self._document.history.undone),
        )

    def _show_means(self) -> None:
        dataset = self._document.dataset
        n_bytes = 0 if dataset is None else dataset.X.nbytes
        self._views.status.show_means(means_text(self._document.options, n_bytes))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        self._actions.set_theme(theme)
        self._views.set_theme(theme)

    # --- the window itself ---------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Blank and full stop come here only when whoever has the focus had no use for them.
        keys = {Qt.Key.Key_Space: "pause", Qt.Key.Key_Period: "step"}
        name = keys.get(Qt.Key(event.key()))
        if name and not event.modifiers() and self._actions[name].isEnabled():
            self._actions[name].trigger()
            event.accept()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open_path(BETWEEN_PATHS.join(u.toLocalFile() for u in event.mimeData().urls()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._views.docks.arrange_soon()
        if self.focusWidget() is None:
            self._views.centre.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._views.docks.arrange_soon()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop everything, remember the layout, and wait for the threads out of sight."""
        self._live.stop()
        self._autosaver.stop()
        self.stop_fit()
        self.closing.emit()
        self._views.docks.stop()
        save_place(self, self._views.docks, self._settings)
        super().closeEvent(event)
        self.hide()
        self._autosaver.leave()
        self._views.left.release()
        # Qt ends the process where a running thread is destroyed, so even a job that is slow to
        # notice is waited for.
        writer = self._autosaver.writer
        while not (
            self._background.shutdown() and self._worker.shutdown() and writer.shutdown(finish=True)
        ):
            _log.info("still waiting for what was being done when the window was closed")
