"""Opening files in the worker thread: how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from gmm_app.session.background import Background
from gmm_app.ui.opening import Opener


def test_the_share_that_has_been_read_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "1.25,2\n3,4\n" * 500_000)
    background = Background()
    opener = Opener(background, QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    shares: list[float | None] = []
    opener.progressed.connect(lambda: shares.append(opener.share))
    try:
        with qtbot.waitSignal(opener.opened, timeout=30_000):
            opener.open_path(path)
            assert opener.share is None
    finally:
        assert background.shutdown()
    known = [share for share in shares if share is not None]
    assert len(known) == len(shares) > 1
    assert known == sorted(known)
    assert known[-1] <= 1.0
