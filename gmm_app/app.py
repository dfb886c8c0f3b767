"""The composition root of the window: makes its parts, and knows all of them."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import platformdirs
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from gmm_app.logs import start_logging
from gmm_app.session.autosave import Autosaver
from gmm_app.session.background import Background
from gmm_app.session.document import Document
from gmm_app.session.fit_controller import FitController
from gmm_app.session.preparation import Preparation
from gmm_app.ui.fonts import ensure_font
from gmm_app.ui.main_window import MainWindow
from gmm_app.ui.qt_messages import log_qt_messages

if TYPE_CHECKING:
    from gmm_app.fitting.options import FitOptions

_ICON = Path(__file__).parent / "resources" / "gmm-studio.svg"
# Python hands its lock over after this many seconds: short, so that the window never waits long
# for a fit of few rows, which spends its time in Python.
_SWITCH_INTERVAL = 0.001
_PROGRAM_NAMES = {"main", "gmm-app", "gmm-app-window", "__main__"}


class Launch(NamedTuple):
    """What the window is started with.

    Attributes
    ----------
    path : a file to open, or None.
    fit : start the fit as soon as the file is open.
    options : for that fit, None for the defaults.
    """

    path: str | None = None
    fit: bool = False
    options: FitOptions | None = None


def application() -> QApplication:
    """The QApplication, made and dressed if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    log_qt_messages()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("gmm-studio")
    app.setApplicationDisplayName("GMM Studio")
    app.setDesktopFileName("gmm-studio")
    app.setWindowIcon(QIcon(str(_ICON)))
    ensure_font(app)
    return app


def build_window(argv: list[str]) -> MainWindow:
    """The whole window, not shown; the event loop is the caller's.

    Parameters
    ----------
    argv : a file to open, or nothing; a program name in front, as in sys.argv, is passed over.
    """
    files = argv[1:] if argv and Path(argv[0]).stem in _PROGRAM_NAMES else argv
    return _window(Launch(path=files[0] if files else None))


def run(launch: Launch) -> int:
    """Show the window; the exit code once it is closed."""
    # Without this, Ctrl+C in the terminal waits until the window next runs some Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    crash_report = start_logging()
    window = _window(launch)
    window.show()
    if crash_report:
        window.notice.show_info(
            f"The program ended unexpectedly last time. What it was doing is in {crash_report}."
        )
    return application().exec()


def _window(launch: Launch) -> MainWindow:
    application()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    background, writer = Background(), Background("write")
    try:
        return _joined(background, writer, launch)
    except BaseException:
        for worker in (background, writer):
            worker.shutdown()  # Qt ends the process where a running thread is destroyed
        raise


def _joined(background: Background, writer: Background, launch: Launch) -> MainWindow:
    config = Path(platformdirs.user_config_dir("gmm-studio")) / "window.ini"
    settings = QSettings(str(config), QSettings.Format.IniFormat)
    preparation = Preparation(background)
    controller = FitController(background, preparation)
    document = Document(background)
    autosaves = Path(platformdirs.user_state_dir("gmm-studio")) / "autosave"
    autosaver = Autosaver(autosaves, document, controller, writer)
    window = MainWindow(document, controller, background, autosaver, settings)
    window.closing.connect(preparation.shutdown)
    for part in (settings, background, writer, preparation, controller, document, autosaver):
        part.setParent(window)
    if launch.options is not None:
        document.set_options(launch.options)
    if launch.path is not None:
        if launch.fit:
            window.dataOpened.connect(window.start_fit, Qt.ConnectionType.SingleShotConnection)
        window.open_path(launch.path)
    autosaver.look()
    # Once the window has been painted: importing Numba takes its share of the interpreter.
    QTimer.singleShot(0, preparation, preparation.begin)
    return window
