"""Answering from a cassette, and keeping what it does not have yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.entries import Entry, request_key
from searchvl_gym.live.errors import OPERATOR, Fault, LiveError
from searchvl_gym.live.headers import LAST_HEADERS

T = TypeVar("T")

_LASTING, _PASSING = 1, 2
"""How failures are marked in a cassette; results are 0."""


class _Failure(msgspec.Struct):
    """A `LiveError` as a cassette keeps it."""

    fault: str
    message: str


class Recorder:
    """Answers requests from a cassette, or asks and keeps the answer. Threads share one.

    Args:
        cassette: Recorded to where its mode is `record`.
        asks: Whether what it lacks is asked for; else that is an error.
        clock: Seconds that only grow.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        cassette: Cassette,
        *,
        asks: bool,
        clock: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        self._cassette = cassette
        self._asks = asks
        self._clock = clock
        self._now = now
        self._flights = _Flights()

    def recall(
        self,
        kind: str,
        request: Mapping[str, Any],
        answer: type[T],
        ask: Callable[[], T],
        *,
        cost: float,
    ) -> T:
        """The answer to a request.

        Args:
            kind: See `Entry`.
            request: See `Entry`.
            answer: Type of the answer.
            ask: Asks for it.
            cost: What asking is charged.

        Raises:
            LiveError: That was recorded, or that asking raises; `not_recorded` where nothing is
                asked for.
        """
        if self._cassette.mode == "replay":
            entry = self._cassette.get(kind, request)
            if entry is not None:
                return _replay(entry, answer)
            if self._asks:
                return ask()
            raise LiveError(
                Fault.NOT_RECORDED, "this was not recorded; use another query, tool or page."
            )
        # Environments ask the same at the same moment; the first one pays.
        with self._flights.alone(request_key(kind, request)):
            entry = self._cassette.get(kind, request)
            if entry is not None and entry.failed < _PASSING:
                return _replay(entry, answer)
            return self._record(kind, request, ask, cost)

    def _record(
        self, kind: str, request: Mapping[str, Any], ask: Callable[[], T], cost: float
    ) -> T:
        began, when = self._clock(), self._now()
        LAST_HEADERS.set(None)

        def keep(answer: bytes, failed: int) -> None:
            seconds = self._clock() - began
            headers = dict(LAST_HEADERS.get() or {})
            self._cassette.put(Entry(kind, request, answer, failed, when, seconds, cost, headers))

        try:
            result = ask()
        except LiveError as error:
            if error.fault not in OPERATOR:
                passing = error.transient or error.fault is Fault.PAUSED
                keep(
                    msgspec.json.encode(_Failure(error.fault, error.message)),
                    _PASSING if passing else _LASTING,
                )
            raise
        keep(msgspec.json.encode(result), 0)
        return result


def _replay(entry: Entry, answer: type[T]) -> T:
    if entry.failed:
        failure = msgspec.json.decode(entry.answer, type=_Failure)
        raise LiveError(Fault(failure.fault), failure.message)
    return msgspec.json.decode(entry.answer, type=answer)


class _Flights:
    """Lets one thread at a time ask for the same thing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[bytes, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, key: bytes) -> Iterator[None]:
        with self._lock:
            own, waiting = self._running.get(key, (threading.Lock(), 0))
            self._running[key] = (own, waiting + 1)
        try:
            with own:
                yield
        finally:
            with self._lock:
                own, waiting = self._running[key]
                if waiting == 1:
                    del self._running[key]
                else:
                    self._running[key] = (own, waiting - 1)
