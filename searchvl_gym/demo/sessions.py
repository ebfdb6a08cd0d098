"""The sessions of a page by their names; the one unused for longest goes first."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable

from searchvl_gym.demo.errors import DemoError, NotThere
from searchvl_gym.demo.session import Session

MAX_SESSIONS = 64
"""Most sessions at a time; each holds the pictures of its episode."""


class Sessions:
    """Holds the sessions of a page."""

    def __init__(self, limit: int = MAX_SESSIONS) -> None:
        self._limit = limit
        self._held: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, make: Callable[[str], Session]) -> Session:
        """A new session from a function of its name.

        Raises:
            DemoError: When there are too many in which a policy plays.
        """
        session = make(secrets.token_urlsafe(9))
        with self._lock:
            self._held[session.identity] = session
            while len(self._held) > self._limit:
                idle = next((name for name, each in self._held.items() if not each.playing), None)
                if idle is None or idle == session.identity:
                    del self._held[session.identity]
                    raise DemoError("too many policies are playing; stop one first", 503)
                del self._held[idle]
        return session

    def get(self, identity: str) -> Session:
        """A session.

        Raises:
            NotThere: When it is not held (any more).
        """
        with self._lock:
            if identity not in self._held:
                raise NotThere(
                    "this episode is no longer here: the page was started anew; begin another"
                )
            self._held.move_to_end(identity)
            return self._held[identity]

    def stop_all(self) -> None:
        """Ask every policy to stop."""
        for session in tuple(self._held.values()):
            session.stop()
