"""Many small fits side by side, in processes of their own.

Fits to few rows take less time in the kernels than between them, where one thread at a time can
run. A process takes half a second and more to begin, and has its own copy of the rows.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import islice
from types import TracebackType
from typing import Any, Generic, TypeVar

import numpy as np

from gmm_app.engines.cancellation import CancelFlag
from gmm_app.errors import Cancelled, FitError, OptionError
from gmm_app.fitting.options import FitOptions

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_LOOK_SECONDS = 0.02
_MOST_JOBS = 1024
# Batches that wait for each process.
_AHEAD = 3

# What this process does with a task, where it is one of several.
_work: Callable[[Any], Any] | None = None


def check_jobs(n_jobs: int) -> None:
    """Refuse a number of processes that makes no sense.

    Raises
    ------
    OptionError
        It is no whole number from 1.
    """
    whole = isinstance(n_jobs, int | np.integer) and not isinstance(n_jobs, bool)
    if not whole or not 1 <= n_jobs <= _MOST_JOBS:
        raise OptionError(f"Jobs cannot be {n_jobs!r}: give a whole number from 1.")


def one_thread_each(options: FitOptions, n_jobs: int) -> FitOptions:
    """The options of a fit in one of so many processes: several share the cores among them."""
    return options if n_jobs == 1 else replace(options, n_threads=1)


class Workers(Generic[_Task, _Result]):
    """One process, this one, or several that each do some of the tasks.

    Use it in a `with` block. Results do not depend on how many processes there are.

    Parameters
    ----------
    begin : a function of a module, called as begin(*arguments, cancel) once in each process; gives
        the function of a task. Both must not raise, but for Cancelled in this process.
    arguments : what it needs, such as the rows.
    n_jobs : how many processes.
    cancel : a flag that another thread may set; tasks then come to an end, in all processes.
    """

    def __init__(
        self,
        begin: Callable[..., Callable[[_Task], _Result]],
        arguments: tuple[Any, ...],
        n_jobs: int,
        cancel: CancelFlag,
    ) -> None:
        self._cancel = cancel
        self._pool: ProcessPoolExecutor | None = None
        self._ahead = _AHEAD * n_jobs
        if n_jobs == 1:
            self._work = begin(*arguments, cancel)
            return
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._pool = ProcessPoolExecutor(n_jobs, context, _begin, (begin, arguments, self._stop))

    def __enter__(self) -> Workers[_Task, _Result]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._stop.set()
            self._pool.shutdown(cancel_futures=True)

    def map(self, tasks: Iterable[_Task], *, batch: int = 1) -> Iterator[_Result]:
        """What comes of each task, in their order.

        Parameters
        ----------
        tasks : as many as there are; no more of them are asked for than are soon done.
        batch : how many are handed over at a time; more where each is short.

        Raises
        ------
        Cancelled
            It was stopped while processes began.
        OptionError
            The processes cannot begin.
        FitError
            One has ended before its time.
        """
        if self._pool is None:
            yield from map(self._work, tasks)
            return
        begun = False
        batches = iter(_batches(tasks, batch))
        try:
            ahead = deque(self._pool.submit(_do, some) for some in islice(batches, self._ahead))
            while ahead:
                yield from self._result_of(ahead.popleft())
                begun = True
                ahead.extend(self._pool.submit(_do, some) for some in islice(batches, 1))
        except BrokenProcessPool as error:
            self._cancel.check()
            if begun:
                raise FitError("A process has ended before its time: use fewer jobs.") from error
            raise OptionError(
                "Other processes cannot be started: in a script, put what is not to run in them "
                "under `if __name__ == '__main__':`, or leave n_jobs at 1."
            ) from error

    def _result_of(self, future: Future[Any]) -> Any:
        while True:
            try:
                return future.result(timeout=_LOOK_SECONDS)
            except NotYet:
                if self._cancel.is_set:
                    self._stop.set()


def _begin(
    begin: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...], stop: Any
) -> None:
    global _work  # noqa: PLW0603  (a process of a pool has no other place for it)
    cancel = CancelFlag()
    threading.Thread(target=_set_after, args=(stop, cancel), daemon=True).start()
    # An error here would be told on the standard error, and it is none.
    with contextlib.suppress(Cancelled):
        _work = begin(*arguments, cancel)


def _set_after(stop: Any, cancel: CancelFlag) -> None:
    stop.wait()
    cancel.set()


def _batches(tasks: Iterable[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(tasks)
    while some := list(islice(waiting, size)):
        yield some


def _do(tasks: list[Any]) -> list[Any]:
    if _work is None:
        raise Cancelled
    return [_work(task) for task in tasks]
