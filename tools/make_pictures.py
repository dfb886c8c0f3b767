"""Draws the pictures of the README from the real window: `make pictures`.

The window opens the flow-cytometry sample and fits five components. It is drawn off screen and in
the bundled font, so that the pictures are the same on every machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Settings of the person who runs this must not show in the pictures.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="gmm-pictures-")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gmm_app.app import application, build_window
from gmm_app.data.samples import SAMPLES
from gmm_app.fitting.options import FitOptions
from gmm_app.ui.fonts import use_bundled_font
from gmm_app.ui.main_window import MainWindow

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZES = ((1440, 900), (1024, 700))
OPTIONS = FitOptions(n_components=5, seed=0)
_SETTLE_MS = 700


def wait_for(signal, action: Callable[[], object]) -> None:
    """Do something and run the event loop until the signal it leads to."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    action()
    loop.exec()


def settle() -> None:
    """Let density images and layouts come to rest."""
    wait_for_ms = QEventLoop()
    QTimer.singleShot(_SETTLE_MS, wait_for_ms.quit)
    wait_for_ms.exec()


def draw(window: MainWindow, theme: str, size: tuple[int, int]) -> None:
    """Save one picture of the window."""
    window.choose_theme(theme)
    window.resize(*size)
    settle()
    path = PICTURES / f"window-{theme}-{size[0]}x{size[1]}.png"
    window.grab().save(str(path))
    print(f"wrote {path.relative_to(Path.cwd())}")


def main() -> None:
    """Fit the sample in the real window and save all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    use_bundled_font(application())
    window = build_window([])
    window.resize(*SIZES[0])
    window.show()
    settle()
    window.choose_theme("light")
    window.grab().save(str(PICTURES / "welcome-light.png"))
    wait_for(window.dataOpened, lambda: window.open_path(SAMPLES["gvhd_control"].path))
    window.set_options(OPTIONS)
    wait_for(window.fitFinished, window.start_fit)
    for theme in ("light", "dark"):
        for size in SIZES:
            draw(window, theme, size)
    window.close()
    QApplication.processEvents()


if __name__ == "__main__":
    main()
