"""Manners: how often a host is asked, and when it is left alone.

For every host there is a bound on requests at a time and on requests a second, retries for what
can be retried, and a circuit breaker: after a run of failures the host is left alone for a while.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from searchvl_gym.live.errors import Fault, LiveError

T = TypeVar("T")

_LONGEST_PAUSE = 3600.0
"""Seconds after which a host is asked again, whatever it asked for."""

_MAX_HOSTS = 10_000
"""Hosts that are remembered; the one that was asked longest ago is forgotten first."""


@dataclass(frozen=True)
class Limits:
    """How a host is treated.

    Attributes:
        at_once: Most requests at a time.
        rate: Most requests a second in the long run.
        attempts: How often a request is sent at most.
        backoff: Seconds before the second attempt; doubled each time, with full jitter over the
            second half.
        longest_wait: Longest wait between attempts; a host that asks for more is left alone.
        failures: Length of the run of failed requests that opens the circuit.
        pause: Seconds that it then stays open.

    Raises:
        ValueError: When a value is out of range.
    """

    at_once: int = 8
    rate: float = 20.0
    attempts: int = 4
    backoff: float = 0.5
    longest_wait: float = 20.0
    failures: int = 8
    pause: float = 30.0

    def __post_init__(self) -> None:
        """Check the fields."""
        for name in ("at_once", "attempts", "failures"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)!r}")
        if not self.rate > 0:
            raise ValueError(f"rate must be above 0, got {self.rate!r}")
        for name in ("backoff", "longest_wait", "pause"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)!r}")


SERVICE_LIMITS = Limits(at_once=64, rate=50.0)
"""For search services, which bill what they serve."""

PAGE_LIMITS = Limits(at_once=2, rate=2.0, attempts=3)
"""For the hosts of pages, which owe us nothing."""


class Manners:
    """Runs requests politely. Threads share one.

    Args:
        limits: For every host.
        rng: Draws the jitter; nothing that a result depends on.
        clock: Seconds that only grow.
        sleep: Waits.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        rng: np.random.Generator | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self._rng = np.random.default_rng(0) if rng is None else rng
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def run(self, host: str, request: Callable[[], T]) -> T:
        """Send a request to a host, again where that may help.

        Args:
            host: Whose limits count.
            request: Sends it once; raises `LiveError`.

        Raises:
            LiveError: Of the last attempt, or `paused` while the host is left alone.
        """
        import tenacity

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.limits.attempts),
            retry=tenacity.retry_if_exception(self._is_worth_repeating),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        result: T = retrying(self._attempt, self._host(host), request)
        return result

    def _attempt(self, host: _Host, request: Callable[[], T]) -> T:
        with self._lock:
            if self._clock() < host.closed_until:
                raise LiveError(
                    Fault.PAUSED,
                    f"{host.name} has failed several times and is left alone for a while; use "
                    "another tool or page.",
                )
            start = max(self._clock(), host.next_start)
            host.next_start = start + 1 / self.limits.rate
            wait = start - self._clock()
        if wait > 0:
            self._sleep(wait)
        try:
            with host.turns:
                result = request()
        except LiveError as error:
            if error.transient:
                self._note_failure(host, error)
            else:
                host.failures = 0  # it answers
            raise
        host.failures = 0
        return result

    def _note_failure(self, host: _Host, error: LiveError) -> None:
        with self._lock:
            host.failures += 1
            if error.retry_after > self.limits.longest_wait:
                host.closed_until = self._clock() + min(error.retry_after, _LONGEST_PAUSE)
            elif host.failures >= self.limits.failures:
                host.closed_until = self._clock() + self.limits.pause
                # One failure more closes it again, one success opens it for good.
                host.failures = self.limits.failures - 1

    def _is_worth_repeating(self, error: BaseException) -> bool:
        return (
            isinstance(error, LiveError)
            and error.transient
            and error.retry_after <= self.limits.longest_wait
        )

    def _wait(self, state: object) -> float:
        """Seconds before the next attempt."""
        number = int(getattr(state, "attempt_number", 1)) - 1
        outcome = getattr(state, "outcome", None)
        error = None if outcome is None else outcome.exception()
        asked = error.retry_after if isinstance(error, LiveError) else 0.0
        with self._lock:
            jitter = float(self._rng.random())
        wait = self.limits.backoff * 2.0 ** min(number, 20) * (0.5 + 0.5 * jitter)
        return min(max(wait, asked), self.limits.longest_wait)

    def _host(self, name: str) -> _Host:
        with self._lock:
            host = self._hosts.get(name)
            if host is None:
                host = self._hosts[name] = _Host(name, self.limits.at_once)
                if len(self._hosts) > _MAX_HOSTS:
                    self._hosts.popitem(last=False)
            self._hosts.move_to_end(name)
            return host


class _Host:
    """What is known about one host."""

    def __init__(self, name: str, at_once: int) -> None:
        self.name = name
        self.turns = threading.BoundedSemaphore(at_once)
        self.next_start = 0.0
        self.failures = 0
        self.closed_until = 0.0
