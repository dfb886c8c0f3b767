"""The thread that computes for views."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from gmm_app.errors import DataError
from gmm_app.session.view_worker import ViewWorker


@pytest.fixture
def worker(qapp: object) -> Iterator[ViewWorker]:
    made = ViewWorker()
    yield made
    assert made.shutdown()


def test_a_job_runs_in_the_thread_named_view_and_answers_in_this_one(
    worker: ViewWorker, qtbot: QtBot
) -> None:
    here = QThread.currentThread()
    channel = worker.channel()
    answered_in: list[QThread] = []
    channel.ready.connect(lambda _: answered_in.append(QThread.currentThread()))
    with qtbot.waitSignal(channel.ready) as answer:
        channel.request(lambda: QThread.currentThread().objectName())
    assert answer.args == ["view"]
    assert answered_in == [here]


def test_only_the_latest_request_of_a_channel_is_answered(worker: ViewWorker, qtbot: QtBot) -> None:
    channel = worker.channel()
    go = threading.Event()
    ran: list[int] = []
    answers: list[object] = []
    channel.ready.connect(answers.append)

    def job(i: int) -> int:
        go.wait(5.0)
        ran.append(i)
        return i

    with qtbot.waitSignal(channel.ready):
        for i in range(10):
            channel.request(partial(job, i))
        go.set()
    assert answers == [9]
    assert ran[-1] == 9
    assert len(ran) <= 2


def test_channels_do_not_displace_each_other(worker: ViewWorker, qtbot: QtBot) -> None:
    first, second = worker.channel(), worker.channel()
    with qtbot.waitSignals([first.ready, second.ready]):
        first.request(lambda: 1)
        second.request(lambda: 2)


def test_a_cancelled_request_is_not_answered(worker: ViewWorker, qtbot: QtBot) -> None:
    cancelled, other = worker.channel(), worker.channel()
    answers: list[object] = []
    cancelled.ready.connect(answers.append)
    with qtbot.waitSignal(other.ready):
        cancelled.request(lambda: 1)
        cancelled.cancel()
        other.request(lambda: 2)
    assert answers == []


def test_a_failure_is_one_sentence_and_the_thread_goes_on(worker: ViewWorker, qtbot: QtBot) -> None:
    channel = worker.channel()

    def fail() -> None:
        raise DataError("There is nothing to draw: open a file.")

    with qtbot.waitSignal(channel.failed) as failure:
        channel.request(fail)
    assert failure.args == ["There is nothing to draw: open a file."]
    with qtbot.waitSignal(channel.ready) as answer:
        channel.request(lambda: 3)
    assert answer.args == [3]


def test_nothing_starts_before_the_first_request_or_after_the_shutdown(qapp: object) -> None:
    worker = ViewWorker()
    assert worker.findChildren(QThread) == []
    assert worker.shutdown()
    worker.channel().request(lambda: 1)
    assert worker.findChildren(QThread) == []
