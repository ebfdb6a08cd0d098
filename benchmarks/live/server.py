"""An HTTP server on 127.0.0.1 that plays search services and the sites of the web.

Real sockets, real HTTP, and everything that goes wrong on them: latency, refusals, answers that
are cut short, that drip, that never end, that are not what they say. What a request gets is
decided by a script; `benchmarks.live.sites` has the pages and the answers of the services.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

_MAX_BODY = 4 * 2**20


@dataclass(frozen=True)
class Request:
    """What came in.

    Attributes:
        method: `GET` or `POST`.
        host: Of the `Host` header, without the port.
        target: Path and query as sent.
        headers: By lower-case name.
        body: The bytes.
    """

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's values, the first of each name."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class Answer:
    """What goes out.

    Attributes:
        status: HTTP status.
        body: The bytes.
        headers: Beside `content-length` and `connection`.
        wait: Seconds before anything is sent.
        drip: Seconds between single bytes of the body; 0 sends it at once.
        drip_head: The same for the bytes of status line and headers.
        claim: What `content-length` says, where it is to lie.
        repeat: How often the body is sent, in chunks; 0 for once, with a length.
        drop: Close the connection instead of answering.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    drip_head: float = 0.0
    claim: int | None = None
    repeat: int = 0
    drop: bool = False


Script = Callable[[Request], Answer]


class LocalServer:
    """Serves a script from a thread of its own until it is closed.

    Args:
        script: Answers each request; may be exchanged while it serves.
        port: 0 for a free one.
    """

    def __init__(self, script: Script, port: int = 0) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.keep_requests = True
        self.running = 0
        self.most_at_once = 0
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", port, limit=2**17, backlog=512)
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop, and let every connection go."""

        async def end() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> LocalServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (request := await _read(reader)) is not None:
                if self.keep_requests:
                    self.requests.append(request)
                self.running += 1
                self.most_at_once = max(self.most_at_once, self.running)
                try:
                    whole = await _send(writer, self.script(request))
                finally:
                    self.running -= 1
                if not whole:
                    break
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        return None
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    length = min(int(headers.get("content-length", "0") or 0), _MAX_BODY)
    body = await reader.readexactly(length) if length else b""
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    return Request(parts[0], host, parts[1], headers, body)


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """Send an answer; whether the connection can be used again."""
    if answer.wait:
        await asyncio.sleep(answer.wait)
    if answer.drop:
        return False
    length = len(answer.body) if answer.claim is None else answer.claim
    fields = dict(answer.headers)
    if answer.repeat:
        fields["transfer-encoding"] = "chunked"
    else:
        fields["content-length"] = str(length)
    lines = [f"HTTP/1.1 {answer.status} x", *(f"{name}: {value}" for name, value in fields.items())]
    await _write(writer, "\r\n".join(lines).encode() + b"\r\n\r\n", answer.drip_head)
    if answer.repeat:
        chunk = b"%x\r\n%s\r\n" % (len(answer.body), answer.body)
        for _ in range(answer.repeat):
            await _write(writer, chunk, answer.drip)
        await _write(writer, b"0\r\n\r\n", 0)
        return True
    await _write(writer, answer.body, answer.drip)
    return length == len(answer.body)


async def _write(writer: asyncio.StreamWriter, data: bytes, drip: float) -> None:
    if not drip:
        writer.write(data)
        await writer.drain()
        return
    for position in range(len(data)):
        writer.write(data[position : position + 1])
        await writer.drain()
        await asyncio.sleep(drip)
