"""Connections that are kept open for the next request to the same place.

httpcore's own pool looks at every open connection for each request, which at 64 at a time costs
more than the requests do. Here a request takes the connection that was used last, or opens one.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import httpcore

IDLE_SECONDS = 15.0
MAX_IDLE = 64
"""Most connections that wait for a next request, to all places together."""


class Connections:
    """Lends connections. Threads share one.

    Args:
        backend: What they are made through.
    """

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._idle: list[tuple[str, httpcore.HTTPConnection]] = []

    @contextmanager
    def exchange(
        self,
        method: str,
        url: httpcore.URL,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        wait: float,
    ) -> Iterator[httpcore.Response]:
        """An answer, its body unread, for the length of a `with` block.

        Args:
            method: Of the request.
            url: Where it goes.
            headers: Of the request, the host among them.
            body: Of the request; may be empty.
            wait: Longest silence, in seconds.

        Raises:
            Exception: Whatever httpcore or the backend raises.
        """
        key = str(url.origin)
        connection = self._take(key, url)
        request = httpcore.Request(
            method,
            url,
            headers=headers,
            content=body or None,
            extensions={"timeout": {"connect": wait, "read": wait, "write": wait}},
        )
        try:
            response = connection.handle_request(request)
            try:
                yield response
            finally:
                response.close()
        except BaseException:
            connection.close()
            raise
        self._give(key, connection)

    def close(self) -> None:
        """Close those that wait; the next request opens new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _take(self, key: str, url: httpcore.URL) -> httpcore.HTTPConnection:
        while True:
            with self._lock:
                places = [place for place, (origin, _) in enumerate(self._idle) if origin == key]
                found = self._idle.pop(places[-1])[1] if places else None
            if found is None:
                return httpcore.HTTPConnection(
                    url.origin,
                    ssl_context=tls() if url.scheme == b"https" else None,
                    keepalive_expiry=IDLE_SECONDS,
                    network_backend=self._backend,
                )
            if not found.has_expired():
                return found
            found.close()

    def _give(self, key: str, connection: httpcore.HTTPConnection) -> None:
        if not connection.is_idle():
            connection.close()
            return
        with self._lock:
            self._idle.append((key, connection))
            # Those of places that are not asked again would wait for ever.
            old = len(self._idle) > MAX_IDLE or self._idle[0][1].has_expired()
            oldest = self._idle.pop(0)[1] if old else None
        if oldest is not None:
            oldest.close()


@cache
def tls() -> ssl.SSLContext:
    """What certificates are checked with; loading it takes a while."""
    return httpcore.default_ssl_context()
