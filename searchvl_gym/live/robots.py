"""robots.txt: whether a site wants us to read a page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.transport import USER_AGENT, Exchange
from searchvl_gym.live.urls import PageAddress

MAX_ROBOTS_BYTES = 500_000
"""What RFC 9309 asks to be read at least; what is larger counts as forbidding nothing."""

AGENT = USER_AGENT.partition("/")[0]
"""The name that rules are looked up for."""

_KEPT_SECONDS = 24 * 3600.0
_MAX_SITES = 5_000


class RobotRules:
    """Asks each site once a day and obeys. Threads share one.

    Args:
        ask: Fetches an address; it raises `LiveError` while the site cannot be asked, and then
            nothing on the site is read.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        ask: Callable[[PageAddress], Exchange],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def check(self, address: PageAddress) -> None:
        """Return when a page may be read.

        Raises:
            LiveError: `robots` when it may not, or why the site could not be asked.
        """
        rules = self._rules(address)
        if rules is not None and not rules.can_fetch(str(address), AGENT):
            raise LiveError(
                Fault.ROBOTS,
                f"{address} is not to be read by programs (robots.txt); try another page.",
            )

    def _rules(self, address: PageAddress) -> Any:
        """The rules of a site; None where there are none."""
        with self._lock:
            known = self._known.get(address.origin)
        if known is not None and self._clock() - known[0] < _KEPT_SECONDS:
            return known[1]
        rules = self._read(address)
        with self._lock:
            self._known[address.origin] = (self._clock(), rules)
            if len(self._known) > _MAX_SITES:
                self._known.popitem(last=False)
        return rules

    def _read(self, address: PageAddress) -> Any:
        try:
            exchange = self._ask(
                PageAddress(address.scheme, address.host, address.port, "/robots.txt")
            )
        except LiveError as error:
            if error.transient or error.fault is Fault.PAUSED:
                raise
            return None
        if exchange.status != 200:
            return None
        from protego import Protego

        return Protego.parse(exchange.body.decode("utf-8", "replace"))
