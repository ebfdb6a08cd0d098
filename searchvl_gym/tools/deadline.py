"""Time limits for tools: run a function in a helper thread and stop waiting when time is up.

Python cannot stop a thread, so a job that overruns is abandoned: its thread is a daemon, is never
reused, and ends by itself when the job does. It therefore blocks neither later calls nor the
interpreter's exit. Threads that finish in time are kept for the next call.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class DeadlineExceeded(Exception):
    """The job did not finish within its time limit."""


class DeadlineRunner:
    """Runs functions under a time limit. Safe to use from many threads at once.

    >>> DeadlineRunner().run(lambda: 1 + 1, seconds=5.0)
    2
    """

    def __init__(self) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def run(self, function: Callable[[], T], seconds: float) -> T:
        """Call `function` and return its result or raise what it raised.

        Args:
            function: Takes no arguments; called in another thread.
            seconds: How long to wait.

        Raises:
            DeadlineExceeded: When it took longer; the function may go on in the background.
        """
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = _Worker()
        worker.jobs.put(function)
        try:
            value, error = worker.results.get(timeout=seconds)
        except queue.Empty:
            worker.jobs.put(None)  # ends the thread once the job has returned
            raise DeadlineExceeded(f"not finished after {seconds:g} seconds") from None
        with self._lock:
            self._idle.append(worker)
        if error is not None:
            raise error
        return value  # type: ignore[no-any-return]


class _Worker:
    """A daemon thread and its two mailboxes."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self.results: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        threading.Thread(target=self._serve, name="searchvl-tool", daemon=True).start()

    def _serve(self) -> None:
        while (job := self.jobs.get()) is not None:
            try:
                outcome: tuple[Any, BaseException | None] = (job(), None)
            except BaseException as error:
                outcome = (None, error)
            self.results.put(outcome)
            del job, outcome
