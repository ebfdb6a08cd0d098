"""One HTTP exchange: bounded in time and size, without redirects, cookies or proxies."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore

from searchvl_gym.live.connections import Connections
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.headers import note_headers
from searchvl_gym.live.network import Backend, Deadlines, Dial, Resolve, dial_address

USER_AGENT = "SearchVL-Gym/0.1 (research agent; honours robots.txt)"
"""What every request says of itself."""

_WAIT = 10.0
"""Longest silence within an exchange, in seconds."""


@dataclass(frozen=True)
class Exchange:
    """What came back.

    Attributes:
        status: HTTP status.
        headers: By lower-case name; of a repeated one the first.
        body: Decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests over connections that are kept open for a while. Threads may share it.

    Args:
        resolve: See `Backend`; None for an address that the operator chose.
        dial: See `Backend`.
        deadlines: Whose clock is used.
    """

    def __init__(
        self,
        *,
        resolve: Resolve | None,
        dial: Dial = dial_address,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._deadlines = Deadlines() if deadlines is None else deadlines
        self._connections = Connections(Backend(self._deadlines, resolve=resolve, dial=dial))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        seconds: float,
        max_bytes: int,
    ) -> Exchange:
        """Send a request and read the answer.

        Args:
            method: `GET` or `POST`.
            url: In ASCII.
            headers: Beside `user-agent`, `accept-encoding` and those of the connection.
            body: Of the request.
            seconds: How long all of it may take.
            max_bytes: Largest answer, before and after decompression.

        Raises:
            LiveError: `timeout`, `connection`, `malformed`, `too_large`, `content_type`,
                `address`. The message says only what happened, and names no URL.
        """
        fields = [("user-agent", USER_AGENT), ("accept-encoding", "gzip"), *headers]
        if method == "POST":
            fields.append(("content-length", str(len(body))))
        target = _split(url)
        wait = min(_WAIT, seconds)
        try:
            with (
                self._deadlines.within(seconds),
                self._connections.exchange(
                    method, target, _encode(fields, target), body, wait
                ) as answer,
            ):
                return self._read(answer, max_bytes)
        except httpcore.TimeoutException:
            raise LiveError(Fault.TIMEOUT, "there was no answer in time") from None
        except (httpcore.NetworkError, OSError):
            raise LiveError(Fault.CONNECTION, "the connection failed") from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError):
            raise LiveError(Fault.MALFORMED, "the answer was cut short or broken") from None

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._connections.close()

    def _read(self, answer: httpcore.Response, max_bytes: int) -> Exchange:
        headers: dict[str, str] = {}
        for name, value in answer.headers:
            # Bytes beyond ASCII are UTF-8 today, if anything; in a redirect they matter.
            headers.setdefault(name.decode("latin-1").lower(), value.decode("utf-8", "replace"))
        note_headers(headers)
        body = _Body(headers.get("content-encoding", ""), max_bytes)
        for chunk in answer.iter_stream():
            body.add(chunk)
        return Exchange(answer.status, headers, body.finish())


class _Body:
    """Gathers an answer's bytes, decompressed as they come, up to a limit."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._limit = limit
        self._received = 0
        self._parts: list[bytes] = []
        self._size = 0
        name = encoding.strip().lower()
        if name in ("", "identity"):
            self._inflate = None
        elif name in ("gzip", "x-gzip"):
            self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        else:
            raise LiveError(
                Fault.CONTENT_TYPE, "the answer is compressed in a way that was not asked for"
            )

    def add(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._received > self._limit:
            raise self._too_large()
        if self._inflate is None:
            self._keep(chunk)
            return
        try:
            # One byte more than may come shows that there is more.
            self._keep(self._inflate.decompress(chunk, self._limit - self._size + 1))
        except zlib.error:
            raise ValueError("the compressed answer is broken") from None

    def finish(self) -> bytes:
        if self._inflate is not None and self._received and not self._inflate.eof:
            raise ValueError("the compressed answer is cut short")
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise self._too_large()
        self._parts.append(part)

    def _too_large(self) -> LiveError:
        return LiveError(Fault.TOO_LARGE, f"the answer is larger than {self._limit / 1e6:.3g} MB")


def _split(url: str) -> httpcore.URL:
    """A URL in the parts that httpcore sends; its own parser drops what follows a semicolon."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return httpcore.URL(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port,
        target=(parts.path or "/") + query,
    )


def _encode(fields: Sequence[tuple[str, str]], target: httpcore.URL) -> list[tuple[bytes, bytes]]:
    """Headers as bytes, with the host first, which httpcore does not add itself."""
    port = b"" if target.port is None else b":%d" % target.port
    name = b"[%s]" % target.host if b":" in target.host else target.host
    plain = [(key.encode("ascii"), value.encode("latin-1")) for key, value in fields]
    return [(b"host", name + port), *plain]
