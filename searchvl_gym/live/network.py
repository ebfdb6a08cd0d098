"""Connections: to public addresses only, and none that lasts longer than its request may.

The check stands where the connection is made. A name is resolved once, every address that it
has is judged, and the connection goes to one of those very addresses, so there is no second
look-up that could answer otherwise. Time is bounded below everything else: a server that drips
one byte of a header a second cannot hold a request longer than its deadline.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore

from searchvl_gym.live.addresses import is_public, parse_address
from searchvl_gym.live.errors import Fault, LiveError

Resolve = Callable[[str, int], Sequence[str]]
"""`(host, port) -> addresses`, as text."""

Dial = Callable[[str, int, "float | None"], httpcore.NetworkStream]
"""`(address, port, timeout in seconds) -> connection`; never resolves anything."""


def resolve_name(host: str, port: int) -> list[str]:
    """The addresses of a name, from the system's resolver.

    Raises:
        LiveError: `connection`, when there is no such name.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise LiveError(Fault.CONNECTION, f"the host {host} cannot be found") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial_address(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
    """Connect to an address; `address` is numeric, so nothing is looked up."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


class Deadlines:
    """Until when the request of each thread may last.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._own = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let what this thread does in the `with` block last so long at most."""
        self._own.end = self.clock() + seconds
        try:
            yield
        finally:
            self._own.end = None

    def left(self, timeout: float | None) -> float | None:
        """What is left of this thread's time, at most `timeout`.

        Raises:
            LiveError: `timeout`, when nothing is left.
        """
        end = getattr(self._own, "end", None)
        if end is None:
            return timeout
        left = float(end - self.clock())
        if left <= 0:
            raise LiveError(Fault.TIMEOUT, "there was no answer in time")
        return left if timeout is None else min(left, timeout)


class Backend(httpcore.NetworkBackend):
    """What httpcore connects through.

    Args:
        deadlines: Bounds everything that is done with a connection.
        resolve: Looks names up; None where the operator chose the address, which is then neither
            looked up here nor judged.
        dial: Connects to an address.
    """

    def __init__(
        self, deadlines: Deadlines, *, resolve: Resolve | None, dial: Dial = dial_address
    ) -> None:
        self._deadlines = deadlines
        self._resolve = resolve
        self._dial = dial

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host.

        Raises:
            LiveError: `address` when one of its addresses is not public.
            httpcore.ConnectError: When none of them answers; other errors of httpcore alike.
        """
        addresses = [host] if self._resolve is None else self._checked(host, port)
        failure: Exception = httpcore.ConnectError("there is no address")
        for address in addresses:
            try:
                stream = self._dial(address, port, self._deadlines.left(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadlines)
        raise failure

    def _checked(self, host: str, port: int) -> list[str]:
        assert self._resolve is not None
        literal = parse_address(host)
        found = [str(literal)] if literal is not None else list(self._resolve(host, port))
        for text in found:
            address = parse_address(text)
            if address is None or not is_public(address):
                # One bad address among good ones is how a name is made to change its meaning.
                raise LiveError(
                    Fault.ADDRESS,
                    f"{host} is not on the public web",
                )
        return found


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the deadline of the thread that waits."""

    def __init__(self, stream: httpcore.NetworkStream, deadlines: Deadlines) -> None:
        self._stream = stream
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadlines.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadlines.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._deadlines.left(timeout))
        return _TimedStream(secure, self._deadlines)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
