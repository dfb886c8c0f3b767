"""The worker thread: order, errors, shutdown."""

import threading

import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot

from gmm_app.errors import DataError
from gmm_app.session.background import Background


class Receiver(QObject):
    """Collects outcomes, and the thread in which each arrived."""

    arrived = Signal()

    def __init__(self):
        super().__init__()
        self.outcomes = []
        self.threads = set()

    @Slot(object)
    def on_done(self, outcome):
        self._note(outcome)

    @Slot(str)
    def on_failed(self, message):
        self._note(message)

    def _note(self, outcome):
        self.outcomes.append(outcome)
        self.threads.add(QThread.currentThread())
        self.arrived.emit()


@pytest.fixture
def background(qapp):
    worker = Background()
    yield worker
    assert worker.shutdown()


def submit(background, receiver, job):
    background.submit(job, on_done=receiver.on_done, on_failed=receiver.on_failed)


def test_jobs_run_in_order_in_one_thread_and_report_in_the_callers(qtbot, background):
    receiver, ran_in = Receiver(), []

    def job(number):
        ran_in.append(threading.get_ident())
        return number

    for number in range(5):
        submit(background, receiver, lambda number=number: job(number))
    qtbot.waitUntil(lambda: len(receiver.outcomes) == 5)
    assert receiver.outcomes == [0, 1, 2, 3, 4]
    assert len(set(ran_in)) == 1 and threading.get_ident() not in ran_in
    assert receiver.threads == {QThread.currentThread()}
    qtbot.waitUntil(lambda: background.n_jobs == 0)


def test_errors_arrive_as_one_sentence_and_the_thread_goes_on(qtbot, background, caplog):
    receiver = Receiver()

    def bad_input():
        raise DataError("The file is empty: choose another.")

    def bug():
        raise ZeroDivisionError("oops")

    for job in (bad_input, bug, lambda: "fine"):
        submit(background, receiver, job)
    qtbot.waitUntil(lambda: len(receiver.outcomes) == 3)
    assert receiver.outcomes[0] == "The file is empty: choose another."
    assert "should not have" in receiver.outcomes[1] and "oops" in receiver.outcomes[1]
    assert receiver.outcomes[2] == "fine"
    assert "unexpectedly" in caplog.text and "empty" not in caplog.text


def test_shutdown_drops_what_waits_and_reports_nothing_more(qtbot, qapp):
    background, receiver = Background(), Receiver()
    began = threading.Event()

    def until_closing():
        began.set()
        background.closing.wait(10)
        return "late"

    submit(background, receiver, until_closing)
    submit(background, receiver, lambda: "never")
    began.wait(10)
    assert background.shutdown()
    qapp.processEvents()
    assert receiver.outcomes == []
